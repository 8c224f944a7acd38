// Model files that are chosen or dropped. They are read in the browser, and only in the parts that the draft needs.

/** Import models into a page; `ask` drafts a file, `open` gets the draft, `announce` what happens. */
export function importModels(root, ask, open, announce) {
  const [chosen, size, report] = ["[name=model]", "[name=size]", ".lw-imported"].map((selector) => root.querySelector(selector));
  let file = null;

  async function draft() {
    const current = file;
    announce(`Reading ${current.name}…`);
    const answer = await ask(current, size.value).catch(() => ({ error: `${current.name} could not be read, or not in time` }));
    if (current !== file) return; // there is a newer one
    if (!answer.error) open(answer.text);
    show(answer.error ? [answer.error] : answer.report);
    report.classList.toggle("lw-refused", Boolean(answer.error));
    announce(answer.error || `${answer.report[0]} ${answer.report[1]}`);
    if (!answer.needs_size) return;
    size.closest("label").hidden = false;
    size.focus();
  }

  function show(lines) {
    report.hidden = !lines.length;
    report.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  }

  function take(files) {
    if (!files.length) return;
    [file] = files;
    size.value = "";
    size.closest("label").hidden = true;
    draft();
  }

  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  chosen.addEventListener("change", () => take(chosen.files));
  chosen.addEventListener("click", () => { chosen.value = ""; }); // the same file can be chosen again
  size.addEventListener("change", () => { if (file && size.value) draft(); });
  for (const name of ["dragenter", "dragover"]) {
    root.addEventListener(name, (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      root.classList.add("lw-dropping");
    });
  }
  root.addEventListener("dragleave", (event) => { if (!root.contains(event.relatedTarget)) root.classList.remove("lw-dropping"); });
  root.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation(); // the editor would insert its bytes
    root.classList.remove("lw-dropping");
    take(event.dataTransfer.files);
  }, true);

  /** Forget the file: there is another definition. */
  return () => {
    file = null;
    show([]);
  };
}
