// The page of a layer type: its options as a form, whose figures the engine of the calculator works out. The address holds
// the options; the engine is fetched when one of them changes or the address has some.

import { asker } from "./ask.js";

const PAUSE = 120; // milliseconds without a key before the options are calculated
const PATIENCE = 300; // milliseconds without an answer before the page shows that it waits

const form = document.querySelector("form.lw-layer");
const fields = [...form.elements].filter((field) => field.name);
const status = form.querySelector("[role=status]");
const places = [...document.querySelectorAll("article [data-part]")];
const ask = asker(form.dataset.engine);
const example = values();
let timer = 0;
let asked = 0;

/** What the fields have, without defaults. */
function values() {
  const filled = fields.filter((field) => field.value.trim() && field.value !== field.dataset.default);
  return Object.fromEntries(filled.map((field) => [field.name, field.value.trim()]));
}

/** Fill the fields: with the example if the address has no options, else with the options of the address alone. */
function read() {
  const parameters = new URLSearchParams(location.search);
  const isExample = !fields.some(({ name }) => parameters.has(name));
  for (const field of fields) {
    const usual = isExample || ["in", "size"].includes(field.name) ? example[field.name] : null;
    field.value = parameters.get(field.name) ?? usual ?? field.dataset.default ?? "";
  }
  return !isExample;
}

/** Put the options into the address; the example has none there. */
function keep() {
  const options = values();
  const isExample = JSON.stringify(options) === JSON.stringify(example);
  const query = isExample ? "" : String(new URLSearchParams(options));
  history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
}

async function calculate() {
  const turn = (asked += 1);
  const waiting = setTimeout(() => { status.textContent = "Calculating…"; }, PATIENCE);
  const answer = await ask("layer", form.dataset.kind, values()).catch(() => null);
  clearTimeout(waiting);
  if (turn !== asked) return; // there are newer options
  if (!answer) status.textContent = "The calculation could not be loaded; try again.";
  else show(answer);
}

function show({ errors, text, summary, parts }) {
  for (const field of fields) {
    const messages = errors.filter(([name]) => name === field.name).map(([, message]) => message);
    field.setAttribute("aria-invalid", String(messages.length > 0));
    document.getElementById(`lw-${field.name}-error`).textContent = messages.join("; ");
  }
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  status.textContent = errors.length ? `${count}; the figures are of the last options without errors.` : summary;
  form.classList.toggle("lw-stale", errors.length > 0);
  if (errors.length) return;
  for (const place of places) {
    const { part } = place.dataset;
    if (part === "definition") place.querySelector("code").textContent = text;
    else place.innerHTML = parts[part];
  }
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => { keep(); calculate(); }, PAUSE);
});
form.addEventListener("reset", () => setTimeout(() => { keep(); calculate(); }));
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("popstate", () => { read(); calculate(); });
if (read()) calculate();

// --- the kernel ---------------------------------------------------------------------------------------------------------

/** Move the kernel to a position, which has its place and its words. */
function choose(picture, position) {
  if (!position) return;
  picture.querySelector(".lw-chosen").classList.remove("lw-chosen");
  position.classList.add("lw-chosen");
  picture.querySelector(".lw-kernel").style.translate = position.dataset.move;
  picture.querySelector("[aria-live]").textContent = position.querySelector("title").textContent;
}

/** Move it by some positions. */
function step(picture, distance) {
  const positions = [...picture.querySelectorAll("[data-move]")];
  const at = positions.findIndex((position) => position.matches(".lw-chosen"));
  choose(picture, positions.at((at + distance) % positions.length));
}

const KEYS = { ArrowRight: 1, ArrowLeft: -1 };
document.addEventListener("click", ({ target }) => {
  const picture = target.closest(".lw-sliding");
  if (target.closest("[data-step]")) step(picture, Number(target.closest("[data-step]").dataset.step));
  else if (target.closest("[data-move]")) choose(picture, target.closest("[data-move]"));
});
document.addEventListener("keydown", (event) => {
  const picture = event.target.closest(".lw-sliding");
  if (!picture || !KEYS[event.key]) return;
  event.preventDefault();
  step(picture, KEYS[event.key]);
});
