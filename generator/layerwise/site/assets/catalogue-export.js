// The catalogue's visible rows and columns as a table to take along.

import "./copying.js";
import { API, fetched, slugOf } from "./data.js";
import { exporter } from "./export.js";
import { offerPictures } from "./picture-export.js";
import { cell } from "./table-text.js";

const catalogue = document.querySelector(".lw-catalogue");
let citations = null; // the key of each network's paper by the name of its page, fetched once

async function keyOf(slug) {
  citations ??= fetched("networks.json", API)
    .then((answer) => answer.json())
    .then((networks) => new Map(networks.map(({ slug, citation }) => [slug, citation])));
  return (await citations).get(slug) ?? null;
}

const rows = () => [...catalogue.tBodies[0].rows].filter((row) => !row.classList.contains("lw-out"));
const slug = (row) => slugOf(row.querySelector("a"));

/** The places of the columns that are visible, without the one that chooses networks. */
function columns() {
  const heads = [...catalogue.tHead.rows[0].cells];
  return heads.map((_, place) => place).filter((place) => !heads[place].classList.contains("lw-choice") && heads[place].checkVisibility());
}

async function table() {
  const shown = columns();
  const line = async (row) => {
    const [name, ...others] = shown.map((place) => row.cells[place]);
    const first = cell((name.querySelector("a") ?? name).textContent, null, await keyOf(slug(row)));
    return [{ ...first, value: null }, ...others.map(({ textContent, dataset }) => cell(textContent, dataset.sort ?? null))];
  };
  return {
    caption: "Convolutional networks",
    heads: shown.map((place) => catalogue.tHead.rows[0].cells[place].textContent.trim()),
    rows: await Promise.all(rows().map(line)),
  };
}

document.querySelector(".lw-export-place").append(
  exporter({ name: "layerwise-networks", subject: "the table", table, keys: async () => Promise.all(rows().map((row) => keyOf(slug(row)))) }),
);
offerPictures(document, "layerwise");
