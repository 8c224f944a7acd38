// The strips of a network or of a comparison, which are HTML on the page, as SVG.

import { plainColour, svg } from "./svg.js";

const WIDTH = 1000;
const ROW = 24;
const BAR = 19;
const SUM = 66; // room for the totals
const INK = "#171a21";
const MUTED = "#545c69";

const measure = new OffscreenCanvas(1, 1).getContext("2d");

function widthOf(text, size) {
  measure.font = `${size}px Helvetica, Arial, sans-serif`;
  return measure.measureText(text).width;
}

/** Size and elements of the strips in an element of the page. */
export function stripsDrawing(strips) {
  const sections = [...strips.querySelectorAll(".lw-measure")];
  const rows = [...strips.querySelectorAll(".lw-strip, .lw-line")];
  const label = 14 + Math.max(...rows.map((row) => widthOf(row.querySelector(".lw-what").textContent, 11)));
  const body = [hatching(strips)];
  let top = 0;
  for (const section of sections.length ? sections : [strips]) {
    const title = section.querySelector("h3")?.textContent;
    if (title) body.push(svg("text", { x: 0, y: (top += ROW) - 8, "font-size": 12, "font-weight": 600, fill: INK }, title));
    for (const row of section.querySelectorAll(".lw-strip, .lw-line")) {
      body.push(...line(row, label, top));
      top += ROW;
    }
  }
  return { width: WIDTH, height: top, body };
}

/** The pattern of side outputs, whose parameters are used in training only. */
function hatching(strips) {
  const colour = getComputedStyle(strips).getPropertyValue("--lw-input").trim();
  const stroke = svg("path", { d: "M0 0v7", stroke: colour, "stroke-opacity": 0.45, "stroke-width": 7 });
  return svg("defs", {}, svg("pattern", { id: "side-output", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, stroke));
}

function line(row, left, top) {
  const bar = row.querySelector(".lw-bar");
  const room = WIDTH - left - SUM;
  const grow = (segment) => Number(getComputedStyle(segment).flexGrow);
  const total = [...bar.children].reduce((sum, segment) => sum + grow(segment), 0);
  const full = row.classList.contains("lw-line") ? room * Math.min(1, share(bar)) : room;
  let at = left;
  const segments = [...bar.children].map((segment) => {
    const width = (full * grow(segment)) / total;
    at += width;
    return part(segment, at - width, top, width);
  });
  const text = (selector, attributes) => svg("text", { y: top + 13.5, "font-size": 11, ...attributes }, row.querySelector(selector).textContent);
  return [
    text(".lw-what", { x: 0, fill: MUTED }),
    ...segments,
    text(".lw-sum", { x: WIDTH, "text-anchor": "end", "font-weight": 700, fill: INK }),
  ];
}

/** The length of a bar as a share of the longest, as it is drawn at the moment. */
function share(bar) {
  const longest = Math.max(...[...bar.closest(".lw-measure").querySelectorAll(".lw-bar")].map((other) => other.getBoundingClientRect().width));
  return bar.getBoundingClientRect().width / longest;
}

function part(segment, x, y, width) {
  const style = getComputedStyle(segment);
  const hue = style.getPropertyValue("--lw-hue").trim();
  const isSide = segment.classList.contains("lw-side-output");
  const fill = isSide ? { fill: "url(#side-output)" } : plainColour("fill", style.backgroundColor);
  const name = segment.textContent;
  const fits = name && widthOf(name, 9) + 8 <= width;
  const size = { y, width: width.toFixed(2), height: BAR };
  return svg(
    "g",
    {},
    svg("title", {}, segment.title),
    svg("rect", { x: x.toFixed(2), ...size, ...fill }),
    ...[...segment.querySelectorAll("u")].map((operation) => {
      const start = (width * parseFloat(getComputedStyle(operation).getPropertyValue("--share"))) / 100; // it covers the segment from here to its end
      const colour = plainColour("fill", getComputedStyle(operation).backgroundColor);
      return svg("rect", { ...size, x: (x + start).toFixed(2), width: (width - start).toFixed(2), ...colour });
    }),
    svg("rect", { x: x.toFixed(2), ...size, width: Math.min(1, width).toFixed(2), fill: hue }),
    ...(fits ? [svg("text", { x: (x + 5).toFixed(2), y: y + 13, "font-size": 9, fill: INK }, name)] : []),
  );
}
