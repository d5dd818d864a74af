"use strict";
const byId = (id) => document.getElementById(id);
const file = byId("file");
let shown = "";
let latest = 0;

function show(found) {
  byId("label").textContent = `${found.predicted}: ${percent(found.probability)}`;
  byId("classes").replaceChildren(...found.top.map(row));
  byId("result").hidden = false;
}

function row(one) {
  const line = document.createElement("tr");
  const name = document.createElement("th");
  const share = document.createElement("td");
  const cell = document.createElement("td");
  const bar = document.createElement("div");
  name.scope = "row";
  name.textContent = one.class;
  share.textContent = percent(one.probability);
  bar.className = "bar";
  bar.style.width = `${100 * one.probability}%`;
  cell.append(bar);
  line.append(name, share, cell);
  return line;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

function preview(picture) {
  const image = byId("picture");
  URL.revokeObjectURL(shown);
  shown = URL.createObjectURL(picture);
  image.hidden = false;
  // Browsers do not show all that the server reads, TIFF for instance.
  image.onerror = () => { image.hidden = true; };
  image.src = shown;
  image.alt = picture.name ? `the picture ${picture.name}` : "the picture";
}

function fail(words) {
  byId("result").hidden = true;
  byId("status").textContent = "";
  byId("error").textContent = words;
  byId("error").hidden = false;
}

async function predict(picture) {
  const mine = ++latest;
  byId("error").hidden = true;
  byId("result").hidden = true;
  byId("status").textContent = "looking …";
  try {
    const type = picture.type.startsWith("image/") ? picture.type : "application/octet-stream";
    const answer = await fetch("/predict", { method: "POST", body: picture, headers: { "Content-Type": type } });
    const found = await answer.json();
    if (mine !== latest) return;
    if (!answer.ok) return fail([found.error, found.help].filter(Boolean).join(": "));
    preview(picture);
    show(found);
    byId("status").textContent = picture.name || "";
  } catch (error) {
    if (mine === latest) fail("the server does not answer, or the picture is too large");
  }
}

function take(files) {
  if (files.length) predict(files[0]);
  return files.length > 0;
}

file.addEventListener("change", () => { take(file.files); });
document.addEventListener("paste", (event) => { if (take(event.clipboardData.files)) event.preventDefault(); });
document.addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("over"); });
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  if (!take(event.dataTransfer.files)) fail("what was dropped is not a file");
});
byId("address").textContent = location.origin;
