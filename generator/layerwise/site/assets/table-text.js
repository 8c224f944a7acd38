// Tables as text to take along: LaTeX, Markdown, CSV and TSV. A table is `{caption, heads, rows}`, with a string for each
// head; each cell is `{text, value, key, raw}`: what the page shows, the exact number or null, the key of a paper, and the
// text in CSV where it is another.

import { FORMULA, LATEX, MARKDOWN } from "./escapes.js";

const LONG = 45; // rows from which a table in LaTeX may break over pages
const SPACES = /[ \t\n\f\r]+/g;

/** The formats by key: name, file ending and media type. */
export const FORMATS = {
  latex: ["LaTeX", "tex", "application/x-tex"],
  markdown: ["Markdown", "md", "text/markdown"],
  csv: ["CSV", "csv", "text/csv"],
  tsv: ["TSV", "tsv", "text/tab-separated-values"],
};

/** A cell from what a page shows; `value` is the exact number, where there is one. */
export function cell(text, value = null, key = null) {
  const shown = text.replace(SPACES, " ").trim();
  if (shown === "" || shown === "–") return { text: "", value: null, key };
  const plain = shown.replaceAll(",", "").replace(/ (px|%)$/, "");
  const isNumber = /^-?\d+(\.\d+)?$/.test(plain);
  return { text: shown, value: value !== null && !shown.includes("×") ? Number(value) : isNumber ? Number(plain) : null, key };
}

/** A table in a format. */
export function write(table, format) {
  const heads = table.heads.map((head, column) => withUnit(head, table.rows.map((row) => row[column])));
  return { latex, markdown, csv, tsv }[format]({ ...table, heads });
}

/** A head with the unit of its exact numbers, which their cells do not have. */
function withUnit(head, cells) {
  const texts = cells.filter(({ value }) => value !== null).map(({ text }) => text);
  const unit = [[/ [KMG]B$/, "bytes"], [/ %$/, "%"], [/ px$/, "px"]].find(([end]) => texts.length && texts.every((text) => end.test(text)));
  return unit ? `${head} (${unit[1]})` : head;
}

const isNumeric = (table, column) => table.rows.some((row) => row[column].value !== null) && table.rows.every((row) => row[column].value !== null || row[column].text === "");

/** A number as a reader sees it: with separators, unless the page shows none, as in years. */
function figure({ text, value }) {
  return value === null || String(value) === text ? text : value.toLocaleString("en", { maximumFractionDigits: 15 });
}

// --- LaTeX -----------------------------------------------------------------------------------------------------------

const SPECIAL = RegExp(`[${Object.keys(LATEX).map((sign) => sign.replace(/[\\\]^-]/g, "\\$&")).join("")}]`, "gu");

/** A string escaped for LaTeX, on one line. */
export function latexText(text) {
  return text.replace(SPACES, " ").replace(SPECIAL, (sign) => LATEX[sign]);
}

function latex(table) {
  const isLong = table.rows.length > LONG;
  const columns = table.heads.map((_, column) => (isNumeric(table, column) ? "r" : "l")).join("");
  // A star or a bracket after \\ would be its argument.
  const line = (texts) => `${texts.join(" & ").replace(/^(?=[[*])/, "{}")} \\\\`;
  const cited = (cell) => latexText(figure(cell)) + (cell.key ? `~\\cite{${cell.key}}` : "");
  const head = ["\\toprule", line(table.heads.map(latexText)), "\\midrule"];
  const body = table.rows.map((row) => line(row.map(cited)));
  const caption = `\\caption{${latexText(table.caption)}}`;
  const from = `% ${location.href}\n% \\usepackage{booktabs${isLong ? ",longtable" : ""}}\n`;
  const lines = isLong
    ? [`\\begin{longtable}{${columns}}`, `${caption} \\\\`, ...head, "\\endhead", "\\bottomrule", "\\endfoot", ...body, "\\end{longtable}"]
    : ["\\begin{table}", "\\centering", caption, `\\begin{tabular}{${columns}}`, ...head, ...body, "\\bottomrule", "\\end{tabular}", "\\end{table}"];
  return `${from}${lines.join("\n")}\n`;
}

// --- Markdown --------------------------------------------------------------------------------------------------------

function markdownText(text) {
  return text.replace(SPACES, " ").replace(MARKDOWN, (sign) => `${sign.slice(0, -1)}&#${sign.at(-1).codePointAt(0)};`);
}

function markdown(table) {
  const line = (texts) => `| ${texts.join(" | ")} |\n`;
  const rule = table.heads.map((_, column) => (isNumeric(table, column) ? "--:" : ":--"));
  return [table.heads.map(markdownText), rule, ...table.rows.map((row) => row.map((cell) => markdownText(figure(cell))))].map(line).join("");
}

// --- CSV and TSV -----------------------------------------------------------------------------------------------------

/** Plain numbers, shapes with `x`, and an apostrophe before what a spreadsheet would take for a formula. */
function plain({ text, value, raw }) {
  if (raw !== undefined) return raw;
  return value === null ? text.replace(/(?<=\d)×(?=\d)/g, "x").replace(FORMULA, "'") : String(value);
}

function quoted(text) {
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function lines(table, join) {
  return [table.heads, ...table.rows.map((row) => row.map(plain))].map((texts) => `${join(texts)}\n`).join("");
}

function csv(table) {
  return lines(table, (texts) => texts.map(quoted).join(","));
}

function tsv(table) {
  return lines(table, (texts) => texts.map((text) => text.replace(/[\t\n\r]+/g, " ")).join("\t"));
}

/** The rows of a CSV file, each a list of strings. */
export function readCsv(text) {
  const rows = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end && end !== ",") rows.push([]);
    else if (!end) break;
  }
  return rows.filter((row) => row.length > 1 || row[0]);
}

/** A string of a CSV file without the apostrophe that kept it from being a formula. */
export function unguarded(text) {
  const bare = text.replace(/(^|;)'/g, "$1");
  return bare.replace(FORMULA, "'") === text ? bare : text;
}
