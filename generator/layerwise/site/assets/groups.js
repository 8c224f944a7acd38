// The groups of folded tables. What a page omits, because it would be most of it, is inserted when a group is opened.

/** Insert the contents of a group that wait as text. */
export function fill(group) {
  const waiting = group.querySelector(":scope > noscript");
  if (!waiting) return;
  waiting.outerHTML = waiting.textContent;
  addTitles(group.closest(".lw-folded"), group);
}

/** Insert the contents of all groups. */
export function fillAll(folded) {
  folded.querySelectorAll("details:has(> noscript)").forEach(fill);
}

/** Note which groups in an element are open; returns a function that opens those of the same names again. */
export function opened(place) {
  const path = (group) => {
    const name = group.querySelector("summary > b").textContent;
    const around = group.parentElement.closest("details");
    return around ? `${path(around)}/${name}` : name;
  };
  const names = new Set([...place.querySelectorAll("details[open]")].map(path));
  return () => {
    if (!names.size) return;
    for (const group of place.querySelectorAll("details")) if (names.has(path(group))) group.open = true;
  };
}

/** Copy the titles of the columns into each part for screen readers, which then need not read them on their own. */
export function addTitles(folded, within = folded) {
  const titles = folded.querySelector(".lw-titles");
  titles.ariaHidden = "true";
  for (const part of within.querySelectorAll(".lw-part:not(:has(> thead))")) part.prepend(titles.tHead.cloneNode(true));
}
