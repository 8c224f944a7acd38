// Completion and hover texts, from the data that the reader of definitions is described by.

import { placeAt } from "./place.mjs";

/** What is in the value of a key, by the kind of mapping the key is in; `*` is any other key. */
const INSIDE = {
  file: { variants: "variants", paper: "paper", claims: "claim", notes: "note", accuracy: "accuracy", layers: "item", blocks: "blocks", defaults: "kinds" },
  variant: { paper: "paper", claims: "claim", notes: "note", accuracy: "accuracy" },
  variants: { "*": "variant" },
  blocks: { "*": "block" },
  block: { layers: "item" },
  item: { layers: "item", output: "item", first: "options" },
  branches: { "*": "item" },
};

export class Language {
  constructor(data) {
    this.data = data;
  }

  /** The keys that are possible at a place, as [key, entry] pairs, and the one whose value is there. */
  keysAt(place) {
    const { frames } = place;
    let [type, kind] = ["file", null];
    frames.slice(0, -1).forEach((one) => {
      if (one.open !== "[") [type, kind] = this.#inside(type, kind, one);
    });
    const mapping = frames.at(-1) ?? { keys: [], key: null, open: "" };
    const isList = mapping.open === "[";
    if (type === "item") kind = mapping.keys.find((key) => this.data.kinds[key]) ?? null;
    return { keys: Object.entries(this.#entries(type, kind, place.blocks)), mapping, isList, type };
  }

  #inside(type, kind, { key, keys }) {
    if (type === "kinds") return ["options", key];
    if (type === "item") {
      if (this.data.merges.includes(key)) return ["branches", null];
      if (key === "first") return ["options", keys.find((word) => this.data.kinds[word]) ?? null];
    }
    const inside = INSIDE[type] ?? {};
    return [inside[key] ?? inside["*"] ?? "", kind];
  }

  #entries(type, kind, blocks) {
    const { kinds, mappings } = this.data;
    const words = () => Object.fromEntries(Object.entries(kinds).map(([word, options]) => [word, options[word]]));
    if (type === "kinds") return words();
    if (type === "options") return kind ? Object.fromEntries(Object.entries(kinds[kind]).filter(([key]) => key !== kind)) : {};
    if (type !== "item") return mappings[type] ?? {};
    if (kind) return { ...kinds[kind], ...mappings.item };
    const own = Object.fromEntries(blocks.map((name) => [name, { meaning: "A block of this file." }]));
    return { ...own, ...words(), ...mappings.item };
  }

  /** A source of completions for the editor. */
  complete = (context) => {
    const place = placeAt(context.state.doc.toString(), context.pos);
    if (!place.frames || (!context.explicit && !place.word)) return null;
    const { keys, mapping, isList, type } = this.keysAt(place);
    if (mapping.key !== null && !isList) return this.#values(place, keys.find(([key]) => key === mapping.key)?.[1]);
    const options = keys
      .filter(([key]) => !mapping.keys.includes(key) || key === place.word)
      .map(([key, entry]) => ({ label: key, detail: entry.takes, info: () => described(key, entry), ...this.#insertion(place, key, entry, isList, type) }));
    return { from: place.from, to: place.to, options, validFor: /^[\w-]*$/ };
  };

  #insertion(place, key, entry, isList, type) {
    const isWord = !entry.example || entry.example === key;
    if (place.isKey) return { type: "property" };
    if (isList) return { type: "keyword", apply: isWord ? key : `{${entry.example}}` };
    return { type: this.data.kinds[key] && type === "item" ? "keyword" : "property", apply: isWord && type === "item" ? key : `${key}: ` };
  }

  #values(place, entry) {
    if (!entry) return null;
    const example = entry.example?.replace(/^[^:]*:\s*/, "");
    const values = entry.values ?? (example ? [example] : []);
    const options = values.map((value) => ({ label: value, type: "constant", detail: value === entry.default ? "default" : "" }));
    return options.length ? { from: place.from, to: place.to, options } : null;
  }

  /** The description of the key or word at a position, with its range; null if there is none. */
  describe(text, position) {
    const place = placeAt(text, position);
    if (!place.frames || !place.word) return null;
    const { keys, mapping, isList } = this.keysAt(place);
    if (mapping.key !== null && !isList) return null;
    const entry = keys.find(([key]) => key === place.word)?.[1];
    return entry ? { from: place.from, to: place.to, element: described(place.word, entry) } : null;
  }
}

/** A key with its meaning, values and example. */
function described(key, { meaning, takes, default: standard, example }) {
  const box = document.createElement("div");
  box.className = "lw-described";
  const add = (tag, text) => { if (text) box.appendChild(document.createElement(tag)).textContent = text; };
  add("b", key);
  add("p", meaning);
  add("p", [takes && `Values: ${takes}`, standard && `default: ${standard}`].filter(Boolean).join("; "));
  add("code", example);
  return box;
}
