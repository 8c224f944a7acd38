// A comparison as it is drawn: key figures, strips on common scales, stages beside each other.

import { element } from "./dom.js";
import { listed, stepName, steps } from "./parts.js";
import { grouped, memory, scaled, share } from "./units.js";

/** Figures whose ratio to the first network is told. */
const FIGURES = [
  ["Parameters", "parameters", grouped],
  ["Memory, fp32", "memory_bytes", memory],
  ["MACs", "macs", scaled],
  ["Activations", "activations", scaled],
  ["Depth", "depth", String],
];

/** A ratio with about two digits: `×0.18`, `×1.5`, `×12`. */
export function ratio(value, first) {
  if (!first) return "";
  const part = value / first;
  if (part >= 100) return `×${grouped(Math.round(part))}`;
  return `×${part >= 10 ? part.toFixed(1) : part >= 0.1 ? part.toFixed(2) : part.toPrecision(2)}`;
}

// --- key figures -----------------------------------------------------------------------------------------------------

/** The key figures, a column for each network; `controls` gives what stands in a column's head besides the name. */
export function keyFigures(networks, page, controls) {
  const first = networks[0];
  const line = (title, cells) => element("tr", {}, element("th", { scope: "row" }, title), ...cells);
  const cell = (text, beside = "") =>
    element("td", { class: "n" }, text, element("span", { class: "lw-ratio" }, beside));
  const figures = FIGURES.map(([title, key, print]) =>
    line(title, networks.map((network) => cell(print(network[key]), network === first ? "" : ratio(network[key], first[key])))),
  );
  const heads = networks.map((network, place) =>
    element(
      "th",
      { scope: "col", class: "n" },
      element("a", { href: page(network) }, network.name),
      element("span", { class: "lw-controls" }, ...controls(network, place)),
    ),
  );
  return table("lw-versus", "Key figures", [element("td", {}), ...heads], [
    line("Family", networks.map(({ family }) => cell(family))),
    line("Year", networks.map(({ year }) => cell(year ? String(year) : "–"))),
    ...figures,
    line("Receptive field", networks.map((network) => cell(network.receptive_field ? `${network.receptive_field} px` : "–"))),
    line("Input", networks.map(({ input }) => cell(input.join("×")))),
    line("ImageNet top-1", networks.map((network) => cell(...accuracy(network, first)))),
  ]);
}

/** The accuracy, and by how many points it differs from the first one's. */
function accuracy(network, first) {
  if (network.top1 === null) return ["–", ""];
  const points = first.top1 === null || network === first ? null : network.top1 - first.top1;
  return [`${network.top1.toFixed(2)} %`, points === null ? "" : `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`];
}

function table(css, caption, heads, lines) {
  return element(
    "div",
    { class: "lw-scroll", tabindex: "0", role: "region", "aria-label": caption },
    element(
      "table",
      { class: `lw-table ${css}`, style: `--columns:${heads.length - 1}` },
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...lines),
    ),
  );
}

// --- strips ----------------------------------------------------------------------------------------------------------

const MEASURES = [["Parameters", "parameters"], ["MACs", "macs"], ["Activations", "activations"]];

/** For each measure a strip for each network, as long as its total, cut by its parts in order. */
export function strips(networks) {
  return MEASURES.map(([title, key]) => {
    const most = Math.max(...networks.map((network) => network[key]));
    const lines = networks.map((network) => strip(network, title, key, most));
    return element("section", { class: "lw-measure" }, element("h3", {}, title), ...lines);
  });
}

/** What the colours stand for, as far as they occur. */
export function legend(networks, words) {
  const shown = new Set(networks.flatMap((network) => network.parts.map(({ category }) => category)));
  const keys = Object.entries(words).filter(([category]) => shown.has(category));
  return element(
    "p",
    { class: "lw-keys" },
    ...keys.map(([category, word]) => element("span", { class: `lw-key lw-${category}` }, word)),
  );
}

function strip(network, title, key, most) {
  const whole = network[key];
  const told = (part) => `${part.name}: ${grouped(part[key])} (${share(part[key], whole)})`;
  const found = network.parts.filter((part) => part[key]);
  const largest = found.toSorted((one, other) => other[key] - one[key]).slice(0, 3);
  const bar = element(
    "span",
    {
      class: "lw-bar",
      role: "img",
      style: `--length:${most ? (100 * whole) / most : 0}%`,
      "aria-label": `${title} of ${network.name}. The largest parts: ${largest.map(told).join("; ")}.`,
    },
    ...found.map((part) =>
      element(
        "i",
        { class: `lw-${part.category}`, style: `flex:${((1e4 * part[key]) / whole).toFixed(0)}`, title: told(part) },
        part[key] / whole < 0.02 ? "" : element("b", {}, part.name),
      ),
    ),
  );
  return element(
    "div",
    { class: "lw-line" },
    element("span", { class: "lw-what" }, network.name),
    bar,
    element("span", { class: "lw-sum" }, scaled(whole)),
  );
}

// --- stages ----------------------------------------------------------------------------------------------------------

/** The parts beside each other, aligned by how far the maps are scaled down. */
export function stages(networks) {
  const cut = networks.map((network) => steps(network, network.parts));
  const keys = [...new Set(cut.flatMap((found) => [...found.keys()]))].toSorted((one, other) => one - other);
  const heads = networks.map(({ name }) => element("th", { scope: "col" }, name));
  const lines = keys.map((key) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, stepName(key)),
      ...networks.map((network, place) => stage(network, cut[place].get(key))),
    ),
  );
  return table("lw-abreast", "Stages", [element("th", { scope: "col" }, "Scale"), ...heads], lines);
}

function stage(network, found) {
  if (!found) return element("td", { class: "lw-nothing" }, "–");
  const sum = (key) => found.reduce((total, part) => total + part[key], 0);
  const figure = (title, key) => {
    const part = network[key] ? (100 * sum(key)) / network[key] : 0;
    return element(
      "span",
      { class: "lw-share lw-figure", style: `--share:${part.toFixed(2)}%`, title: `${grouped(sum(key))} ${title}, ${share(sum(key), network[key])}` },
      element("span", {}, title),
      scaled(sum(key)),
    );
  };
  return element(
    "td",
    {},
    element("b", {}, found.at(-1).output.join("×")),
    element("span", { class: "lw-parts-of" }, listed(found.map(({ name }) => name))),
    figure("parameters", "parameters"),
    figure("MACs", "macs"),
  );
}
