// The layer tables of a network's page: groups are opened and closed at once, and a layer opens the derivation of its
// numbers below its row. In very long tables what is in a group waits as text; without scripts it is simply there.

import { derivations } from "./derivation.js";

const table = document.querySelector(".lw-layers[data-network]");
let asked = null;

/** The derivation of every layer, asked for once. */
function worked() {
  asked ??= fetch(new URL(`../api/v1/networks/${table.dataset.network}.json`, import.meta.url))
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
    .then(derivations);
  return asked;
}

/** Put what waits in a group in its place. */
function fill(group) {
  const waiting = group.querySelector(":scope > noscript");
  if (waiting) waiting.outerHTML = waiting.textContent;
}

/** Make the names of rows into buttons. */
function prepare(rows) {
  for (const row of rows) {
    const name = row.cells[0];
    if (name.querySelector("button")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.append(...name.childNodes);
    name.append(button);
  }
}

/** Open or close the derivation below a row. */
async function toggle(row) {
  const button = row.querySelector("button");
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  if (isOpen) {
    document.getElementById(`${row.id}-worked`)?.remove();
    return;
  }
  history.replaceState(null, "", `#${row.id}`);
  const steps = await worked().then((all) => all[Number(row.id.slice(1)) - 1], () => null);
  if (button.getAttribute("aria-expanded") === "true" && !document.getElementById(`${row.id}-worked`)) {
    row.after(panel(row, steps));
    button.setAttribute("aria-controls", `${row.id}-worked`);
  }
}

/** A row with the steps of a derivation, or with the news that there are none. */
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

/** Open the groups around the row that the address names, and its derivation. */
function follow() {
  const id = location.hash.slice(1);
  if (!/^L[0-9]+$/.test(id)) return;
  const waiting = [...table.querySelectorAll("noscript")].find(({ textContent }) => textContent.includes(`id="${id}"`));
  if (waiting) fill(waiting.parentElement);
  const row = document.getElementById(id);
  if (!row) return;
  for (let group = row.closest("details"); group; group = group.parentElement.closest("details")) group.open = true;
  prepare([row]);
  if (row.querySelector("button").getAttribute("aria-expanded") === "false") toggle(row);
  row.scrollIntoView({ block: "center" });
}

/** Open or close all groups of a table; returns those that were not so before. */
function setAll(folded, isOpen) {
  if (isOpen) folded.querySelectorAll("details").forEach(fill);
  const others = [...folded.querySelectorAll("details")].filter((group) => group.open !== isOpen);
  for (const group of others) group.open = isOpen;
  return others;
}

for (const folded of document.querySelectorAll(".lw-folded")) {
  for (const button of folded.querySelectorAll(".lw-fold-all button")) {
    button.addEventListener("click", () => setAll(folded, button.hasAttribute("data-open")));
  }
  folded.addEventListener("click", ({ target }) => {
    if (target.closest("summary")) fill(target.closest("details"));
  });
  folded.addEventListener("toggle", ({ target }) => fill(target), true);
  addEventListener("beforeprint", () => {
    const opened = setAll(folded, true);
    addEventListener("afterprint", () => opened.forEach((group) => { group.open = false; }), { once: true });
  });
}

if (table) {
  table.classList.add("lw-workable");
  prepare(table.querySelectorAll("tr[id]:not(details tr)"));
  table.addEventListener("toggle", ({ target }) => prepare(target.querySelectorAll(":scope > table tr[id]")), true);
  table.addEventListener("click", ({ target }) => {
    const row = target.closest("tr[id]:not(.lw-worked)");
    if (row && !String(getSelection())) toggle(row);
  });
  addEventListener("hashchange", follow);
  follow();
}
