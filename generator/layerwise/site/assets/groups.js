// The groups of folded tables. What a page omits, because it would be most of it, is inserted when a group is opened.

/** Insert the contents of a group: what waits as text, and what repeats an earlier group. */
export function fill(group) {
  const waiting = group.querySelector(":scope > noscript");
  if (waiting) waiting.outerHTML = waiting.textContent;
  const repeat = group.querySelector(":scope > .lw-repeat");
  if (repeat) complete(repeat);
}

/** Insert the contents of a group and of all groups in it. */
export function fillAll(group) {
  fill(group);
  group.querySelectorAll("details").forEach(fill);
}

/** Replace the differences of a group by the whole of it: the contents of the group it repeats, with the differences. */
function complete(repeat) {
  const original = before(repeat.parentElement, Number(repeat.dataset.back));
  fillAll(original);
  const copy = document.createDocumentFragment();
  for (const part of [...original.children].slice(1)) copy.append(part.cloneNode(true));
  for (const worked of copy.querySelectorAll(".lw-worked")) worked.remove();
  const rows = [...copy.querySelectorAll(".lw-part > tbody > tr")];
  [...repeat.tBodies[0].rows].forEach((row, place) => distinguish(rows[place], row));
  differences(repeat).forEach((cells, place) => {
    cells.forEach((cell, column) => { rows[place].cells[rows[place].cells.length - cells.length + column].textContent = cell; });
  });
  repeat.replaceWith(copy);
}

/** The group that is some groups before another in the same parent. */
function before(group, groups) {
  let found = group;
  for (let left = groups; left; left -= 1) {
    do found = found.previousElementSibling; while (found.localName !== "details");
  }
  return found;
}

/** Give a copied row the address of its own. */
function distinguish(copy, row) {
  copy.classList.remove("lw-open");
  if (!row.id) return;
  copy.id = row.id;
  const name = copy.querySelector("a");
  name.href = `#${row.id}`;
  name.removeAttribute("aria-controls");
  name.setAttribute("aria-expanded", "false");
}

/** For each row the texts of its last columns, of which several rows may have the same in cells that span them. */
function differences(repeat) {
  let [last, left] = [[], 0];
  return [...repeat.tBodies[0].rows].map((row) => {
    const own = [...row.querySelectorAll("th ~ td")];
    if (own.length) [last, left] = [own.map((cell) => cell.textContent), own[0].rowSpan];
    left -= 1;
    return left >= 0 ? last : [];
  });
}
