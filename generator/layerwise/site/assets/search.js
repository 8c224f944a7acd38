// The search. What is known by name (a network, a concept, a figure, an author) is loaded once the search is used.

const query = document.querySelector(".md-search__input");

const load = () => import("./hits.js");

if (query) {
  query.addEventListener("focus", load, { once: true });
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation(); // the theme opens what the full-text index ranks first
    load().then(({ open }) => open());
  });
  if (query === document.activeElement || new URLSearchParams(location.search).has("q")) load();
}

// a search field on a page: Enter opens what was meant, the button shows all that was found
for (const form of document.querySelectorAll(".lw-find")) {
  const find = () => {
    query.value = form.elements.q.value;
    query.focus();
    query.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  form.elements.q.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !form.reportValidity()) return;
    event.preventDefault();
    find();
    load().then(({ open }) => open());
  });
}
