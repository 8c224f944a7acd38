// Hits by name, before those of the full-text index: a whole name first, then beginnings of names, then words of titles.

import { SITE } from "./data.js";
import { element } from "./dom.js";
import { NETWORK, ROOT } from "./pages.js";

const MOST = 8;
const ASIDE = new Set(
  "a an and are does for has have how in is its many model much network of paper param parameter parameters params the was what why with".split(" "),
);

const root = new URL(ROOT, SITE);
const networks = new URL(NETWORK.split("*")[0], SITE).href;
const query = document.querySelector(".md-search__input");
const list = document.querySelector(".md-search-result__list");
const found = document.querySelector(".md-search-result__meta");

const plain = (text) =>
  text.toLowerCase().normalize("NFKD").replace(/×/g, "x").replace(/(?<!\d)\.|\.(?!\d)|[^a-z0-9.]/g, "");
const words = (text) => text.split(/[\s\-_/(),;:=]+/).map(plain).filter(Boolean);

const all = await fetch(new URL("search/names.json", root))
  .then((response) => response.json())
  .then((rows) =>
    rows.map(([location, title, line, ...names]) => ({
      address: new URL(location, root).href,
      title,
      line,
      isNetwork: new URL(location, root).href.startsWith(networks),
      key: location.includes("#") ? "" : plain(title),
      keys: [title, ...names].map(plain),
      words: words(title),
    })),
  );

const quality = (page, typed, typedWords) => {
  if (page.key === typed) return 5;
  if (page.keys.includes(typed)) return 4;
  if (page.key.startsWith(typed)) return 3;
  if (page.keys.some((key) => key.startsWith(typed))) return 2;
  return typedWords.every((word) => page.words.some((other) => other.startsWith(word))) ? 1 : 0;
};

function best(text) {
  const typed = words(text);
  const told = typed.filter((word) => !ASIDE.has(word));
  const forms = [[plain(text), typed], [told.join(""), told]].filter(([form]) => form);
  return all
    .map((page) => [page, Math.max(0, ...forms.map((form) => quality(page, ...form)))])
    .filter(([, score]) => score)
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST)
    .map(([page]) => page);
}

const hit = ({ address, title, line }) =>
  element(
    "li",
    { class: "md-search-result__item lw-hit" },
    element(
      "a",
      { class: "md-search-result__link", href: address, tabindex: "-1" },
      element(
        "article",
        { class: "md-search-result__article md-typeset" },
        element("h1", {}, title),
        element("p", {}, line),
      ),
    ),
  );

const addressOf = (item) => item.querySelector("[href]").href;

/** Show the figures of a network that the full-text index found, instead of lines of its text. */
function shorten(item, page) {
  const article = item.querySelector("article");
  if (!page || article.dataset.short) return;
  article.dataset.short = "";
  article.replaceChildren(element("h1", {}, page.title), element("p", {}, page.line));
}

function show() {
  const hits = best(query.value);
  const addresses = hits.map(({ address }) => address);
  const items = [...list.children];
  const old = items.filter((item) => item.matches(".lw-hit"));
  const byText = items.filter((item) => !old.includes(item));
  for (const item of byText) {
    if (addresses.includes(addressOf(item))) item.remove();
    else shorten(item, byAddress.get(addressOf(item)));
  }
  if (old.map(addressOf).join() !== addresses.join() || old.some((item, place) => item !== list.children[place])) {
    for (const item of old) item.remove();
    list.prepend(...hits.map(hit));
  }
  if (hits.length) {
    const matches = hits.length === 1 ? "1 match" : `${hits.length} matches`;
    found.textContent = `${matches} by name${byText.length ? ", then by text" : ""}`;
  }
}

const byAddress = new Map(all.filter(({ isNetwork }) => isNetwork).map((page) => [page.address, page]));
let isOpening = false;

const observer = new MutationObserver(update);

function update() {
  show();
  observer.takeRecords();
  if (isOpening) openFirst();
}

function openFirst() {
  const first = list.querySelector("[href]");
  isOpening = !first;
  first?.click();
}

/** Open the first result; wait for it if there is none yet. */
export function open() {
  if (!plain(query.value)) return;
  show();
  observer.takeRecords();
  openFirst();
}

query.addEventListener("input", () => {
  isOpening = false;
  update();
});
query.form.addEventListener("reset", () => setTimeout(update));
observer.observe(list, { childList: true });
update();
