// The calculator: a definition is edited, and its figures follow.

import { createChanges } from "./changes.mjs";
import { createEditor } from "./editor.mjs";
import { Language } from "./language.mjs";
import { importModels } from "./models.mjs";
import { decode, download, encode, proposal } from "./sharing.mjs";
import { engine } from "./start.js";
import { createView } from "./view.mjs";
import { usedFiles } from "../../assets/used-files.js";

const DEBOUNCE = 60; // milliseconds without a key before a definition is calculated
const CHANGES = 250; // and before it is compared with the one that it was opened from
const SETTLED = 600; // and before its address and its announcement follow

const root = document.querySelector(".lw-calculator");
const find = (selector) => root.querySelector(selector);
const [status, errors, networks, example] = [".lw-status", ".lw-diagnostics", "[name=network]", "[name=example]"].map(find);
const json = async (address) => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
};

const language = json(new URL("language.json", import.meta.url)).then((data) => new Language(data));
language.catch(() => null); // without it, there is no completion
const page = new URL(location.pathname, location.href);
const relative = (path) => new URL(path, page);
const initial = find("template").content.textContent;
const view = createView(root, async () => JSON.parse(await engine.data("derivation")));
const editor = createEditor(find(".lw-editor"), initial, language, edited);
const changes = createChanges(find(".lw-diff"), async ({ text, file }) => engine.ask("changes", text, file, await usedFiles(text, relative("used.json"))));
changes.base = { text: initial, file: root.dataset.file, slug: root.dataset.slug, name: find(".lw-shown").textContent };

const state = { file: root.dataset.file, slug: root.dataset.slug, name: root.dataset.file, diagnostics: [], isOwn: false };
const timers = {};
let isAsked = false; // whether anything has been calculated

/** Call a function after a time without another call. */
function later(name, time, call) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(call, time);
}

/** Report what follows from typing, after a pause: screen readers need not read every state in between. */
function say(text) {
  later("say", SETTLED, () => { status.textContent = text; });
}

/** Report the result of an action now. */
function announce(text) {
  clearTimeout(timers.say);
  status.textContent = text;
}

// --- calculating ------------------------------------------------------------------------------------------------------

function edited() {
  Object.assign(state, { isOwn: true, file: "" });
  later("calculate", DEBOUNCE, calculate);
  later("address", SETTLED, keepAddress);
}

/** Calculate the text, with the files that it can use. */
async function calculate() {
  isAsked = true;
  const { text } = editor;
  return engine.calculate(text, state.file, state.slug, await usedFiles(text, relative("used.json")));
}

/** Load a definition into the editor; it gets a name for its file if it has none. It is visible before it is calculated. */
function load(text, file, slug = "") {
  clearTimeout(timers.calculate);
  clearTimeout(timers.address);
  Object.assign(state, { file, slug, name: file, isOwn: false });
  editor.load(text);
  requestAnimationFrame(() => setTimeout(calculate));
}

function showAnswer(answer, time) {
  root.dataset.time = time.toFixed(1);
  if (answer.is_complete) showErrors(answer.diagnostics);
  if (answer.networks.length) {
    state.name = answer.file;
    showNetworks(answer);
  }
  const isShown = Object.keys(answer.parts).length > 0;
  if (isShown) {
    view.show(answer.parts);
    later("changes", CHANGES, () => changes.update(editor.text));
  }
  const isStale = answer.is_complete && answer.diagnostics.length > 0;
  root.classList.toggle("lw-stale", isStale && !isShown);
  if (isStale) say(`${count(answer.diagnostics.length)}; the figures are of the last definition without errors.`);
  else if (isShown) say(summary());
}

const count = (number) => (number === 1 ? "1 error" : `${number} errors`);

/** The key figures in words, for screen readers. */
function summary() {
  const figures = [...root.querySelectorAll("[data-part=figures] div")].slice(0, 3);
  return figures.map((figure) => `${figure.children[0].textContent} ${figure.children[1].textContent}`).join(", ");
}

function showErrors(diagnostics) {
  if (JSON.stringify(diagnostics) === JSON.stringify(state.diagnostics)) {
    editor.mark(diagnostics);
    return;
  }
  state.diagnostics = diagnostics;
  editor.mark(diagnostics);
  errors.replaceChildren(...diagnostics.map(([line, column, message]) => {
    const item = document.createElement("li");
    const place = item.appendChild(document.createElement("button"));
    place.type = "button";
    place.textContent = `${line}:${column}`;
    place.setAttribute("aria-label", `${line}:${column}: go to this line and column`);
    place.addEventListener("click", () => editor.goTo(line, column));
    item.append(` ${message}`);
    return item;
  }));
}

function showNetworks({ networks: all, selected }) {
  if (state.slug && !all.some(([slug]) => slug === state.slug)) state.slug = "";
  networks.closest("label").hidden = all.length < 2;
  networks.replaceChildren(...all.map(([slug, name]) => new Option(name, slug, false, slug === selected)));
  find(".lw-shown").textContent = all.find(([slug]) => slug === selected)[1];
}

const STATES = {
  ended: "The calculation took too long and was ended. Change the definition to try again.",
  failed: "The engine could not be loaded. Change the definition to try again.",
};

function showState(name) {
  root.dataset.state = name;
  if (STATES[name]) announce(STATES[name]);
}

// --- sharing ----------------------------------------------------------------------------------------------------------

async function keepAddress() {
  if (state.isOwn) history.replaceState(null, "", await hash());
}

/** The definition in the editor, and the network that it was opened from. */
async function hash() {
  return `#${await encode(editor.text)}${changes.base ? `&from=${changes.base.slug}` : ""}`;
}

/** The address of the definition in the editor. */
async function link() {
  if (!state.isOwn && location.hash) return location.href;
  return `${page.href}${await hash()}`;
}

/** Load the definition that the address names or contains. */
async function follow() {
  const hash = location.hash;
  if (/^#(network=|v1:)/.test(hash)) forget();
  try {
    const [, slug] = hash.match(/^#network=([a-z0-9-]+)$/) ?? [];
    if (slug) await open(slug);
    else if (hash.startsWith("#v1:")) {
      const [packed, from] = hash.split("&from=");
      const text = await decode(packed, (await language).data.max_bytes);
      if (text === null) throw new Error("damaged");
      changes.base = from ? await definition(from).catch(() => null) : null;
      load(text, "");
    }
  } catch {
    announce("The definition in this address could not be read.");
  }
}

/** Load a network of the site. */
async function open(slug) {
  changes.base = await definition(slug);
  load(changes.base.text, changes.base.file, slug);
}

/** The definition of a network of the site. */
async function definition(slug) {
  const file = (await json(relative(root.dataset.networks)))[slug];
  if (!file) throw new Error("unknown");
  const response = await fetch(relative(`${root.dataset.definitions}${file}`));
  if (!response.ok) throw new Error(String(response.status));
  return { text: (await response.text()).replace(/^# yaml-language-server:.*\n/, ""), file, slug, name: slug };
}

/** Load the draft of a model, which is the reader's own. */
function openDraft(text) {
  changes.base = null;
  load(text, "");
  state.isOwn = true;
  later("address", SETTLED, keepAddress);
}

const forget = importModels(root, (file, size) => engine.draft(file, size), openDraft, announce);

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce("Copied.");
  } catch {
    announce("The browser did not allow copying.");
  }
}

const base = () => (state.slug || state.name.replace(/\.ya?ml$/, ""));
const ACTIONS = {
  link: async () => copy(await link()),
  markdown: async () => copy(`${await engine.data("markdown")}\n[Open in the calculator](${await link()})\n`),
  yml: () => download(state.name, editor.text, "text/yaml"),
  json: async () => download(`${base()}.json`, await engine.data("json"), "application/json"),
  csv: async () => download(`${base()}.csv`, await engine.data("csv"), "text/csv"),
  propose: async () => {
    const { address, isWhole } = proposal(root.dataset.proposals, state.name, editor.text);
    window.open(address, "_blank", "noopener");
    if (!isWhole) {
      await copy(editor.text);
      announce("The definition was copied; paste it into the new file.");
    }
  },
};

for (const button of root.querySelectorAll("[data-action]")) {
  button.addEventListener("click", async () => {
    try {
      await ACTIONS[button.dataset.action]();
    } catch {
      announce("There is nothing to copy or download yet.");
    }
  });
}
networks.addEventListener("change", () => {
  state.slug = networks.value;
  calculate();
});
example.addEventListener("change", () => {
  if (!example.value) return;
  history.replaceState(null, "", `#network=${example.value}`);
  follow();
  example.value = "";
});
addEventListener("hashchange", follow);

// --- the start ----------------------------------------------------------------------------------------------------------

/** Calculate the example, unless there was something else: its derivations and files are asked of the engine, too. */
const start = () => { if (!isAsked) calculate(); };
engine.listen(showAnswer, showState);
for (const event of ["pointerenter", "focusin"]) root.addEventListener(event, start, { once: true });
(globalThis.requestIdleCallback ?? setTimeout)(start);
follow();
