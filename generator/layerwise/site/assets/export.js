// Controls that copy or download a table as text, and the papers of its networks as BibTeX.

import { API, SITE, fetched } from "./data.js";
import { element } from "./dom.js";
import { HELP } from "./pages.js";
import { FORMATS, write } from "./table-text.js";

const BIBTEX = ["BibTeX of the papers", "bib", "application/x-bibtex"];

/**
 * Controls for a table. `table` gives it when it is asked for, `keys` the keys of the papers of its networks, if it has
 * any; `name` begins the names of files, `title` follows the word *Export*.
 */
export function exporter({ name, subject, table, keys = null, title = "" }) {
  const formats = { ...FORMATS, ...(keys && { bibtex: BIBTEX }) };
  const choice = element("select", { "aria-label": `Format of ${subject}` }, ...Object.entries(formats).map(([key, [format]]) => element("option", { value: key }, format)));
  const status = element("span", { "aria-live": "polite" });

  const act = (use) => async () => {
    const [format, ending, type] = formats[choice.value];
    status.textContent = "";
    try {
      const text = choice.value === "bibtex" ? await bibliography(await keys()) : write(await table(), choice.value);
      await use(text, `${name}.${ending}`, type);
      status.textContent = use === copy ? `Copied as ${format}.` : `Downloaded ${name}.${ending}.`;
    } catch (error) {
      status.textContent = error.message;
    }
  };
  return element(
    "div",
    { class: "lw-export", role: "group", "aria-label": `Export ${subject}` },
    element("span", {}, HELP ? element("a", { href: new URL(HELP, SITE) }, "Export") : "Export", title),
    choice,
    element("button", { type: "button", click: act(copy) }, "Copy"),
    element("button", { type: "button", click: act(save) }, "Download"),
    status,
  );
}

/** The entries of the bibliography with some keys, in the order of the file; the first is that of this site. */
async function bibliography(keys) {
  const entries = (await (await fetched("networks.bib", API)).text()).split(/\n(?=@)/);
  const wanted = new Set(keys);
  return entries.filter((entry, place) => place === 0 || wanted.has(/\{(.*),/.exec(entry)[1])).join("\n");
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.body.appendChild(element("textarea", {}, text)); // pages without https
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("The browser does not allow copying; use Download.");
}

/** Save a string as a file. */
export function save(text, name, type) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
