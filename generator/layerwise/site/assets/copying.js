// What is copied with the mouse from a table is a table: HTML and tab-separated text with the titles of the columns,
// without buttons. A selection within one cell, or one that goes beyond the table, is copied as usual.

import { element } from "./dom.js";

const TABLE = ".lw-folded, table.lw-table:not(.lw-part, .lw-titles)";
const ROW = "tr, summary, .lw-totals > span";
const UNWANTED = "button:not(th > button), .lw-ratio, .lw-baseline, .lw-controls, noscript";

/** The element of each column of a row; null for one that a heading or a total does not fill. */
function cellsOf(row, columns) {
  if (row.localName !== "tr") {
    const [name, ...figures] = row.localName === "summary" ? row.children : row.childNodes;
    return [name, ...Array(Math.max(0, columns - 1 - figures.length)).fill(null), ...figures];
  }
  return [...row.cells].flatMap((cell) => [cell, ...Array(cell.colSpan - 1).fill(null)]);
}

/** The text of a cell as it is visible, on one line. */
function text(node) {
  if (!node) return "";
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(UNWANTED)) return "";
  if (node.localName === "br") return " ";
  const inside = [...node.childNodes].map(text).join("");
  return getComputedStyle(node).display === "inline" ? inside : ` ${inside} `;
}

const lineOf = (cells) => cells.map((cell) => text(cell).replace(/[ \t\n\r\f]+/g, " ").trim());
const isVisible = (cell) => cell === null || (cell.checkVisibility() && !cell.classList.contains("lw-choice"));

/** The titles of the columns, as elements. */
function titlesOf(table) {
  const head = table.matches(".lw-folded") ? table.querySelector(".lw-titles").tHead : table.tHead;
  return head ? [...head.rows[0].cells] : [];
}

/** Whether any text of an element is selected. */
function isTouched(node, range) {
  if (!range.intersectsNode(node)) return false;
  const part = document.createRange();
  part.selectNodeContents(node);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
  return part.toString().trim() !== "";
}

/** The selected part of a table as rows of strings, the titles first; null if it is within one cell. */
function selected(table, range) {
  const titles = titlesOf(table);
  const rows = [...table.querySelectorAll(ROW)]
    .filter((row) => isTouched(row, range) && !row.closest("thead, .lw-worked, .lw-repeat") && row.checkVisibility())
    .map((row) => cellsOf(row, titles.length));
  if (rows.length === 0) return null;
  const touched = [...rows[0].keys()].filter((column) => rows[0][column] && isTouched(rows[0][column], range));
  if (rows.length === 1 && touched.length < 2) return null;
  const columns = [...(titles.length ? titles : rows[0]).keys()].filter(
    (column) => isVisible(titles[column] ?? null) && (rows.length > 1 || (column >= touched[0] && column <= touched.at(-1))),
  );
  const of = (row) => lineOf(columns.map((column) => row[column] ?? null));
  return [...(titles.length ? [of(titles)] : []), ...rows.map(of)];
}

/** The only table in a selection that holds nothing else. */
function tableOf(range) {
  const around = range.commonAncestorContainer;
  const within = around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement;
  if (within.closest(TABLE)) return within.closest(TABLE);
  const [table, ...others] = [...within.querySelectorAll(TABLE)].filter((found) => isTouched(found, range));
  if (!table || others.length) return null;
  const [before, after] = [range.cloneRange(), range.cloneRange()];
  before.setEndBefore(table);
  after.setStartAfter(table);
  return `${before}${after}`.trim() ? null : table;
}

function html([titles, ...rows]) {
  const line = (name, row) => element("tr", {}, ...row.map((cell) => element(name, {}, cell)));
  const table = element("table", {}, element("thead", {}, line("th", titles)), element("tbody", {}, ...rows.map((row) => line("td", row))));
  return table.outerHTML;
}

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.isCollapsed || event.target.closest?.("input, textarea")) return;
  const range = selection.getRangeAt(0);
  const table = tableOf(range);
  const rows = table && selected(table, range);
  if (!rows) return;
  event.clipboardData.setData("text/plain", rows.map((row) => row.join("\t")).join("\n"));
  event.clipboardData.setData("text/html", html(rows));
  event.preventDefault();
});
