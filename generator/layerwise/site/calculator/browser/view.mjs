// The figures on the page.

import { opened } from "../../assets/groups.js";
import { attach } from "../../assets/layers.js";
import { update } from "../../assets/what-if.js";

/** Shows answers in the elements with `data-part`; `derivation` returns the content of the file with worked figures. */
export function createView(root, derivation) {
  const places = [...root.querySelectorAll("[data-part]")];
  const shown = new Map();
  const initial = new Map(places.map((place) => [place, place.innerHTML.trim()]));
  attach(root, derivation);

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
        attach(place, derivation);
        restore();
      }
      update();
    },
  };
}

/** HTML in the form in which the browser gives it back. */
function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.innerHTML.trim();
}
