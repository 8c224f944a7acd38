// The comparison's page: networks are picked, moved and removed; the address holds which.

import { LIMIT, choose, chosen } from "./basket.js";
import { keyFigures, legend, stages, strips } from "./comparison.js";
import { element } from "./dom.js";
import { parts } from "./parts.js";

const API = new URL("../api/v1/", import.meta.url);
const PAGES = new URL("../networks/", import.meta.url);

const picker = document.getElementById("picker");
const field = document.getElementById("add");
const said = document.getElementById("said");
const start = document.getElementById("start");
const place = document.getElementById("comparison");
const result = place.appendChild(element("div", { id: "result" }));
const [categories, words] = [place.dataset.categories, place.dataset.words].map(JSON.parse);
const details = new Map();

let known = []; // every network with its figures
let slugs = []; // those that are compared, in order

async function fetched(address) {
  const answer = await fetch(new URL(address, API));
  if (!answer.ok) throw new Error(`${address} could not be loaded: ${answer.status}`);
  return answer.json();
}

/** A network with its parts, asked for once. */
async function detail(slug) {
  if (!details.has(slug)) {
    const { layers, ...network } = await fetched(`networks/${slug}.json`);
    details.set(slug, { ...network, parts: parts({ layers }, categories) });
  }
  return details.get(slug);
}

// --- what is compared ------------------------------------------------------------------------------------------------

/** Compare these from now on: in the address, in the reader's choice, on the page. */
async function change(list, message) {
  slugs = list;
  const query = slugs.length ? `?n=${slugs.join(",")}` : location.pathname;
  history.replaceState(history.state, "", query);
  choose(slugs.map((slug) => known.find((network) => network.slug === slug)));
  await draw(message);
}

async function draw(message) {
  const asked = slugs;
  tell(message);
  try {
    const networks = await Promise.all(slugs.map(detail));
    if (asked === slugs) show(networks);
  } catch (error) {
    tell(error.message, true);
  }
}

function tell(message = "", isMistake = false) {
  said.textContent = message;
  said.classList.toggle("lw-mistake", isMistake);
}

// --- the page --------------------------------------------------------------------------------------------------------

function show(networks) {
  const focused = document.activeElement?.dataset?.control;
  start.hidden = networks.length > 0;
  result.replaceChildren(...(networks.length ? drawn(networks) : []));
  if (focused) (result.querySelector(`[data-control="${focused}"]:not(:disabled)`) ?? field).focus();
}

function drawn(networks) {
  return [
    keyFigures(networks, ({ slug }) => new URL(`${slug}/`, PAGES).href, controls),
    networks.length > 1
      ? element("p", { class: "lw-remark" }, `Ratios are relative to ${networks[0].name}. Differences in accuracy are in percentage points.`)
      : element("p", {}, "Add another network to compare."),
    heading("where", "Where the parameters, MACs and activations are"),
    element(
      "div",
      { class: "lw-compared" },
      element("fieldset", { class: "lw-tabs" }, element("legend", {}, "Length of the bars"), tab("one", "Same scale", true), tab("own", "Full width")),
      ...strips(networks),
      legend(networks, words),
    ),
    heading("stages", "Stage by stage"),
    element("p", {}, "Rows are aligned by how far the output is scaled down. The bars show shares of each network’s own total."),
    stages(networks),
  ];
}

function heading(id, text) {
  return element("h2", { id }, text);
}

function tab(value, text, checked = false) {
  return element("label", {}, element("input", { type: "radio", name: "scale", value, checked }), element("span", {}, text));
}

/** The buttons in a network's column. */
function controls({ slug, name }, place) {
  const move = (by) => {
    const list = slugs.filter((other) => other !== slug);
    list.splice(place + by, 0, slug);
    change(list, `${name} is now number ${place + by + 1}.`);
  };
  const button = (key, sign, label, act, disabled = false) =>
    element("button", { type: "button", "data-control": `${slug} ${key}`, "aria-label": label, title: label, disabled, click: act }, sign);
  return [
    button("left", "←", `Move ${name} to the left`, () => move(-1), place === 0),
    button("right", "→", `Move ${name} to the right`, () => move(1), place === slugs.length - 1),
    button("remove", "×", `Remove ${name}`, () => change(slugs.filter((other) => other !== slug), `${name} removed.`)),
  ];
}

// --- picking ---------------------------------------------------------------------------------------------------------

const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Networks by name, slug or alias; or those whose name begins or goes on alike. */
function matches(text) {
  const wanted = plain(text);
  const names = ({ name, slug, aliases }) => [name, slug, ...aliases].map(plain);
  const exact = known.filter((network) => plain(network.name) === wanted);
  if (exact.length) return exact;
  const alike = known.filter((network) => names(network).includes(wanted));
  return alike.length || !wanted ? alike : known.filter((network) => names(network).some((name) => name.includes(wanted)));
}

function add(text) {
  const found = matches(text);
  if (found.length !== 1) return tell(unclear(text, found), true);
  const [{ slug, name }] = found;
  if (slugs.includes(slug)) return tell(`${name} is already in the comparison.`, true);
  if (slugs.length >= LIMIT) return tell(`Cannot add ${name}: a comparison holds at most ${LIMIT} networks.`, true);
  field.value = "";
  return change([...slugs, slug], `${name} added.`);
}

function unclear(text, found) {
  if (!found.length) return `There is no network “${text}”.${closest(text)}`;
  const names = found.slice(0, 4).map(({ name }) => name);
  return `“${text}” matches ${names.join(", ")}${found.length > names.length ? " and others" : ""}; choose one.`;
}

/** The names and slugs that share most pairs of letters with a text. */
function closest(text) {
  const pairs = (word) => new Set([...plain(word)].map((letter, place, all) => letter + (all[place + 1] ?? "")));
  const wanted = pairs(text);
  const score = ({ slug }) => {
    const own = pairs(slug);
    return (2 * [...wanted].filter((pair) => own.has(pair)).length) / (wanted.size + own.size);
  };
  const best = known.map((network) => [score(network), network]).toSorted((one, other) => other[0] - one[0])[0];
  return best && best[0] > 0.5 ? ` Did you mean ${best[1].slug}?` : "";
}

picker.addEventListener("submit", (event) => {
  event.preventDefault();
  if (field.value.trim()) add(field.value.trim());
});
picker.addEventListener("reset", () => change([], "The comparison is now empty."));
field.addEventListener("input", (event) => {
  // A name chosen from the list, not a letter typed.
  if (!event.inputType || event.inputType === "insertReplacementText") if (matches(field.value).length === 1) add(field.value);
});

// --- what the address asks for ---------------------------------------------------------------------------------------

async function open() {
  known = await fetched("networks.json");
  document.getElementById("known").append(...known.map(({ name, family }) => element("option", { value: name }, family)));
  const asked = new URLSearchParams(location.search).get("n");
  if (asked === null) return change(chosen().map(({ slug }) => slug).filter((slug) => known.some((network) => network.slug === slug)));
  const wanted = [...new Set(asked.split(",").map((slug) => slug.trim().toLowerCase()).filter(Boolean))];
  const unknown = wanted.filter((slug) => !known.some((network) => network.slug === slug));
  const found = wanted.filter((slug) => !unknown.includes(slug));
  slugs = found.slice(0, LIMIT);
  choose(slugs.map((slug) => known.find((network) => network.slug === slug)));
  await draw();
  const mistakes = unknown.map((slug) => `There is no network “${slug}”.${closest(slug)}`);
  if (found.length > LIMIT) mistakes.push(`A comparison holds at most ${LIMIT} networks. Skipped: ${found.slice(LIMIT).join(", ")}.`);
  if (mistakes.length) tell(mistakes.join(" "), true);
}

open().catch((error) => tell(error.message, true));
