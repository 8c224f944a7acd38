// The memory of a network with the chosen precision and batch size. Each row has its amount as counts of things, of which
// the precision knows the bits; this multiplies them and adds them up. The address holds what is chosen.

const KB = 1024;
const UNITS = [[KB, "KB"], [KB ** 2, "MB"], [KB ** 3, "GB"]];

const form = document.querySelector("form.lw-what-if");
const { precision, batch } = form.elements;
const error = document.getElementById("batch-error");
const status = document.querySelector(".lw-needs");
const grouped = new Intl.NumberFormat("en");

/** Bytes with four digits as on the page: `527.8 MB`; ties to the even digit, as in Python. */
function memory(size) {
  if (size < KB) return `${size} bytes`;
  const [divisor, unit] = UNITS.find(([divisor, unit]) => size < KB * divisor || unit === "GB");
  const value = size / divisor;
  const decimals = Math.max(0, 4 - String(Math.trunc(value)).length);
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, roundingMode: "halfEven" };
  return `${new Intl.NumberFormat("en", digits).format(value)} ${unit}`;
}

/** `1605632,802816` → [1605632, 802816] */
function numbers(text) {
  return text ? text.split(",").map(Number) : [];
}

/** The bits of what is counted. */
function sum(counts, bits) {
  return numbers(counts).reduce((total, count, place) => total + count * bits[place], 0);
}

/** Put figures into a row: the memory, and the largest batches where the table has sizes of GPUs. */
function fill(row, bits, images) {
  const [fixed, image] = [sum(row.dataset.fixed, bits), sum(row.dataset.image, bits)];
  const size = Math.ceil((fixed + images * image) / 8);
  row.cells[1].textContent = memory(size);
  row.title = `${grouped.format(size)} bytes`;
  numbers(row.closest("table").dataset.sizes).forEach((limit, place) => {
    const most = Math.max(0, Math.floor((8 * limit - fixed) / image));
    row.cells[2 + place].textContent = image ? grouped.format(most) : "any";
  });
}

/** Leave no old figure where there is no new one. */
function clear(row) {
  const figures = row.closest("table").dataset.sizes ? [...row.cells].slice(1) : [row.cells[1]];
  for (const cell of figures) cell.textContent = "–";
  row.title = "";
}

/** Fill the tables, which another script may have replaced; returns what they are for in words. */
export function update() {
  const chosen = form.querySelector("[name=precision]:checked");
  const isValid = batch.checkValidity();
  error.textContent = isValid ? "" : `Enter a whole number from ${batch.min} to ${grouped.format(batch.max)}.`;
  batch.setAttribute("aria-invalid", String(!isValid));
  const bits = numbers(chosen.dataset.bits);
  for (const row of document.querySelectorAll(".lw-memory tr[title]")) {
    const applies = row.dataset.trains === undefined || chosen.dataset.trains !== undefined;
    if (isValid && applies) fill(row, bits, Number(batch.value));
    else clear(row);
  }
  return isValid ? `Memory for ${chosen.nextSibling.textContent}, batch ${batch.value}` : "";
}

/** Put what differs from the page as it is into the address. */
function keep() {
  const parameters = new URLSearchParams(location.search);
  for (const [name, usual] of [["precision", precision[0].value], ["batch", batch.defaultValue]]) {
    if (form.elements[name].value === usual) parameters.delete(name);
    else parameters.set(name, form.elements[name].value);
  }
  const query = String(parameters);
  history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
}

/** Choose what the address says; ignore precisions that there are not. */
function read() {
  const parameters = new URLSearchParams(location.search);
  const wanted = [...precision].find((input) => input.value === parameters.get("precision"));
  if (wanted) wanted.checked = true;
  if (parameters.has("batch")) batch.value = parameters.get("batch");
  if (wanted || parameters.has("batch")) update();
}

form.addEventListener("input", () => {
  status.textContent = update();
  if (batch.checkValidity()) keep();
});
form.addEventListener("submit", (event) => event.preventDefault());
read();
