// The changes of the definition in the editor against the one that it was opened from.

/** Shows the changes in the element `details`; `ask` asks the engine for those against a definition. */
export function createChanges(details, ask) {
  const status = details.querySelector("[role=status]");
  const places = [...details.querySelectorAll("[data-changes]")];
  let base = null;
  let edited = "";

  async function show() {
    if (!base || !details.open || details.hidden) return;
    const text = edited;
    const changes = await ask(base).catch(() => null);
    if (!changes || text !== edited) return; // there is a newer definition
    details.querySelector("summary span").textContent = changes.before;
    status.textContent = changes.parts.totals ? "" : `There are ${changes.summary}.`;
    for (const place of places) place.innerHTML = changes.parts[place.dataset.changes] ?? "";
  }

  details.addEventListener("toggle", show);
  return {
    /** The definition to compare with: its text, the name of its file, and the slug and the name of its network. */
    set base(definition) {
      base = definition;
      details.hidden = true;
      if (base) details.querySelector("summary span").textContent = base.name;
    },
    get base() { return base; },
    /** Compare with the text of a definition that has been calculated. */
    update(text) {
      edited = text;
      details.hidden = !base || text === base.text;
      return show();
    },
  };
}
