// The groups of folded tables. What a page omits, because it would be most of it, is inserted when a group is opened.

/** Insert the contents of a group: what waits as text, and what repeats an earlier group. */
export function fill(group) {
  const waiting = group.querySelector(":scope > noscript");
  if (waiting) {
    waiting.outerHTML = waiting.textContent;
    addTitles(group.closest(".lw-folded"), group);
  }
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
  for (const row of rows) row.classList.remove("lw-open");
  [...repeat.querySelectorAll("[id]")].forEach(({ id }, place) => address(rows[place], id));
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
function address(copy, id) {
  copy.id = id;
  const name = copy.querySelector("a");
  name.href = `#${id}`;
  name.removeAttribute("aria-controls");
  name.setAttribute("aria-expanded", "false");
}

/** For each row the texts of its last columns, which are the same for runs of rows. */
function differences(repeat) {
  return [...repeat.querySelectorAll("tbody > tr")].flatMap((row) => {
    const cells = [...row.querySelectorAll("td")].map((cell) => cell.textContent);
    return Array(Number(row.dataset.rows ?? 1)).fill(cells);
  });
}

/** Copy the titles of the columns into each part for screen readers, which then need not read them on their own. */
export function addTitles(folded, within = folded) {
  const titles = folded.querySelector(".lw-titles");
  titles.ariaHidden = "true";
  for (const part of within.querySelectorAll(".lw-part:not(:has(> thead))")) part.prepend(titles.tHead.cloneNode(true));
}
