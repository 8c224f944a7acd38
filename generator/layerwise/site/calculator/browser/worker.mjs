// The engine in its own thread: Python that answers requests for one editor.

import { loadPyodide } from "./pyodide.mjs";

const here = (name) => new URL(name, import.meta.url).href;
const isSnapshot = HAS_SNAPSHOT && self.name !== "modules";

/** A packed file of the site, unpacked here: not every host compresses what it sends. */
async function unpacked(name, type) {
  const response = await fetch(here(`${name}.gzip`));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  const body = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(body, { headers: { "Content-Type": type } });
}

// Pyodide fetches its own WebAssembly by this function
const plain = self.fetch.bind(self);
self.fetch = (address, options) => String(address.url ?? address).endsWith("/pyodide.asm.wasm")
  ? unpacked("pyodide.asm.wasm", "application/wasm") : plain(address, options);

/** Python from the snapshot of its memory, or with its modules imported here. */
async function start() {
  const options = { indexURL: here("./"), lockFileContents: LOCK_FILE, checkIntegrity: false };
  if (isSnapshot) {
    const memory = unpacked("snapshot.bin", "application/octet-stream").then((response) => response.arrayBuffer());
    memory.catch(() => null); // Pyodide reports it when it needs it
    return loadPyodide({ ...options, stdLibURL: here("empty.zip"), _loadSnapshot: memory });
  }
  const python = await loadPyodide({ ...options, stdLibURL: here("python.zip") });
  python.runPython("from layerwise.report.engine import start; respond = start()");
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

let latest = 0;

try {
  const python = await start();
  const respond = python.globals.get("respond");
  onmessage = ({ data: { id, request } }) => {
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
