// A comparison as it is drawn: key figures, strips on common scales, scales side by side. All strings and shares are in
// the networks' files (report/data/comparison.py); only what relates two networks is calculated here.

import { element } from "./dom.js";
import { cell } from "./table-text.js";

/** A ratio with about two digits: `×0.18`, `×1.5`, `×12`. */
export function ratio(value, first) {
  if (!first) return "";
  const part = value / first;
  if (part >= 100) return `×${Math.round(part).toLocaleString("en")}`;
  return `×${part >= 10 ? part.toFixed(1) : part >= 0.1 ? part.toFixed(2) : part.toPrecision(2)}`;
}

function points(value, first) {
  return `${value < first ? "−" : "+"}${Math.abs(value - first).toFixed(1)}`;
}

function table(css, caption, heads, rows) {
  return element(
    "div",
    { class: "lw-scroll", tabindex: "0", role: "region", "aria-label": caption },
    element(
      "table",
      { class: `lw-table ${css}`, style: `--columns:${heads.length - 1}` },
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...rows),
    ),
  );
}

// --- key figures -----------------------------------------------------------------------------------------------------

/** The number of networks up to which each is a column; more of them are rows, as in papers. */
export const MAX_COLUMNS = 6;

/** The key figures, a column or a row for each network; `controls` gives the buttons next to a name. */
export function keyFigures(networks, page, controls) {
  const [first] = networks;
  const titles = first.figures.map(([title]) => title);
  const name = (network, place) => [
    element("a", { href: page(network) }, network.name),
    place === 0 && networks.length > 1 ? element("span", { class: "lw-baseline" }, "baseline") : null,
    element("span", { class: "lw-controls" }, ...controls(network, place)),
  ];
  const figure = ({ figures }, row) => keyFigure(figures[row], first.figures[row]);
  if (networks.length > MAX_COLUMNS) {
    const heads = titles.map((title) => element("th", { scope: "col", class: "n" }, title));
    const rows = networks.map((network, place) =>
      element("tr", {}, element("th", { scope: "row" }, ...name(network, place)), ...titles.map((_, row) => figure(network, row))),
    );
    return table("lw-versus lw-in-rows", "Key figures", [element("th", { scope: "col" }, "Network"), ...heads], rows);
  }
  const heads = networks.map((network, place) => element("th", { scope: "col", class: "n" }, ...name(network, place)));
  const rows = titles.map((title, row) => element("tr", {}, element("th", { scope: "row" }, title), ...networks.map((network) => figure(network, row))));
  return table("lw-versus", "Key figures", [element("td", {}), ...heads], rows);
}

/** A figure, and how it differs from that of the first network, which is not copied with it. */
function keyFigure(figure, first) {
  const [, text, value, unit] = figure;
  if (value === null) return element("td", { class: "n lw-words" }, text);
  const isCompared = figure !== first && unit !== "" && first[2] !== null;
  const difference = isCompared ? (unit === "points" ? points : ratio)(value, first[2]) : "";
  return element("td", { class: "n" }, text, element("span", { class: "lw-ratio" }, difference));
}

/** The key figures as a table to take along; `keys` gives the key of a network's paper. */
export function figuresTable(networks, keys) {
  return {
    caption: `Comparison of ${networks.map(({ name }) => name).join(", ")}`,
    heads: ["Network", ...networks[0].figures.map(([title]) => title)],
    rows: networks.map((network) => [
      { text: network.name, value: null, key: keys(network) },
      ...network.figures.map(([, text, value]) => cell(text, value)),
    ]),
  };
}

// --- strips ----------------------------------------------------------------------------------------------------------

/** For each figure a strip for each network, as long as its total. */
export function strips(networks) {
  const titles = new Set(networks.flatMap((network) => network.strips.map(({ title }) => title)));
  return [...titles].map((title) => {
    const found = networks.map(({ name, strips: all }) => ({ name, strip: all.find((strip) => strip.title === title) }));
    const longest = Math.max(...found.map(({ strip }) => strip?.whole ?? 0));
    const lines = found.map(({ name, strip }) => line(name, strip, longest));
    return element("section", { class: "lw-measure" }, element("h3", {}, title), ...lines);
  });
}

function line(name, strip, longest) {
  const bars = strip?.bars.map(([[[first], ...others], width, title, text]) => {
    const further = others.map(([operation, start]) => element("u", { class: `lw-${operation}`, style: `--share:${start}%` }));
    return element("i", { class: `lw-${first}`, style: `flex:${width}`, title }, ...further, text && element("b", {}, text));
  });
  const length = strip ? (100 * strip.whole) / longest : 0;
  const label = strip ? `${name}: ${strip.label}` : null;
  return element(
    "div",
    { class: "lw-line" },
    element("span", { class: "lw-what" }, name),
    element("span", { class: "lw-bar", role: strip ? "img" : null, style: `--length:${length}%`, "aria-label": label }, ...(bars ?? [])),
    element("span", { class: "lw-sum" }, strip?.total ?? "0"),
  );
}

/** The keys of the operations that occur; `keys` has those of all. */
export function legend(networks, keys) {
  const bars = networks.flatMap(({ strips: all }) => all.flatMap(({ bars: cut }) => cut));
  const used = new Set(bars.flatMap(([mix]) => mix.map(([operation]) => operation)));
  const result = keys.cloneNode(true);
  for (const key of [...result.children]) {
    if (![...used].some((operation) => key.classList.contains(`lw-${operation}`))) key.remove();
  }
  return result;
}

// --- scales ----------------------------------------------------------------------------------------------------------

/** The layers on each scale, side by side. */
export function scales(networks) {
  const rows = new Map(networks.flatMap((network) => network.scales.map(({ order, scale }) => [order, scale])));
  const heads = networks.map(({ name }) => element("th", { scope: "col" }, name));
  return table(
    "lw-abreast",
    "Stages",
    [element("th", { scope: "col" }, "Scale"), ...heads],
    [...rows].toSorted(([one], [other]) => one - other).map(([order, scale]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, scale),
        ...networks.map((network) => scaleCell(network.scales.find((found) => found.order === order))),
      ),
    ),
  );
}

function scaleCell(scale) {
  if (!scale) return element("td", { class: "lw-nothing" }, "–");
  const figures = scale.figures.map(([name, text, share, title]) =>
    element("span", { class: "lw-share lw-figure", style: `--share:${share}%`, title }, element("span", {}, name), text),
  );
  return element("td", {}, element("b", {}, scale.output), element("span", { class: "lw-parts-of" }, scale.parts), ...figures);
}
