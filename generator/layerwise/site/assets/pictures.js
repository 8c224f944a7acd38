// The figures of a segment, a slab or a box, by touch and with the arrow keys: titles appear only under a mouse.

import { element } from "./dom.js";

const PARTS = ".lw-bar > i, .lw-profile svg > g, .lw-block-drawing svg > g";
const tip = element("p", { class: "lw-tip", role: "status" });

/** Show the words of a part below it, within the window. */
function show(part) {
  tip.textContent = part.title || part.querySelector("title")?.textContent || "";
  const { left, bottom, width } = part.getBoundingClientRect();
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(8, Math.min(left + width / 2 - tip.offsetWidth / 2, room)) + scrollX}px`;
  tip.style.top = `${bottom + 6 + scrollY}px`;
  mark(part);
}

function hide() {
  tip.textContent = "";
  mark(null);
}

/** Mark the part whose words are shown, and no other. */
function mark(part) {
  document.querySelector(".lw-shown")?.classList.remove("lw-shown");
  part?.classList.add("lw-shown");
}

/** Move along a strip: to the next segment, the one before, the first or the last. */
function move(event) {
  const segments = [...event.target.querySelectorAll("i")];
  const place = segments.findIndex((segment) => segment.matches(".lw-shown"));
  const places = { ArrowRight: place + 1, ArrowLeft: place < 0 ? segments.length - 1 : place - 1, Home: 0, End: segments.length - 1 };
  const next = segments[places[event.key]];
  if (event.key === "Escape") hide();
  if (!next) return;
  event.preventDefault();
  show(next);
}

document.body.append(tip);
document.addEventListener("click", ({ target }) => {
  const part = target.closest(PARTS);
  if (part) show(part);
  else hide();
});
for (const [event, listen] of [["keydown", move], ["focusout", hide]]) {
  document.addEventListener(event, (event) => { if (event.target.matches(".lw-bar[tabindex]")) listen(event); });
}
