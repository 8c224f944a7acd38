// What a network takes in memory with the chosen number type and batch size: the rules of generator/footprint.py with
// the same texts. A browser test compares the two.

import { grouped, memory } from "./units.js";

const NO_TRAINING = ["training needs floating-point numbers", "–"];
const NOTHING = ["", "–"];

/** The rule and the memory of each figure, by its key. */
export function figures({ parameters, outputs, kept, pair }, { bits, size, trains }, batch) {
  const held = (values) => memory(Math.ceil((values * bits) / 8));
  const each = (values, what, times = "") => `${grouped(values)} ${what} × ${size}${times}`;
  const inAll = (times) => [
    `${times} × ${held(parameters)} + ${held(kept * batch)}`, held(times * parameters + kept * batch),
  ];
  return {
    parameters: [each(parameters, "parameters"), held(parameters)],
    outputs: [each(outputs, "outputs", ` × batch ${batch}`), held(outputs * batch)],
    pair: [each(pair, "values", ` × batch ${batch}`), held(pair * batch)],
    least: [`${held(parameters)} + ${held(pair * batch)}`, held(parameters + pair * batch)],
    gradients: trains ? [each(parameters, "parameters"), held(parameters)] : NO_TRAINING,
    kept: trains ? [each(kept, "outputs", ` × batch ${batch}`), held(kept * batch)] : NOTHING,
    sgd: trains ? inAll(2) : NOTHING,
    momentum: trains ? inAll(3) : NOTHING,
    adam: trains ? inAll(4) : NOTHING,
  };
}

/** Let the form's choices change the table behind it. */
function follow(form) {
  const table = document.querySelector(".lw-memory");
  const status = document.querySelector(".lw-needs");
  const counts = Object.fromEntries(Object.entries(form.dataset).map(([name, value]) => [name, Number(value)]));

  function update() {
    const { type, batch } = form.elements;
    if (!batch.checkValidity() || !batch.value) return;
    const { bits, size, trains } = form.querySelector("[name=type]:checked").dataset;
    const chosen = figures(counts, { bits: Number(bits), size, trains: trains !== undefined }, Number(batch.value));
    for (const line of table.querySelectorAll("tr[data-figure]")) {
      [line.cells[2].textContent, line.cells[1].textContent] = chosen[line.dataset.figure];
    }
    const training = trains === undefined ? "" : `, training with Adam needs ${chosen.adam[1]}`;
    status.textContent = `${type.value}, batch ${batch.value}: inference needs at least ${chosen.least[1]}${training}.`;
  }

  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  if (form.elements.batch.value !== "1" || form.elements.type.value !== "fp32") update();
}

const form = globalThis.document?.querySelector("form.lw-what-if");
if (form) follow(form);
