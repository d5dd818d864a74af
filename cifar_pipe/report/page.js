"use strict";
// Tables are sorted by a click on a head, and filtered by a field; without this they are plain tables.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const order = (row, column, words) => {
    const cell = row.cells[column];
    if (words) return cell.textContent.trim();
    return "order" in cell.dataset ? Number(cell.dataset.order) : NaN;
  };
  heads.forEach((head, column) => {
    const words = "words" in head.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      const sign = before ? (before === "ascending" ? -1 : 1) : words ? 1 : -1;
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const compared = (a, b) => {
        const [x, y] = [order(a, column, words), order(b, column, words)];
        if (words) return sign * x.localeCompare(y, undefined, { numeric: true });
        if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
        return sign * (x - y);
      };
      body.append(...[...body.rows].sort(compared));
    });
  });
}
for (const field of document.querySelectorAll("input[data-filters]")) {
  const rows = [...document.getElementById(field.dataset.filters).tBodies[0].rows];
  const found = field.closest(".filter").querySelector("output");
  field.closest(".filter").hidden = false;
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
    const shown = rows.filter((row) => !row.hidden).length;
    found.textContent = found.dataset.words.replace("{found}", shown).replace("{all}", rows.length);
  });
}
for (const button of document.querySelectorAll("button.copy")) {
  const code = button.parentElement.querySelector("code");
  button.hidden = false;
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(code);
    // Where a page may not write to the clipboard, the text stays selected.
    const done = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
    if (done || document.execCommand("copy")) button.textContent = button.dataset.done;
  });
}
for (const select of document.querySelectorAll("select[data-orders]")) {
  const table = document.getElementById(select.dataset.orders);
  const heads = [...table.tHead.rows[0].cells].filter((head) => "declared" in head.dataset);
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, cells: [...row.cells].slice(1) }));
  const places = heads.map((head) => Number(head.dataset.declared));
  select.parentElement.hidden = false;
  select.addEventListener("change", () => {
    const order = places.map((_, index) => index);
    if (select.value === "declared") order.sort((a, b) => places[a] - places[b]);
    // What is behind the classes, the sum of the others, stays behind them.
    heads[0].parentElement.firstElementChild.after(...order.map((index) => heads[index]));
    for (const { row, cells } of rows) row.cells[0].after(...order.map((index) => cells[index]));
    table.tBodies[0].append(...order.map((index) => rows[index].row));
  });
}
