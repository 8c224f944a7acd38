// The layer tables of a network's page: groups expand and collapse, and a layer opens the derivation of its numbers below
// its row.

import { addTitles, fill, fillAll } from "./groups.js";

const NAME = "tr[id] > th > a";
let table = null;
let derivation = fetched;
let asked = null;

/** The file with the derivations of the network on its page. */
async function fetched() {
  const answer = await fetch(new URL(`../networks/${table.dataset.network}/derivation.json`, import.meta.url));
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
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

/** Insert the contents of a group that is opened. */
function open(group) {
  fill(group);
  prepare(group.closest(".lw-folded"));
}

const isOpen = (row) => row.classList.contains("lw-open");

/** Open or close the derivation below a row. */
async function toggle(row) {
  const name = row.querySelector("a");
  row.classList.toggle("lw-open");
  name.setAttribute("aria-expanded", String(isOpen(row)));
  if (!isOpen(row)) {
    document.getElementById(`${row.id}-worked`)?.remove();
    return;
  }
  if (derivation === fetched) history.replaceState(null, "", `#${row.id}`);
  const found = await steps(Number(row.id.slice(1)) - 1).catch(() => null);
  if (isOpen(row) && !document.getElementById(`${row.id}-worked`)) {
    row.after(panel(row, found));
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

/** Open the derivation of the row in the address, and the groups around the row. */
function follow() {
  const id = location.hash.slice(1);
  if (!/^L[0-9]+$/.test(id)) return;
  const waiting = [...table.querySelectorAll("noscript")].find(({ textContent }) => RegExp(`id=${id}[ >]`).test(textContent));
  if (waiting) fill(waiting.parentElement);
  const group = document.getElementById(id)?.closest("details");
  for (let around = group; around; around = around.parentElement.closest("details")) around.open = true;
  if (group) open(group);
  const row = document.getElementById(id);
  if (!row) return;
  if (!isOpen(row)) toggle(row);
  row.scrollIntoView({ block: "center" });
}

/** Open or close all groups of a table; returns those that changed. */
function setAll(folded, isOpen) {
  if (isOpen) folded.querySelectorAll("details").forEach(fillAll);
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

/** Make the tables in an element work; ``source`` returns the content of the file with the derivations of its layers. */
export function attach(within, source) {
  [table, derivation, asked] = [within.querySelector(".lw-layers[data-network]"), source, null];
  for (const folded of within.querySelectorAll(".lw-folded")) {
    addTitles(folded);
    for (const button of folded.querySelectorAll(".lw-fold-all button")) {
      button.addEventListener("click", () => setAll(folded, button.hasAttribute("data-open")));
    }
    folded.addEventListener("click", ({ target }) => {
      if (target.closest("summary")) open(target.closest("details"));
    });
    folded.addEventListener("toggle", ({ target }) => open(target), true);
  }
  if (table) listen();
}

/** Open the derivation of a layer when its row is selected. */
function listen() {
  prepare(table);
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tr[id]:not(.lw-worked)");
    const isForBrowser = event.ctrlKey || event.metaKey || event.shiftKey; // which opens the address in another tab
    if (!row || isForBrowser || (!event.target.closest(NAME) && String(getSelection()))) return;
    event.preventDefault();
    toggle(row);
  });
  table.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches(NAME)) return;
    event.preventDefault();
    event.target.click();
  });
}

if (!document.querySelector(".lw-calculator")) {
  attach(document, fetched);
  if (table) {
    addEventListener("hashchange", follow);
    follow();
  }
}
