// The page of a network for another input size or number of classes. The engine of the calculator, which is fetched when
// it is first needed, calculates the parts of the page; the address holds what was asked.

import { asker } from "./ask.js";
import { SITE, fetched } from "./data.js";
import { element } from "./dom.js";
import { opened } from "./groups.js";
import { attach, show as showTable } from "./layers.js";
import { offerPictures } from "./picture-export.js";
import { usedFiles } from "./used-files.js";
import { update } from "./what-if.js";

const form = document.querySelector("form.lw-resize");
const article = form.closest("article");
const [status, error] = [".lw-asked", ".lw-resize-error"].map((selector) => article.querySelector(selector));
const fields = [...form.querySelectorAll("input")];
const { file, slug } = form.dataset;
const usual = new Map(); // the nodes of the page itself by the parts that were replaced
const mark = element("li");
let shown = ""; // the question whose answer is on the page
const askEngine = asker(form.dataset.engine);
let definition = null;
let replaced = false;

/** The text of the definition, which is fetched with the first question. */
async function text() {
  return (await fetched(`definitions/${encodeURIComponent(file)}`, SITE)).text();
}

/** The parts of the page for some values, by the names of the fields. */
async function ask(asked) {
  definition ??= text();
  definition.catch(() => { definition = null; });
  const content = await definition;
  const used = await usedFiles(content, new URL("calculate/used.json", SITE));
  return askEngine("what_if", content, file, slug, asked.get("input") ?? "", asked.get("classes") ?? "", used);
}

// --- showing ----------------------------------------------------------------------------------------------------------

/** Replace the parts of the page; those of the page itself are kept. */
function replace({ parts }) {
  for (const place of article.querySelectorAll("[data-part]")) {
    const html = parts[place.dataset.part];
    if (html === undefined) continue;
    if (!usual.has(place)) usual.set(place, [...place.childNodes]);
    const reopen = opened(place);
    place.innerHTML = html;
    attach(place, derivation);
    offerPictures(place, `${slug}-${shown}`.replace(/[^\w-]+/g, "-"));
    reopen();
  }
  replaced = true;
}

/** Show the page itself again. */
function restore() {
  if (!replaced) return;
  for (const [place, nodes] of usual) place.replaceChildren(...nodes);
  const table = article.querySelector(".lw-layers[data-network]");
  if (table) showTable(table);
  replaced = false;
}

async function derivation() {
  return JSON.parse(await askEngine("data", "derivation"));
}

/** Mark the page, and say what its figures are for. */
function report(asked, answer) {
  article.classList.toggle("lw-resized", replaced);
  mark.remove();
  if (!replaced) return;
  const classes = asked.has("classes") ? ` and ${answer.classes} ${answer.classes === 1 ? "class" : "classes"}` : "";
  const size = answer.input;
  const back = element("a", { href: address(new Map()), click: leave }, `Back to ${usualValues()}`);
  const text = `Calculated for an input of ${size}${classes}.${answer.note && ` ${answer.note}.`} The summary, notes, published figures and downloads are not.`;
  status.replaceChildren(`${text} `, back);
  mark.replaceChildren(element("a", { href: "#lw-resize" }, `${size}${classes}`));
  article.querySelector(".lw-sections ul")?.prepend(mark);
}

/** The values of the page itself: `224×224 and 1000 classes`. */
function usualValues() {
  const classes = form.elements.classes?.defaultValue;
  return classes ? `${form.dataset.usual} and ${classes} classes` : form.dataset.usual;
}

// --- the address ------------------------------------------------------------------------------------------------------

/** The values of the fields, without those that the page has itself. */
const typed = () => new Map(fields.map((field) => [field.name, field.value.trim()]).filter(([name, value]) => value && value !== form.elements[name].defaultValue));

/** The values in the address. */
function addressed() {
  const parameters = new URLSearchParams(location.search);
  return new Map(fields.map(({ name }) => [name, parameters.get(name)]).filter(([, value]) => value));
}

function address(asked) {
  const parameters = new URLSearchParams(location.search);
  for (const { name } of fields) {
    if (asked.has(name)) parameters.set(name, asked.get(name));
    else parameters.delete(name);
  }
  const query = String(parameters);
  return `${location.pathname}${query && `?${query}`}`;
}

function go(asked) {
  if (address(asked) !== `${location.pathname}${location.search}`) history.pushState(null, "", address(asked));
  follow();
}

function leave(event) {
  event.preventDefault();
  go(new Map());
  fields[0].focus();
}

/** Show what the address asks for. */
async function follow() {
  const asked = addressed();
  const question = [...asked.values()].join("-");
  if (question === shown) return;
  shown = question;
  for (const field of fields) field.value = asked.get(field.name) ?? field.defaultValue;
  error.textContent = "";
  status.textContent = question ? "Calculating…" : "";
  form.ariaBusy = String(Boolean(question));
  const answer = question ? await ask(asked).catch(() => ({ error: "The calculation could not be loaded; try again." })) : { error: "" };
  if (question !== shown) return; // there is another one
  form.ariaBusy = "false";
  if (answer.parts && !answer.error) replace(answer);
  else restore();
  update();
  status.textContent = "";
  report(asked, answer);
  error.textContent = answer.error && `${answer.error}. The figures are for ${usualValues()}.`;
  for (const field of fields) field.setAttribute("aria-invalid", String(Boolean(answer.error) && asked.has(field.name)));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  shown = error.textContent ? "?" : shown; // so that the same question can be asked again
  go(typed());
});
addEventListener("popstate", follow);
follow();
