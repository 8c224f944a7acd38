// The networks a reader has chosen to compare, kept in the browser from page to page.

import { SITE } from "./data.js";
import { COMPARE } from "./pages.js";

export const LIMIT = 12;

const KEY = "layerwise.comparison";
const listeners = new Set();
let kept = null; // instead of the storage if a browser refuses it

/** The chosen networks in order, as `{slug, name}`. */
export function chosen() {
  let list = kept;
  try {
    list ??= JSON.parse(localStorage.getItem(KEY));
  } catch {
    list = [];
  }
  return Array.isArray(list) ? list.filter(isNetwork).slice(0, LIMIT) : [];
}

function isNetwork(entry) {
  return typeof entry?.name === "string" && /^[a-z0-9-]+$/.test(entry.slug);
}

/** Whether a network is among them. */
export function isChosen(slug) {
  return chosen().some((network) => network.slug === slug);
}

/** Replace the choice. */
export function choose(networks) {
  const list = networks.slice(0, LIMIT).map(({ slug, name }) => ({ slug, name }));
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    kept = list;
  }
  for (const listener of listeners) listener();
}

/** Take a network in or out; returns false where there is no room for it. */
export function toggle({ slug, name }) {
  const others = chosen().filter((network) => network.slug !== slug);
  const taken = !isChosen(slug);
  if (taken && others.length >= LIMIT) return false;
  choose(taken ? [...others, { slug, name }] : others);
  return true;
}

/** Call a function now and whenever the choice changes, in this window or in another. */
export function follow(listener) {
  listeners.add(listener);
  addEventListener("storage", (event) => event.key === KEY && listener());
  addEventListener("pageshow", (event) => event.persisted && listener());
  listener();
}

/** The address that compares networks. */
export function address(networks) {
  const page = new URL(COMPARE, SITE).href;
  return networks.length ? `${page}?n=${networks.map(({ slug }) => slug).join(",")}` : page;
}
