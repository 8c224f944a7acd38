// The layer tables of a network's page: groups are opened and closed at once, and a layer opens the derivation of its
// numbers below its row. Which rows there are and all else that is read stands on the page without this script.

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
  const row = table.querySelector(`tr[id="${CSS.escape(location.hash.slice(1))}"]`);
  if (!row) return;
  for (let group = row.closest("details"); group; group = group.parentElement.closest("details")) group.open = true;
  prepare([row]);
  if (row.querySelector("button").getAttribute("aria-expanded") === "false") toggle(row);
  row.scrollIntoView({ block: "center" });
}

for (const button of document.querySelectorAll(".lw-fold-all button")) {
  button.addEventListener("click", () => {
    const groups = button.closest(".lw-folded").querySelectorAll("details");
    for (const group of groups) group.open = button.hasAttribute("data-open");
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
