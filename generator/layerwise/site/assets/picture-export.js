// Pictures of a page as SVG files of their own: with their styles as attributes, in light colours, without references.

import { element } from "./dom.js";
import { save } from "./export.js";
import { drawing, plainColour, svg } from "./svg.js";
import { stripsDrawing } from "./strips-svg.js";

const BACKGROUND = "#ffffff";
const MARGIN = 12;
const KEYS = 22; // height of a row of keys

/** What each kind of picture is called, and how it is drawn. */
const PICTURES = [
  [".lw-profile", "profile", (figure) => withKeys(figure, sized(figure.querySelector("svg")))],
  [".lw-block-drawing", "block", (figure) => sized(figure.querySelector("svg"))],
  [".lw-chart", "chart", (figure) => sized(figure.querySelector("svg"))],
  [".lw-strips, .lw-compared", "strips", (strips) => withKeys(strips.classList.contains("lw-compared") ? strips : null, stripsDrawing(strips))],
];

/** Give each picture in an element a button that saves it; `name` begins the names of files. */
export function offerPictures(root, name) {
  for (const [selector, kind, draw] of PICTURES) {
    const found = [...root.querySelectorAll(selector)];
    found.forEach((picture, place) => {
      const file = `${name}-${kind}${found.length > 1 ? `-${place + 1}` : ""}.svg`;
      const download = () => save(standalone(() => draw(picture)), file, "image/svg+xml");
      const button = element("button", { type: "button", class: "lw-svg", "aria-label": `Download the ${kind} as SVG`, click: download }, "SVG");
      (picture.querySelector("figcaption") ?? picture).append(button);
    });
  }
}

/** The text of a file with a picture, drawn while the page has its light colours. */
function standalone(draw) {
  const { dataset } = document.body;
  const scheme = dataset.mdColorScheme;
  dataset.mdColorScheme = "default";
  try {
    const { width, height, body } = draw();
    const [w, h] = [width, height].map((side) => Math.ceil(side + 2 * MARGIN));
    const picture = svg("svg", { width: w, height: h, viewBox: `${-MARGIN} ${-MARGIN} ${w} ${h}`, "font-family": "Helvetica, Arial, sans-serif" },
      svg("rect", { x: -MARGIN, y: -MARGIN, width: w, height: h, fill: BACKGROUND }), ...body);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture)}\n`;
  } finally {
    dataset.mdColorScheme = scheme;
  }
}

/** A picture of the page in its natural size; one without a view box in the size that it has on the page. */
function sized(original) {
  const { width, height } = original.viewBox.baseVal?.width ? original.viewBox.baseVal : original.getBoundingClientRect();
  const body = svg("svg", { width, height, viewBox: original.getAttribute("viewBox"), overflow: "visible" }, ...drawing(original));
  return { width, height, body: [body] };
}

/** A picture with the keys of its colours below. */
function withKeys(figure, { width, height, body }) {
  let left = 0;
  const keys = [...(figure?.querySelectorAll(".lw-key") ?? [])].flatMap((key) => {
    const mark = getComputedStyle(key, "::before");
    const at = left;
    left += 26 + 6 * key.textContent.length;
    return [
      svg("rect", { x: at + 0.5, y: height + 9.5, width: 8, height: 8, ...plainColour("fill", mark.borderTopColor), "fill-opacity": 0.4, ...plainColour("stroke", mark.borderTopColor) }),
      svg("text", { x: at + 13, y: height + 17, "font-size": 10.5, fill: "#545c69" }, key.textContent),
    ];
  });
  return keys.length ? { width: Math.max(width, left), height: height + KEYS, body: [...body, ...keys] } : { width, height, body };
}
