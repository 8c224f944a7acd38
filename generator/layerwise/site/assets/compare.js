// The comparison's page: networks are added, moved and removed; the address holds their slugs.

import "./copying.js";
import { LIMIT, choose, chosen } from "./basket.js";
import { MAX_COLUMNS, figuresTable, keyFigures, legend, scales, strips } from "./comparison.js";
import { SITE, fetched } from "./data.js";
import { element } from "./dom.js";
import { exporter } from "./export.js";
import { closest, matches } from "./names.js";
import { NETWORK } from "./pages.js";
import { offerPictures } from "./picture-export.js";

const MAX_NAMES = 24; // that are read from the address
const MAX_LETTERS = 60; // of a name in a message
const SMALL_INPUT = 64; // pixels of the images of CIFAR, MNIST and the like
const MAX_DRAWN = 6; // networks with strips and stages
const MAX_CHOICES = 12; // networks that an ambiguous name offers

const picker = document.getElementById("picker");
const field = document.getElementById("add");
const status = document.getElementById("said");
const choices = document.getElementById("choices");
const start = document.getElementById("start");
const place = document.getElementById("comparison");
const result = place.appendChild(element("div", { id: "result" }));
const keys = document.getElementById("legend").content.firstElementChild;
const details = new Map();

let known = []; // every network with its figures
let slugs = []; // those that are compared, in order

/** What is shown of a network; each file is fetched once. */
async function detail(slug) {
  if (!details.has(slug)) details.set(slug, await (await fetched(`compare/${slug}.json`, SITE)).json());
  return details.get(slug);
}

const bySlug = (slug) => known.find((network) => network.slug === slug);

// --- the compared networks -------------------------------------------------------------------------------------------

/** Replace the compared networks in the address, in the reader's choice and on the page. */
async function change(list, message) {
  slugs = list;
  const query = slugs.length ? `?n=${slugs.join(",")}` : location.pathname;
  history.replaceState(history.state, "", query);
  choose(slugs.map(bySlug));
  await draw(message);
}

async function draw(message) {
  const asked = slugs;
  report(message);
  try {
    const networks = await Promise.all(slugs.map(detail));
    if (asked === slugs) show(networks);
  } catch (error) {
    report(error.message, true);
  }
}

function report(message = "", isError = false) {
  status.textContent = message;
  choices.replaceChildren();
  status.classList.toggle("lw-error", isError);
}

// --- the page --------------------------------------------------------------------------------------------------------

function show(networks) {
  const focused = document.activeElement?.dataset?.control;
  start.hidden = networks.length > 0;
  result.replaceChildren(...(networks.length ? contents(networks) : []));
  offerPictures(result, "layerwise-comparison");
  if (focused) (result.querySelector(`[data-control="${focused}"]:not(:disabled)`) ?? field).focus();
}

function contents(networks) {
  const drawn = networks.slice(0, MAX_DRAWN);
  const left = networks.length > MAX_DRAWN ? ` Only the first ${MAX_DRAWN} networks are drawn.` : "";
  return [
    keyFigures(networks, ({ slug }) => new URL(NETWORK.replace("*", slug), SITE).href, controls),
    exporter({
      name: "layerwise-comparison",
      subject: "the key figures",
      table: () => figuresTable(networks, ({ slug }) => bySlug(slug).citation),
      keys: () => networks.map(({ slug }) => bySlug(slug).citation),
    }),
    networks.length > 1
      ? element("p", { class: "lw-remark" }, `Ratios are relative to ${networks[0].name}. Differences in accuracy are in percentage points.`)
      : element("p", {}, "Add another network to compare."),
    left ? element("p", {}, left.trim()) : null,
    heading("where", "Where the parameters, MACs and activations are"),
    element(
      "div",
      { class: "lw-compared" },
      element("fieldset", { class: "lw-tabs" }, element("legend", {}, "Length of the bars"), tab("one", "Same scale", true), tab("own", "Full width")),
      ...strips(drawn),
      legend(drawn, keys),
    ),
    heading("stages", "Stage by stage"),
    element("p", {}, "Rows are aligned by how far the output is scaled down. The bars show shares of each network’s own total."),
    scales(drawn),
  ].filter(Boolean);
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
  const [back, forth] = slugs.length > MAX_COLUMNS ? [["↑", "up"], ["↓", "down"]] : [["←", "to the left"], ["→", "to the right"]];
  const button = (key, sign, label, act, disabled = false) =>
    element("button", { type: "button", "data-control": `${slug} ${key}`, "aria-label": label, title: label, disabled, click: act }, sign);
  return [
    button("left", back[0], `Move ${name} ${back[1]}`, () => move(-1), place === 0),
    button("right", forth[0], `Move ${name} ${forth[1]}`, () => move(1), place === slugs.length - 1),
    button("remove", "×", `Remove ${name}`, () => change(slugs.filter((other) => other !== slug), `${name} removed.`)),
  ];
}

// --- picking ---------------------------------------------------------------------------------------------------------

function add(text) {
  const found = matches(text, known);
  if (found.length === 0) return report(unknown(text), true);
  if (found.length > 1) return offer(text, found);
  return addNetwork(found[0]);
}

function addNetwork({ slug, name }) {
  if (slugs.includes(slug)) return report(`${name} is already in the comparison.`, true);
  if (slugs.length >= LIMIT) return report(`Cannot add ${name}: a comparison holds at most ${LIMIT} networks.`, true);
  field.value = "";
  return change([...slugs, slug], `${name} added.`);
}

/** Offer the networks that a name can mean, those with large inputs first. */
function offer(text, found) {
  const inOrder = found.toSorted((one, other) => (other.input[0] > SMALL_INPUT) - (one.input[0] > SMALL_INPUT));
  const others = found.length - MAX_CHOICES;
  report(`“${text}” matches ${found.length} networks${others > 0 ? `, ${others} more than these` : ""}; choose one.`, true);
  choices.append(
    ...inOrder.slice(0, MAX_CHOICES).map((network) =>
      element("button", { type: "button", click: () => { field.focus(); addNetwork(network); } }, network.name),
    ),
  );
}

function unknown(name) {
  const slug = closest(name.slice(0, MAX_LETTERS), known);
  const quoted = name.length > MAX_LETTERS ? `${name.slice(0, MAX_LETTERS)}…` : name;
  return `There is no network “${quoted}”.${slug ? ` Did you mean ${slug}?` : ""}`;
}

picker.addEventListener("submit", (event) => {
  event.preventDefault();
  if (field.value.trim()) add(field.value.trim());
});
picker.addEventListener("reset", () => change([], "The comparison is now empty."));
field.addEventListener("input", (event) => {
  // A name chosen from the list, not a letter typed.
  if (!event.inputType || event.inputType === "insertReplacementText") if (matches(field.value, known).length === 1) add(field.value);
});

// --- the address -----------------------------------------------------------------------------------------------------

async function open() {
  known = await (await fetched("api/v1/networks.json", SITE)).json();
  document.getElementById("known").append(...known.map(({ name, family }) => element("option", { value: name }, family)));
  const query = new URLSearchParams(location.search).get("n");
  if (query === null) return change(chosen().map(({ slug }) => slug).filter(bySlug));
  const names = query.split(",", MAX_NAMES + 1).map((name) => name.trim().toLowerCase());
  const wanted = [...new Set(names.slice(0, MAX_NAMES).filter(Boolean))];
  const found = wanted.filter(bySlug);
  slugs = found.slice(0, LIMIT);
  choose(slugs.map(bySlug));
  await draw();
  const errors = wanted.filter((name) => !bySlug(name)).map(unknown);
  if (found.length > LIMIT) errors.push(`A comparison holds at most ${LIMIT} networks. Skipped: ${found.slice(LIMIT).join(", ")}.`);
  if (names.length > MAX_NAMES) errors.push(`Only the first ${MAX_NAMES} names in the address are read.`);
  if (errors.length) report(errors.join(" "), true);
}

open().catch((error) => report(error.message, true));
