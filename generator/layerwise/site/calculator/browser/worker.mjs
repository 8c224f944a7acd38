// The engine in its own thread: Python that answers requests for one editor.

import { loadPyodide } from "./pyodide.mjs";
import { compile, unpacked } from "./unpacking.mjs";

const here = (name) => new URL(name, import.meta.url).href;
const isSnapshot = HAS_SNAPSHOT && self.name !== "modules";

const runtime = import("./pyodide.asm.mjs"); // Pyodide would load one part after the other
const memory = isSnapshot ? unpacked(here("snapshot.bin"), "application/octet-stream").then((response) => response.arrayBuffer()) : null;
const compiled = new Promise((resolve) => { onmessage = ({ data }) => resolve(data ?? compile(import.meta.url)); });

const fetched = self.fetch.bind(self);
self.fetch = (address, options) => String(address.url ?? address).endsWith(".wasm") ? Promise.resolve(new Response()) : fetched(address, options);
WebAssembly.instantiateStreaming = async (_, imports) => {
  const module = await compiled;
  return { module, instance: await WebAssembly.instantiate(module, imports) };
};

/** Python from the snapshot of its memory, or with its modules imported here. */
async function start() {
  const python = await loadPyodide({
    indexURL: here("./"),
    lockFileContents: LOCK_FILE,
    checkIntegrity: false,
    createPyodideModule: async (settings) => (await runtime).default(settings),
    stdLibURL: here(isSnapshot ? "empty.zip" : "python.zip"),
    ...(isSnapshot && { _loadSnapshot: memory }),
  });
  if (!isSnapshot) python.runPython("from layerwise.report.engine import start; respond = start()");
  return python;
}

/** Calculate the other networks of a file, one at a time, unless there is a new definition. */
function goOn(respond, id) {
  setTimeout(() => {
    if (id !== latest) return;
    const answer = JSON.parse(respond('["more"]'));
    postMessage({ id, answer });
    if (!answer.is_complete) goOn(respond, id);
  });
}

const IMPORTER = "/importing.zip";
const MODELS = "/models";

/** Load the importer, which only the first model needs. */
async function addImporter(python) {
  if (python.FS.analyzePath(IMPORTER).exists) return;
  const response = await fetch(here("importing.zip"));
  if (!response.ok) throw new Error(`importing.zip: ${response.status}`);
  const archive = new Uint8Array(await response.arrayBuffer());
  if (python.FS.analyzePath(IMPORTER).exists) return; // of another model, meanwhile
  python.FS.writeFile(IMPORTER, archive);
  python.FS.mkdir(MODELS);
  python.runPython(`from layerwise.report.engine import add_importer; add_importer("${IMPORTER}")`);
}

/** The answer about a model file, of which Python reads the parts that it needs. */
async function draft(python, respond, file, size) {
  await addImporter(python);
  const name = file.name.replace(/[^\w.-]+/g, "_").slice(-100);
  python.FS.mount(python.FS.filesystems.WORKERFS, { blobs: [{ name, data: file }] }, MODELS);
  try {
    return JSON.parse(respond(JSON.stringify(["draft", `${MODELS}/${name}`, size])));
  } finally {
    python.FS.unmount(MODELS);
  }
}

let latest = 0;

try {
  const [python] = await Promise.all([start(), compiled]); // Pyodide waits for ever for what cannot be compiled
  const respond = python.globals.get("respond");
  onmessage = async ({ data: { id, request, file, size } }) => {
    if (file) {
      postMessage({ id, answer: await draft(python, respond, file, size).catch(() => ({ error: `${file.name} cannot be read` })) });
      return;
    }
    const answer = JSON.parse(respond(JSON.stringify(request)));
    postMessage({ id, answer });
    if (request[0] !== "calculate") return;
    latest = id;
    if (!answer.is_complete) goOn(respond, id);
  };
  postMessage({ isReady: true });
} catch (error) {
  postMessage({ isReady: false, isSnapshot, message: String(error.message ?? error) });
}
