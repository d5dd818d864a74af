"use strict";
// Charts are drawn as they come near to the window, in place of their pictures. Those of a group follow
// the pointer, or the arrow keys, together: each shows its values at the step beneath.
if (window.vegaEmbed) {
  const charts = [...document.querySelectorAll("figure.chart[data-live]")].map((figure) => {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const rows = [...figure.querySelector("tbody").rows].map((row) => [...row.cells].map((cell) => cell.textContent));
    const unit = figure.querySelector("thead th").textContent;
    return { figure, rows, unit, ...data, view: null, isLog: false };
  });
  const part = (chart, name) => chart.figure.querySelector(name);

  const show = (chart, step) => {
    const { steps, rows } = chart;
    const at = step === null ? -1 : steps.reduce((best, one, index) => (Math.abs(one - step) < Math.abs(steps[best] - step) ? index : best), 0);
    // Each series has the value that it had last.
    const values = rows.length ? rows[0].slice(1).map((_, column) => {
      for (let row = at; row >= 0; row -= 1) if (rows[row][column + 1]) return rows[row][column + 1];
      return "";
    }) : [];
    const outputs = [...chart.figure.querySelectorAll(".keys output")];
    outputs.forEach((output, column) => { output.textContent = values[column] ?? ""; });
    const head = rows[at] ? `${chart.unit} ${rows[at][0]}` : "";
    part(chart, ".at").textContent = outputs.length || !head ? head : `${head}: ${values[0]}`;
    const live = part(chart, ".live");
    live.setAttribute("aria-valuenow", Math.max(at, 0));
    live.setAttribute("aria-valuetext", head ? [head, ...values.filter(Boolean)].join(", ") : "no step chosen");
    chart.at = at;
    chart.view?.signal("at", at < 0 ? null : steps[at]).runAsync();
  };
  const showAll = (chart, step) => charts.forEach((one) => {
    if (one === chart || (one.group && one.group === chart.group)) show(one, step);
  });

  const draw = async (chart) => {
    const still = part(chart, ".still"), live = part(chart, ".live");
    const spec = structuredClone(chart.spec);
    // As tall as its picture is here; bars have the height of their rows.
    const isScaled = still && (chart.steps.length || chart.raster);
    chart.height ??= Math.round(Math.max(spec.height, isScaled ? still.getBoundingClientRect().height : 0));
    spec.height = chart.height;
    if (chart.isLog) {
      spec.encoding.y.scale = { type: "log", domain: chart.log, nice: false };
      const [low, high] = chart.log.map(Math.log10);
      // Over several powers of ten, lines at these alone.
      const powers = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, at) => 10 ** (Math.ceil(low) + at));
      if (high - low > 2) spec.encoding.y.axis = { ...spec.encoding.y.axis, values: powers, format: "~g" };
      spec.params.find((one) => one.name === "log").value = true;
    }
    live.hidden = false;
    chart.figure.classList.add("drawn");
    chart.view?.finalize();
    const options = { mode: "vega-lite", ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { theme: "page", disableDefaultStyle: true } };
    chart.view = (await window.vegaEmbed(live.firstElementChild, spec, options)).view;
    if (chart.steps.length) show(chart, chart.at >= 0 ? chart.steps[chart.at] : null);
  };

  const follow = (chart) => {
    const live = part(chart, ".live"), last = chart.steps.length - 1;
    live.tabIndex = 0;
    live.setAttribute("role", "slider");
    live.setAttribute("aria-label", `${chart.title}: values at a ${chart.unit}. ${live.getAttribute("aria-label")}`);
    live.setAttribute("aria-valuemin", 0);
    live.setAttribute("aria-valuemax", last);
    live.addEventListener("pointermove", (event) => {
      if (!chart.view) return;
      const box = live.querySelector("svg").getBoundingClientRect();
      const step = chart.view.scale("x").invert(event.clientX - box.left - chart.view.origin()[0]);
      showAll(chart, Math.min(Math.max(step, chart.steps[0]), chart.steps[last]));
    });
    live.addEventListener("pointerleave", () => showAll(chart, null));
    live.addEventListener("blur", () => showAll(chart, null));
    live.addEventListener("keydown", (event) => {
      const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -last - 1, End: last + 1 };
      if (event.key === "Escape") showAll(chart, null);
      if (!(event.key in moves)) return;
      event.preventDefault();
      showAll(chart, chart.steps[Math.min(Math.max((chart.at ?? -1) + moves[event.key], 0), last)]);
    });
  };

  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(charts.find((one) => one.figure === target));
    }
  }, { rootMargin: "600px" });
  for (const chart of charts) {
    if (chart.steps.length) follow(chart);
    else part(chart, ".live").setAttribute("role", "img");
    if (chart.log) {
      const button = part(chart, ".log");
      button.hidden = false;
      button.addEventListener("click", () => {
        chart.isLog = !chart.isLog;
        button.setAttribute("aria-pressed", chart.isLog);
        draw(chart);
      });
    }
    near.observe(chart.figure);
  }
}
