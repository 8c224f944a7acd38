// Buttons that add a network to the comparison, and the bar that lists its networks.
// A button is any `[data-compare]` with the network's slug there and its name in `data-name`.

import { LIMIT, address, choose, chosen, follow, isChosen, toggle } from "./basket.js";

const bar = document.createElement("aside");
bar.className = "lw-basket";
bar.setAttribute("aria-label", "Comparison");
bar.innerHTML = `<p role="status"></p><ul></ul><a class="lw-go"></a><button type="button" class="lw-clear">Clear</button>`;
const [status, list, link, clear] = bar.children;

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-compare]");
  if (!button) return;
  const { compare: slug, name } = button.dataset;
  const done = toggle({ slug, name });
  if (!done) tell(`Cannot add ${name}: a comparison holds at most ${LIMIT} networks.`);
  else tell(`${name} ${isChosen(slug) ? "added" : "removed"}.`);
  if (bar.contains(button)) (list.querySelector("button") ?? link).focus();
});

clear.addEventListener("click", () => {
  choose([]);
  tell("The comparison is now empty.");
});

function tell(text) {
  status.textContent = text;
  bar.classList.toggle("lw-full", text.startsWith("Cannot add"));
}

/** Show on all buttons and in the bar what is chosen. */
function show() {
  const networks = chosen();
  const slugs = new Set(networks.map(({ slug }) => slug));
  for (const button of document.querySelectorAll("button[data-compare]")) {
    button.setAttribute("aria-pressed", String(slugs.has(button.dataset.compare)));
  }
  list.replaceChildren(...networks.map(item));
  link.href = address(networks);
  link.textContent = networks.length > 1 ? `Compare ${networks.length} networks` : "Compare";
  bar.classList.toggle("lw-empty", networks.length === 0);
  document.documentElement.classList.toggle("lw-has-basket", networks.length > 0);
}

function item({ slug, name }) {
  const entry = document.createElement("li");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: name });
  Object.assign(button.dataset, { compare: slug, name });
  button.setAttribute("aria-label", `Remove ${name}`);
  entry.append(button);
  return entry;
}

document.body.append(bar);
follow(show);
