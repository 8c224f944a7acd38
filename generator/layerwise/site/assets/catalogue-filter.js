// The filter of the catalogue: the test that a form describes.

import { lower } from "./names.js";
import { quantity } from "./quantities.js";

const LISTS = ["task", "dataset", "uses"]; // whose choices rows refer to by place, in this order

/** The places of a row in these lists: `0 3 1.4.20` has the task 0, the dataset 3 and the layer types 1, 4 and 20. */
export function facets(text) {
  return text.split(" ").map((places) => new Set(places.split(".")));
}

/** Mark fields that hold no figure. Returns the first of them, or nothing. */
export function check(form) {
  let wrong;
  for (const field of form.querySelectorAll("[data-unit]")) {
    const isWrong = field.value.trim() !== "" && Number.isNaN(quantity(field.value, field.dataset.unit));
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (isWrong) wrong ??= field;
  }
  return wrong;
}

/** The test of a form: true for the lines that fit. */
export function test(form) {
  const { text, family, accuracy, type, ram, flash } = form.elements;
  const bytes = Number(type.selectedOptions[0].dataset.bits) / 32; // of a value, relative to fp32
  const scales = { memory: bytes, peak: bytes };
  const words = lower(text.value).split(/\s+/);
  const tests = [
    words.some(Boolean) && ((line) => words.every((word) => line.text.includes(word))),
    family.value && ((line) => line.figures.family === family.value),
    accuracy.checked && ((line) => line.figures["top-1"] !== null),
    ...LISTS.map((name, list) => chosen(form.elements[name], list)),
    ...[...form.querySelectorAll("[name$=-from]")].map((from) => {
      const key = from.name.replace(/-from$/, "");
      return range(key, limit(from), limit(form.elements[`${key}-to`]), scales[key]);
    }),
    range("peak", NaN, limit(ram), bytes),
    range("memory", NaN, limit(flash), bytes),
  ].filter(Boolean);
  return (line) => tests.every((fits) => fits(line));
}

/** The test of a list, of which rows hold the places. */
function chosen(select, list) {
  const place = String(select.selectedIndex - 1); // the first choice is all
  return select.value && ((line) => line.facets[list].has(place));
}

function limit(field) {
  return field.value.trim() === "" ? NaN : quantity(field.value, field.dataset.unit);
}

/** The test of a figure between two limits, of which NaN is none; a missing figure is within none. */
function range(key, low, high, scale = 1) {
  if (Number.isNaN(low) && Number.isNaN(high)) return null;
  return ({ figures }) => figures[key] !== null && !(figures[key] * scale < low) && !(figures[key] * scale > high);
}
