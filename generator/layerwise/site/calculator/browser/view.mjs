// The figures on the page.

import { attach } from "../../assets/layers.js";

/** Shows answers in the elements with `data-part`; `derivation` returns the content of the file with worked figures. */
export function createView(root, derivation) {
  const places = [...root.querySelectorAll("[data-part]")];
  const shown = new Map();
  const initial = new Map(places.map((place) => [place, place.innerHTML.trim()]));
  const tables = () => root.querySelector("[data-part=layers]");
  attach(tables(), derivation);

  return {
    /** Replace the parts that changed. */
    show(parts) {
      for (const place of places) {
        const html = parts[place.dataset.part] ?? "";
        if (shown.get(place) === html) continue;
        const isUnchanged = !shown.has(place) && parsed(html) === initial.get(place); // what is open in it stays open
        shown.set(place, html);
        if (isUnchanged) continue;
        const restore = opened(place);
        place.innerHTML = html;
        place.closest("section")?.toggleAttribute("hidden", !html);
        if (place === tables()) attach(place, derivation);
        restore();
      }
    },
  };
}

/** HTML in the form in which the browser gives it back. */
function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.innerHTML.trim();
}

/** Note which groups are open; returns a function that opens those of the same names again. */
function opened(place) {
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
