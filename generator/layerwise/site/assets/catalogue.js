// The catalogue: sorts and filters its table and its charts. The form is the state, and the address holds it.

import { chosen } from "./basket.js";
import { check, facets, test } from "./catalogue-filter.js";
import { Chart } from "./chart.js";
import { slugOf } from "./data.js";
import { lower, plain } from "./names.js";
import { front } from "./pareto.js";
import { example } from "./quantities.js";

const form = document.getElementById("filter");
const table = document.querySelector(".lw-catalogue");
const body = table.tBodies[0];
const count = form.querySelector(".lw-count");

const choosing = table.querySelector(".lw-choice") !== null; // the site has a comparison
if (choosing) import("./basket-bar.js");

const UNSORTED = "year"; // the order in which the page has them
const PAUSE = 200; // milliseconds; browsers refuse to change the address more often
const AT_ONCE = 500; // rows drawn in one task
const PIECE = 100; // rows read in one task, so that the page stays responsive

const heads = [...table.tHead.rows[0].cells].filter((head) => !head.classList.contains("lw-choice"));
const keys = heads.map((head) => head.textContent.trim().toLowerCase());

const rows = [...body.rows];
const lines = []; // what is filtered and sorted: one for each row, once it has been read
let order = lines; // as the table shows them
let shown = rows.length;

/** Read rows up to a place; there are thousands of texts, so a filter does not wait for rows that were read before. */
function collect(end = rows.length) {
  while (lines.length < end) lines.push(line(rows[lines.length]));
}

function line(row) {
  const values = heads.map((_, column) => value(row.cells[column]));
  const figures = Object.fromEntries(keys.map((key, column) => [key, values[column]]));
  figures.input = Math.max(...row.cells[keys.indexOf("input")].textContent.match(/\d+/g).slice(0, 2).map(Number));
  const address = row.querySelector("a").getAttribute("href");
  const text = searchable([row.cells[0].textContent, row.cells[1].textContent, ...row.dataset.also.split("; ")]);
  return { row, values, figures, text, address, facets: facets(row.dataset.facets), fits: true, isDrawn: true };
}

/** The value by which a cell is sorted and filtered: its number, or else its text; null if it is empty. */
function value(cell) {
  const text = cell.textContent.replace(/[ \t\n\f\r]+/g, " ").trim();
  const number = Number(cell.dataset.sort ?? text.replaceAll(",", ""));
  return text === "" ? null : Number.isNaN(number) ? text : number;
}

/** Strings in lower case without accents, and again without what joins words, so that `vgg16` finds VGG-16. */
function searchable(texts) {
  return [...texts.map(lower), ...texts.map(plain)].join("\n");
}

// --- filter ----------------------------------------------------------------------------------------------------------

function filter() {
  collect();
  const wrong = check(form);
  const fits = test(form);
  const entering = [];
  shown = 0;
  for (const of of order) {
    of.fits = fits(of);
    shown += of.fits;
    if (of.fits === of.isDrawn) continue;
    if (of.fits) entering.push(of);
    else draw(of);
  }
  enter(entering);
  body.classList.toggle("lw-none", shown === 0);
  const hint = wrong ? `. Not a figure: ${wrong.value}; write ${example(wrong.dataset.unit)}` : "";
  tell("", hint);
  later(redraw);
}

let entrance = 0;

/** Draw rows that fit again: a screenful and more immediately, the others in tasks of their own. */
function enter(some) {
  clearTimeout(entrance);
  some.slice(0, AT_ONCE).forEach(draw);
  if (some.length > AT_ONCE) entrance = setTimeout(enter, 0, some.slice(AT_ONCE));
}

/** Show or hide a row. By a class: browsers take three times as long to style thousands of `hidden` rows. */
function draw(of) {
  of.row.classList.toggle("lw-out", !of.fits);
  of.isDrawn = of.fits;
}

/** Print how many networks are shown; readers of screens also get what else happened to the table. */
function tell(more = "", hint = "") {
  const unseen = document.createElement("span");
  unseen.className = "lw-unseen";
  unseen.textContent = ` networks${more}`;
  count.replaceChildren(`${shown} of ${rows.length}`, unseen, hint);
}

// --- sort ------------------------------------------------------------------------------------------------------------

/** Sort by what `sort` in the form says: a column, with a minus in front for the largest first. Empty cells come last. */
function sort() {
  collect();
  const { compare } = new Intl.Collator("en", { numeric: true });
  const { wanted, column, sign } = mark();
  const by = (one, other) => {
    const [a, b] = [one.values[column], other.values[column]];
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : compare(a, b));
  };
  order = wanted === UNSORTED ? lines : lines.toSorted(by);
  body.append(...order.map(({ row }) => row));
}

/** Mark the column that the form says in the head of the table. */
function mark() {
  const wanted = form.elements.sort.value;
  const key = wanted.replace(/^-/, "");
  const [column, sign] = [keys.indexOf(key), key === wanted ? 1 : -1];
  heads.forEach((head, place) => {
    if (place === column) head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    else head.removeAttribute("aria-sort");
  });
  return { wanted, column, sign };
}

/** Sort by a column; figures show the largest first, and words are in their usual order. */
function turn(key) {
  collect();
  const isFigure = lines.some(({ figures }) => typeof figures[key] === "number");
  const orders = isFigure ? [`-${key}`, key] : [key, `-${key}`];
  form.elements.sort.value = orders.find((wanted) => wanted !== form.elements.sort.value);
  sort();
  tell(`, sorted by ${key}, ${form.elements.sort.value === key ? "ascending" : "descending"}`);
  later(settle, PAUSE);
}

heads.forEach((head, place) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => turn(keys[place]));
});

// --- charts ----------------------------------------------------------------------------------------------------------

const charts = [];

/** Make the chart in sight follow the filter. */
function redraw() {
  collect();
  const chart = charts.find(({ isVisible }) => isVisible);
  if (!chart) return;
  const fitting = lines.filter(({ fits }) => fits);
  for (const { address, figures } of lines) if (chart.byAddress.has(address)) chart.byAddress.get(address).family = figures.family;
  chart.show(new Set(fitting.map(({ address }) => address)));
  const hasLine = form.elements.pareto.checked && form.elements.chart.value === "accuracy";
  chart.draw(hasLine ? front(fitting.filter(({ figures }) => figures["top-1"] !== null)).map(({ address }) => address) : []);
  chart.name();
}

const delayed = new Map();

/** Call a function in a task of its own, once for all changes until then. */
function later(call, delay = 0) {
  clearTimeout(delayed.get(call));
  delayed.set(call, setTimeout(call, delay));
}

// --- address ---------------------------------------------------------------------------------------------------------

form.reset(); // of what a browser restores
const usual = new Map(new FormData(form));
let isSettled = true; // the address is that of a finished change, to which Back returns

/** Put what differs from the page as it is into the address. */
function write() {
  const state = new URLSearchParams();
  for (const [name, entry] of new FormData(form)) if (entry.trim() !== (usual.get(name) ?? "")) state.set(name, entry.trim());
  const query = state.size ? `?${state}` : "";
  if (query === location.search) return;
  const change = isSettled ? "pushState" : "replaceState";
  history[change](history.state, "", (query || location.pathname) + location.hash);
  isSettled = false;
}

/** Write the address of a finished change. */
function settle() {
  clearTimeout(delayed.get(write));
  write();
  isSettled = true;
}

/** Set the form to the state in the address; unknown names and values are ignored. */
function read() {
  form.reset();
  for (const [name, entry] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement) {
      field.value = entry;
      if (field.selectedIndex < 0) field.value = usual.get(name);
    } else if (field?.type === "checkbox") field.checked = entry === field.value;
    else if (field) field.value = entry;
  }
  if ([...form.querySelectorAll(".lw-ranges input")].some((field) => field.value)) more.setAttribute("aria-expanded", "true");
}

/** Show what the form says. */
function follow() {
  sort();
  filter();
}

form.addEventListener("input", ({ target }) => {
  if (target.name === "sort") sort();
  else filter();
  later(write, PAUSE);
});
form.addEventListener("change", settle);
form.addEventListener("submit", (event) => event.preventDefault());
form.querySelector(".lw-reset").addEventListener("click", () => {
  form.reset();
  follow();
  settle();
});
for (const field of document.querySelectorAll('[name="chart"], [name="pareto"]')) {
  field.addEventListener("change", () => {
    later(redraw);
    settle();
  });
}
const more = form.querySelector(".lw-more"); // opens the limits on phones
more.addEventListener("click", () => more.setAttribute("aria-expanded", String(more.ariaExpanded !== "true")));
addEventListener("popstate", () => {
  read();
  follow();
});

// --- what the page shows at first ------------------------------------------------------------------------------------

/** Read some rows, and give them the buttons that add their networks to the comparison. */
function prepare(from) {
  collect(Math.min(from + PIECE, rows.length));
  if (!choosing) return;
  const slugs = new Set(chosen().map(({ slug }) => slug));
  for (const row of rows.slice(from, from + PIECE)) {
    const link = row.querySelector("a");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.name = link.textContent;
    button.dataset.compare = slugOf(link);
    button.setAttribute("aria-label", `Compare ${link.textContent}`);
    button.setAttribute("aria-pressed", String(slugs.has(button.dataset.compare)));
    button.textContent = "compare";
    row.cells[row.cells.length - 1].append(button);
  }
}

for (let from = 0; from < rows.length; from += PIECE) setTimeout(prepare, 0, from);
for (const figure of document.querySelectorAll(".lw-chart")) {
  setTimeout(() => {
    charts.push(new Chart(figure));
    new ResizeObserver(() => later(redraw)).observe(figure);
  });
}
read();
if (location.search) follow();
else mark();
