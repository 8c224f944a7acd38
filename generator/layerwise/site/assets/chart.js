// A chart of networks: the points that fit the filter, their names, the Pareto line, a label next to the active point, and
// a single tab stop for all points.

import { place } from "./chart-names.js";

const SVG = "http://www.w3.org/2000/svg";
const NARROW = 560; // pixels, below which the style sheet draws smaller points
const SMALL = 0.7;

const label = document.createElement("div");
label.className = "lw-label";
label.setAttribute("aria-hidden", "true");

/** One element of SVG with its attributes. */
function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export class Chart {
  constructor(figure) {
    this.figure = figure;
    this.svg = figure.querySelector(".lw-scatter");
    this.count = figure.querySelector(".lw-shown");
    this.names = this.svg.appendChild(element("g", { class: "lw-names", "aria-hidden": "true" }));
    this.line = this.svg.insertBefore(element("g", { class: "lw-front", "aria-hidden": "true" }), this.svg.querySelector("a"));
    this.points = [...this.svg.querySelectorAll("a")].map(point);
    this.byAddress = new Map(this.points.map((of) => [of.address, of]));
    this.prepareKeys();
  }

  get isVisible() {
    return this.svg.checkVisibility();
  }

  /** Show the points of some addresses, of all that fit the filter; the others are faint. */
  show(addresses) {
    let shown = 0;
    for (const of of this.points) {
      const isOut = !addresses.has(of.address);
      if (isOut !== of.isOut) of.link.classList.toggle("lw-out", isOut);
      of.isOut = isOut;
      shown += !isOut;
    }
    this.count.textContent = `${shown} of ${addresses.size} ${addresses.size === 1 ? "network" : "networks"}`;
    const first = this.inOrder.find(({ isOut }) => !isOut);
    if (first) this.stopAt(first);
  }

  /** Draw the line through some points, in steps: between two of them, none is better than the first. */
  draw(addresses) {
    const members = addresses.map((address) => this.byAddress.get(address));
    for (const of of this.points) of.isMember = false;
    for (const of of members) of.isMember = true;
    for (const of of this.points) of.link.classList.toggle("lw-member", of.isMember);
    const steps = members.slice(1).flatMap((next, index) => {
      const [x1, y1, x2, y2] = [members[index].x, members[index].y, next.x, next.y].map((side) => `${side}%`);
      return [element("line", { x1, y1, x2, y2: y1 }), element("line", { x1: x2, y1, x2, y2 })];
    });
    this.line.replaceChildren(...steps);
  }

  /** Name the points for which there is room. */
  name() {
    const { width, height } = this.svg.getBoundingClientRect();
    const scale = width < NARROW ? SMALL : 1;
    const size = { width, height, scale, font: getComputedStyle(this.svg) };
    const texts = place(this.points.filter(({ isOut }) => !isOut), size).map(({ text, x, y, dx, dy, anchor }) => {
      const name = element("text", { x: `${x}%`, y: `${y}%`, dx, dy, "text-anchor": anchor });
      name.textContent = text;
      return name;
    });
    this.names.replaceChildren(...texts);
  }

  stopAt(of) {
    this.stop?.link.setAttribute("tabindex", "-1");
    of.link.setAttribute("tabindex", "0");
    this.stop = of;
  }

  prepareKeys() {
    this.inOrder = this.points.toSorted((one, other) => one.x - other.x);
    this.stopAt(this.inOrder[0]);
    this.svg.addEventListener("keydown", (event) => {
      const within = this.inOrder.filter(({ isOut }) => !isOut);
      const at = within.findIndex(({ link }) => link === event.target.closest("a"));
      const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: within.length - 1 }[event.key];
      if (!within[next]) return;
      event.preventDefault();
      this.stopAt(within[next]);
      within[next].link.focus();
    });
    for (const start of ["pointerover", "focusin"]) {
      this.svg.addEventListener(start, ({ target }) => tell(target.closest("a"), this.figure));
    }
    for (const end of ["pointerout", "focusout"]) this.svg.addEventListener(end, () => label.remove());
  }
}

/** A point with what the chart needs to know of it. */
function point(link) {
  const [circle, title] = [link.querySelector("circle"), link.querySelector("title")];
  link.setAttribute("aria-label", title.textContent);
  link.setAttribute("tabindex", "-1");
  title.remove();
  return {
    link,
    address: link.getAttribute("href"),
    name: title.textContent.split(" · ")[0],
    claims: Number(link.dataset.claims),
    x: parseFloat(circle.getAttribute("cx")),
    y: parseFloat(circle.getAttribute("cy")),
    radius: Number(circle.getAttribute("r")),
    isOut: false,
    isMember: false,
  };
}

/** Show a point's figures next to it, on the side with more room. */
function tell(link, figure) {
  if (!link) return;
  const [name, ...figures] = link.getAttribute("aria-label").split(" · ");
  const strong = document.createElement("strong");
  strong.textContent = name;
  label.replaceChildren(strong, ...figures.flatMap((text) => [document.createElement("br"), text]));
  figure.append(label);
  const [dot, all] = [link.getBoundingClientRect(), figure.getBoundingClientRect()];
  const onTheRight = dot.right - all.left < all.width / 2;
  label.style.top = `${Math.max(0, dot.top - all.top - 8)}px`;
  label.style.left = onTheRight ? `${dot.right - all.left + 8}px` : "auto";
  label.style.right = onTheRight ? "auto" : `${all.right - dot.left + 8}px`;
}
