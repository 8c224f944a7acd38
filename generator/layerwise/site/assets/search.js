// The search ranks pages by their words. Who types a whole name means the page of that name: it goes first.

const list = document.querySelector(".md-search-result__list");
const query = document.querySelector(".md-search__input");

const plain = (text) => text.toLowerCase().replace(/[^a-z0-9.]+/g, "");

const called = (name, where) => (item) =>
  [...item.querySelectorAll(where)].some((element) => plain(element.textContent) === name);

function exactFirst() {
  const name = plain(query.value);
  const items = [...list.children];
  const exact = name && (items.find(called(name, "h1")) ?? items.find(called(name, ".md-tag")));
  if (!exact || exact === list.firstElementChild) return;
  list.prepend(exact);
  exact.querySelector("[data-md-score]").dataset.mdScore = "Infinity"; // the one that Enter opens
}

if (list && query) new MutationObserver(exactFirst).observe(list, { childList: true });
