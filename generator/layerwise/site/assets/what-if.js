// The memory of a network with the chosen number type and batch size. The rows of the table hold what is calculated: how
// many values for each parameter and for each image, and the rule with the names of what is put in.

const KB = 1024;
const MB = 1024 * KB;

/** Bytes as on the page: `241.039 KB` below one MB, from there `237.9545 MB`; ties to the even digit, as in Python. */
function memory(size) {
  const [divisor, unit, decimals] = size < MB ? [KB, "KB", 3] : [MB, "MB", 4];
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, roundingMode: "halfEven" };
  return `${new Intl.NumberFormat("en", digits).format(size / divisor)} ${unit}`;
}

/** The memory and the rule of a row, as its cells show them. */
function figure(row, parameters, { bits, size, trains }, batch) {
  const { rule, times, values, untrained } = row.dataset;
  if (untrained !== undefined && trains === undefined) return ["–", untrained];
  const held = (count) => memory(Math.ceil((count * Number(bits)) / 8));
  const images = Number(values) * batch;
  const filled = { size, batch, parameters: held(parameters), values: held(images) };
  return [held(Number(times) * parameters + images), rule.replace(/\{(\w+)\}/g, (_, name) => filled[name])];
}

/** Make the table follow the form. */
function follow(form) {
  const rows = [...document.querySelectorAll(".lw-memory tr[data-figure]")];
  const status = document.querySelector(".lw-needs");
  const shown = (key) => rows.find((row) => row.dataset.figure === key).cells[1].textContent;

  function update() {
    const { type, batch } = form.elements;
    if (!batch.checkValidity() || !batch.value) return;
    const number = form.querySelector("[name=type]:checked").dataset;
    for (const row of rows) {
      [row.cells[1].textContent, row.cells[2].textContent] =
        figure(row, Number(form.dataset.parameters), number, Number(batch.value));
    }
    const training = number.trains === undefined ? "" : `, training with Adam needs ${shown("adam")}`;
    status.textContent = `${type.value}, batch ${batch.value}: inference needs at least ${shown("least")}${training}.`;
  }

  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  if (form.elements.batch.value !== "1" || form.elements.type.value !== "fp32") update();
}

follow(document.querySelector("form.lw-what-if"));
