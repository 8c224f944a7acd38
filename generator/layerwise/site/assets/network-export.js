// What a network's page gives along: its pictures, and its layer table from the CSV file: all layers, also those of closed
// groups.

import "./copying.js";
import { API, fetched } from "./data.js";
import { exporter } from "./export.js";
import { offerPictures } from "./picture-export.js";
import { cell, readCsv, unguarded } from "./table-text.js";

const { compare: slug, name } = document.querySelector("button[data-compare]").dataset;

async function table() {
  const [heads, ...lines] = readCsv(await (await fetched(`networks/${slug}.csv`, API)).text());
  return { caption: `Layers of ${name}`, heads, rows: lines.map((line) => line.map(shown)) };
}

/** A cell of the file as a page shows it: shapes with ×, counts with separators. */
function shown(text) {
  const count = /^\d{4,}$/.test(text) ? Number(text).toLocaleString("en") : text;
  return { ...cell(unguarded(count).replace(/(?<=\d)x(?=\d)/g, "×")), raw: text };
}

document.querySelector(".lw-export-place").append(exporter({ name: `${slug}-layers`, subject: "the layer table", title: " the layer table", table }));
offerPictures(document, slug);
