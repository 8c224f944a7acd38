// The layer tables of a network's page: groups expand and collapse, and a layer opens the derivation of its numbers below
// its row.

import { SITE, fetched } from "./data.js";
import { addTitles, fill, fillAll } from "./groups.js";
import { atAddress, atPosition, position } from "./places.js";

const NAME = "tr[id] > th > a:not(.lw-link)";
const isPage = !document.querySelector(".lw-calculator"); // whose address holds the definition
let table = null;
let derivation = ofPage;
let asked = null;

/** The file with the derivations of the network on its page. */
async function ofPage() {
  return (await fetched(`networks/${table.dataset.network}/derivation.json`, SITE)).json();
}

/** The steps of a layer by its index, each as [title, rule, worked]; the file is fetched once. */
async function steps(index) {
  asked ??= derivation().then(read);
  return (await asked).slice(2 * index, 2 * index + 2).flat();
}

/** Two parts for each layer. What occurred before is a number in the file: a part or a step by its index. */
function read({ rules, layers }) {
  const [parts, steps] = [[], []];
  const list = (items) => items.flatMap((item, place) => {
    if (typeof item === "string") return [];
    const worked = items[place + 1];
    if (typeof worked !== "string") return [steps[item]];
    steps.push([...rules[item], worked]);
    return [steps.at(-1)];
  });
  return layers.map((part) => {
    if (typeof part === "number") return parts[part];
    parts.push(list(part));
    return parts.at(-1);
  });
}

/**
 * Mark the names of rows, which are links, as buttons that open something. The elements themselves stay: replacing them
 * would lay out the whole table again.
 */
function prepare(part) {
  for (const name of part.querySelectorAll(`${NAME}:not([role])`)) {
    name.setAttribute("role", "button");
    name.setAttribute("aria-expanded", "false");
  }
}

/** Insert the contents of a group that is opened, and open the first group in it. */
function open(group) {
  fill(group);
  prepare(group.closest(".lw-folded"));
  const first = group.querySelector(":scope > details");
  if (first) first.open = true;
}

const isOpen = (row) => row.classList.contains("lw-open");

const panelOf = (row) => (row.nextElementSibling?.matches(".lw-worked") ? row.nextElementSibling : null);

/** Open or close the derivation below a row; a distance leads to the same layer of another block. */
async function toggle(row, distance = 0) {
  const name = row.querySelector("a");
  row.classList.toggle("lw-open");
  name.setAttribute("aria-expanded", String(isOpen(row)));
  if (!isOpen(row)) {
    panelOf(row)?.remove();
    return;
  }
  const found = await steps(position(table, row) + distance).catch(() => null);
  if (isOpen(row) && !panelOf(row)) {
    row.after(panel(row, found));
    if (distance) note(row, `Layer ${position(table, row) + distance + 1}, in a block that is alike:`);
    name.setAttribute("aria-controls", `${row.id}-worked`);
  }
}

/** A row with the steps of a derivation, or with a message that they could not be loaded. */
function panel(row, steps) {
  const below = document.createElement("tr");
  below.id = `${row.id}-worked`;
  below.className = "lw-worked";
  const cell = below.insertCell();
  cell.colSpan = row.cells.length;
  cell.append(steps ? list(steps) : "The data of this network could not be loaded.");
  return below;
}

/** A line above the steps below a row. */
function note(row, text) {
  const line = document.createElement("p");
  line.textContent = text;
  panelOf(row).cells[0].prepend(line);
}

function list(steps) {
  const all = document.createElement("dl");
  for (const [title, rule, value] of steps) {
    const step = all.appendChild(document.createElement("div"));
    for (const [tag, text] of [["dt", title], ["dd", value], ["dd", rule]]) {
      step.appendChild(document.createElement(tag)).textContent = text;
    }
  }
  return all;
}

/** What an address says, or nothing where it is not well formed. */
function decoded(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return "";
  }
}

/** The row of the layer in the address: by its name, or by its position as in ``#L19``. */
function addressed() {
  const address = decoded(location.hash.slice(1));
  if (!address) return null;
  const byName = atAddress(table, address);
  if (byName) return byName;
  const place = /^L([1-9][0-9]*)$/.exec(address);
  if (!place && document.getElementById(address)) return null;
  fillAll(table);
  return atAddress(table, address) ?? (place && atPosition(table, Number(place[1]) - 1));
}

/** Open the derivation of the layer in the address, and the groups around its row. */
function follow() {
  const found = addressed();
  if (!found) return;
  const { row, distance } = found;
  for (let around = row.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  prepare(table);
  if (isOpen(row)) toggle(row);
  toggle(row, distance);
  row.scrollIntoView({ block: "center" });
}

/** Open or close all groups of a table; returns those that changed. */
function setAll(folded, isOpen) {
  if (isOpen) fillAll(folded);
  prepare(folded);
  const others = [...folded.querySelectorAll("details")].filter((group) => group.open !== isOpen);
  for (const group of others) group.open = isOpen;
  return others;
}

addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll(".lw-folded")) {
    const opened = setAll(folded, true);
    addEventListener("afterprint", () => opened.forEach((group) => { group.open = false; }), { once: true });
  }
});

/** The link to a row, which is in the row that is pointed at or has the focus. A click also copies the address. */
function linkOf(place) {
  const link = document.createElement("a");
  link.className = "lw-link";
  link.addEventListener("click", () => navigator.clipboard?.writeText(link.href));
  const show = ({ target }) => {
    const row = target.closest("tr[id]:not(.lw-worked)");
    if (!row || link.parentElement === row.cells[0]) return;
    link.href = `#${row.id}`;
    link.ariaLabel = `Link to ${row.id}`;
    row.cells[0].append(link);
  };
  for (const event of ["pointerover", "focusin"]) place.addEventListener(event, show);
}

/** Open the derivation of a layer when its row is selected. */
function listen() {
  prepare(table);
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tr[id]:not(.lw-worked)");
    const isForBrowser = event.ctrlKey || event.metaKey || event.shiftKey; // which opens the address in another tab
    if (!row || isForBrowser || event.target.closest(".lw-link") || (!event.target.closest(NAME) && String(getSelection()))) return;
    event.preventDefault();
    toggle(row);
    if (isPage && isOpen(row)) history.replaceState(null, "", `#${row.id}`);
  });
  table.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches(NAME)) return;
    event.preventDefault();
    event.target.click();
  });
}

/** Make the tables in an element work; ``source`` returns the content of a file with the derivations of its layers. */
export function attach(within, source = ofPage) {
  const found = within.querySelector(".lw-layers[data-network]");
  if (found) show(found, source);
  for (const folded of within.querySelectorAll(".lw-folded")) {
    addTitles(folded);
    for (const button of folded.querySelectorAll(".lw-fold-all button")) {
      button.addEventListener("click", () => setAll(folded, button.hasAttribute("data-open")));
    }
    folded.addEventListener("click", ({ target }) => {
      if (target.closest("summary")) fill(target.closest("details"));
    });
    folded.addEventListener("toggle", ({ target }) => { if (target.open) open(target); }, true);
  }
  if (!found) return;
  listen();
  if (isPage) linkOf(found);
}

/** Make a table that has been attached before the one of the page again. */
export function show(found, source = ofPage) {
  [table, derivation, asked] = [found, source, null];
}

if (isPage) {
  attach(document);
  if (table) {
    addEventListener("hashchange", follow);
    follow();
  }
}
