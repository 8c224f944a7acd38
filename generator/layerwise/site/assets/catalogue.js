// The catalogue: sorts and filters its table and its charts. The form is the state, and the address holds it.

import "./basket-bar.js";
import { chosen } from "./basket.js";
import { lower, plain } from "./names.js";

const form = document.getElementById("filter");
const table = document.querySelector(".lw-catalogue");
const body = table.tBodies[0];
const count = form.querySelector(".lw-count");

const UNSORTED = "year"; // the order in which the page has them
const PAUSE = 200; // milliseconds; browsers refuse to change the address more often
const PIECE = 100; // rows in one task, which keeps nobody waiting

const heads = [...table.tHead.rows[0].cells].filter((head) => !head.classList.contains("lw-choice"));
const keys = heads.map((head) => head.textContent.trim().toLowerCase());

const rows = [...body.rows];
const lines = []; // what is filtered and sorted, once it is
const points = new Map(); // of the charts, by address

/** Read the rows and the points: thousands of texts, which nobody may ask for. */
function collect() {
  if (lines.length) return;
  for (const point of document.querySelectorAll(".lw-scatter a")) {
    const address = point.getAttribute("href");
    points.set(address, [...(points.get(address) ?? []), point]);
  }
  for (const row of rows) {
    lines.push({
      row,
      values: heads.map((_, column) => value(row.cells[column])),
      text: searchable([row.cells[0].textContent, row.cells[1].textContent, ...row.dataset.also.split("; ")]),
      points: points.get(row.querySelector("a").getAttribute("href")) ?? [],
    });
  }
}

/** The value by which a cell is sorted and filtered: its number, or else its text; null if it is empty. */
function value(cell) {
  const text = cell.textContent.replace(/[ \t\n\f\r]+/g, " ").trim();
  const number = Number(cell.dataset.sort ?? text.replaceAll(",", ""));
  return text === "" ? null : Number.isNaN(number) ? text : number;
}

/** Texts in lower case without accents, and again without what joins words, so that `vgg16` finds VGG-16. */
function searchable(texts) {
  return [...texts.map(lower), ...texts.map(plain)].join("\n");
}

/** `10M` → 10000000; NaN for anything else. */
function size(text) {
  const [, number, letter] = /^(\d+)([KMG]?)$/.exec(text) ?? [];
  return Number(number) * { "": 1, K: 1e3, M: 1e6, G: 1e9 }[letter];
}

// --- filter ----------------------------------------------------------------------------------------------------------

let shown = rows.length;

function filter() {
  collect();
  const fits = test();
  shown = 0;
  for (const line of lines) {
    const fit = fits(line);
    line.row.hidden = !fit;
    for (const point of line.points) point.classList.toggle("lw-out", !fit);
    shown += fit;
  }
  body.classList.toggle("lw-none", shown === 0);
  tell();
}

/** Say how many are shown, and to who does not see the table what else happened to it. */
function tell(more = "") {
  const unseen = document.createElement("span");
  unseen.className = "lw-unseen";
  unseen.textContent = ` networks${more}`;
  count.replaceChildren(`${shown} of ${rows.length}`, unseen);
}

/** The test the form describes. */
function test() {
  const state = Object.fromEntries(new FormData(form));
  const words = lower(state.text).split(/\s+/);
  const [family, year, parameters] = ["family", "year", "parameters"].map((key) => keys.indexOf(key));
  const within = (value, low, high) => !(value < low) && !(value > high); // NaN is no limit
  const limit = (text, read) => (text ? read(text) : NaN);
  const years = [limit(state.from, Number), limit(state.to, Number)];
  const sizes = [limit(state.min, size), limit(state.max, size)];
  return ({ text, values }) =>
    words.every((word) => text.includes(word)) &&
    (!state.family || values[family] === state.family) &&
    within(values[year], ...years) &&
    within(values[parameters], ...sizes);
}

// --- sort ------------------------------------------------------------------------------------------------------------

/** Sort by what `sort` in the form says: a column, with a minus in front for the largest first. Empty cells come last. */
function sort() {
  collect();
  const { compare } = new Intl.Collator("en", { numeric: true });
  const { order, column, sign } = mark();
  const by = (one, other) => {
    const [a, b] = [one.values[column], other.values[column]];
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : compare(a, b));
  };
  body.append(...(order === UNSORTED ? lines : lines.toSorted(by)).map(({ row }) => row));
}

/** Mark the column that the form says in the head of the table. */
function mark() {
  const order = form.elements.sort.value || UNSORTED;
  const key = order.replace(/^-/, "");
  const [column, sign] = [keys.indexOf(key), key === order ? 1 : -1];
  heads.forEach((head, place) => {
    if (place === column) head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    else head.removeAttribute("aria-sort");
  });
  return { order, column, sign };
}

heads.forEach((head, place) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const ascending = head.getAttribute("aria-sort") === "ascending";
    form.elements.sort.value = ascending ? `-${keys[place]}` : keys[place];
    sort();
    keep();
    tell(`, sorted by ${keys[place]}, ${ascending ? "descending" : "ascending"}`);
  });
});

// --- address ---------------------------------------------------------------------------------------------------------

/** Put what differs from the page as it is into the address. */
function write() {
  const parameters = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const usual = name === "sort" ? ["", UNSORTED] : name === "chart" ? [form.elements.chart[0].defaultValue] : [""];
    if (!usual.includes(value.trim())) parameters.set(name, value.trim());
  }
  const query = String(parameters);
  history.replaceState(history.state, "", (query ? `?${query}` : location.pathname) + location.hash);
}

function clear() {
  form.reset();
  form.elements.sort.value = ""; // hidden fields are not reset
}

/** Set the form to the state in the address; unknown values are ignored. */
function read() {
  clear();
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    if (name === "sort" ? keys.includes(value.replace(/^-/, "")) : field) field.value = value;
    if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.value = "";
  }
}

let waiting = 0;

function keep() {
  clearTimeout(waiting);
  waiting = setTimeout(write, PAUSE);
}

function follow() {
  filter();
  keep();
}

form.addEventListener("input", follow);
form.addEventListener("submit", (event) => event.preventDefault());
form.querySelector(".lw-reset").addEventListener("click", () => {
  clear();
  sort();
  follow();
});
for (const radio of document.querySelectorAll('[name="chart"]')) radio.addEventListener("change", keep);

// --- what the page shows at first ------------------------------------------------------------------------------------

/** Give rows the buttons that take their networks into the comparison. */
function offer(some) {
  const slugs = new Set(chosen().map(({ slug }) => slug));
  for (const row of some) {
    const link = row.querySelector("a");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.name = link.textContent;
    button.dataset.compare = link.getAttribute("href").replace(/\/$/, "");
    button.setAttribute("aria-label", `Compare ${link.textContent}`);
    button.setAttribute("aria-pressed", String(slugs.has(button.dataset.compare)));
    button.textContent = "compare";
    row.cells[row.cells.length - 1].append(button);
  }
}

for (let from = 0; from < rows.length; from += PIECE) setTimeout(offer, 0, rows.slice(from, from + PIECE));
read();
if (location.search) {
  filter();
  sort();
} else mark();
