// Elements of SVG, and copies of those on the page with their styles as attributes.

const NAMESPACE = "http://www.w3.org/2000/svg";

/** An element of SVG; attributes that are null are omitted. */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// --- colours ---------------------------------------------------------------------------------------------------------

const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

/** A colour of CSS as the attributes of a property that every program reads: `#1d4ed8`, and an opacity below 1. */
export function plainColour(property, colour) {
  if (colour === "none") return { [property]: "none" };
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
  if (alpha === 0) return { [property]: "none" };
  const hex = `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  return { [property]: hex, ...(alpha < 255 && { [`${property}-opacity`]: (alpha / 255).toFixed(2) }) };
}

// --- copies ----------------------------------------------------------------------------------------------------------

const COLOURS = ["fill", "stroke"];
/** Properties that are copied, with the values that they have anyway. */
const USUAL = {
  "fill-opacity": "1", "stroke-opacity": "1", "stroke-width": "1px", "stroke-linejoin": "miter", "stroke-linecap": "butt",
  "stroke-dasharray": "none", opacity: "1", "font-size": "", "font-weight": "400", "text-anchor": "start",
  "dominant-baseline": "auto", "paint-order": "normal",
};
const TEXT = ["font-size", "font-weight", "text-anchor", "dominant-baseline"];
const FOR_THE_PAGE = /^(class|style|href|xlink:href|role|tabindex|target|data-.*|aria-.*)$/;

/** Copies of the visible children of an element. */
export function drawing(parent) {
  return [...parent.childNodes].flatMap((child) => {
    if (child.nodeType === Node.TEXT_NODE) return child.data.trim() ? [child.data] : [];
    if (child.nodeType !== Node.ELEMENT_NODE) return [];
    if (child.localName === "title") return [svg("title", {}, child.textContent)];
    const style = getComputedStyle(child);
    return style.display === "none" || style.visibility === "hidden" ? [] : [copy(child, style)];
  });
}

function copy(original, style) {
  const isGroup = ["a", "g", "svg"].includes(original.localName);
  const kept = [...original.attributes].filter(({ name, value }) => !FOR_THE_PAGE.test(name) || (name === "href" && value.startsWith("#")));
  const attributes = Object.fromEntries(kept.map(({ name, value }) => [name, value]));
  Object.assign(attributes, isGroup ? groupStyle(style) : shapeStyle(original, style));
  const name = original.localName === "a" ? "g" : original.localName;
  if (name === "g" && original.localName === "a") delete attributes.href;
  const label = original.localName === "a" && !original.querySelector("title") && original.getAttribute("aria-label");
  return svg(name, attributes, ...(label ? [svg("title", {}, label)] : []), ...drawing(original));
}

function groupStyle({ opacity }) {
  return opacity === "1" ? {} : { opacity };
}

function shapeStyle(original, style) {
  const isText = ["text", "tspan"].includes(original.localName);
  const found = {};
  for (const [property, usual] of Object.entries(USUAL)) {
    const value = style.getPropertyValue(property);
    if (value !== usual && (isText || !TEXT.includes(property))) found[property] = value;
  }
  for (const property of COLOURS) Object.assign(found, plainColour(property, style.getPropertyValue(property)));
  if (found.stroke === "none") for (const property of Object.keys(found)) if (/^stroke-/.test(property)) delete found[property];
  if (original.localName === "circle" && style.transform !== "none") found.r = original.r.baseVal.value * new DOMMatrix(style.transform).a;
  return found;
}
