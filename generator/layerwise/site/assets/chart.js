// Charts of networks: a label next to the active point, and a single tab stop for all points of a chart.

const label = document.createElement("div");
label.className = "lw-label";
label.setAttribute("aria-hidden", "true");

for (const chart of document.querySelectorAll(".lw-scatter")) setTimeout(prepare, 0, chart); // each a task of its own

function prepare(chart) {
  const points = [...chart.querySelectorAll("a")];
  const left = new Map(points.map((point) => [point, parseFloat(point.querySelector("circle").getAttribute("cx"))]));
  const inOrder = points.toSorted((one, other) => left.get(one) - left.get(other));

  for (const point of points) {
    const title = point.querySelector("title");
    point.setAttribute("aria-label", title.textContent);
    point.setAttribute("tabindex", point === inOrder[0] ? "0" : "-1");
    title.remove();
  }

  const go = (point) => {
    for (const other of points) other.setAttribute("tabindex", other === point ? "0" : "-1");
    point.focus();
  };
  chart.addEventListener("keydown", (event) => {
    const within = inOrder.filter((point) => !point.classList.contains("lw-out"));
    const place = within.indexOf(event.target.closest("a"));
    const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: within.length - 1 }[event.key];
    if (!within[next]) return;
    event.preventDefault();
    go(within[next]);
  });

  for (const start of ["pointerover", "focusin"]) chart.addEventListener(start, ({ target }) => tell(target.closest("a")));
  for (const end of ["pointerout", "focusout"]) chart.addEventListener(end, () => label.remove());
}

/** Show a point's figures next to it, on the side with more room. */
function tell(point) {
  if (!point) return;
  const [name, ...figures] = point.getAttribute("aria-label").split(" · ");
  const strong = document.createElement("strong");
  strong.textContent = name;
  label.replaceChildren(strong, ...figures.flatMap((figure) => [document.createElement("br"), figure]));
  const figure = point.closest("figure");
  figure.append(label);
  const [dot, all] = [point.getBoundingClientRect(), figure.getBoundingClientRect()];
  const onTheRight = dot.right - all.left < all.width / 2;
  label.style.top = `${Math.max(0, dot.top - all.top - 8)}px`;
  label.style.left = onTheRight ? `${dot.right - all.left + 8}px` : "auto";
  label.style.right = onTheRight ? "auto" : `${all.right - dot.left + 8}px`;
}
