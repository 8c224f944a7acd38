// Builds the engine: the calculation as Python that a browser runs. Pyodide compiles the modules in Node; a snapshot of
// its memory, taken after everything has been imported, starts several times as fast as the modules themselves.
//
// node engine.mjs ROOT SOURCES OUTPUT
//   ROOT     the folder of node_modules
//   SOURCES  a zip with the Python modules and the script prepare.py
//   OUTPUT   the folder for the engine

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const [root, sources, output] = process.argv.slice(2).map((name) => path.resolve(name));
const pyodide = path.dirname(createRequire(path.join(root, "package.json")).resolve("pyodide/package.json"));
const { loadPyodide } = await import(pathToFileURL(path.join(pyodide, "pyodide.mjs")));

const EMPTY_ZIP = Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]);
const write = (name, content) => fs.writeFileSync(path.join(output, name), content);
const bytes = (file) => new Uint8Array(fs.readFileSync(file));
const packed = (name, content) => write(`${name}.gzip`, gzipSync(content, { level: 9 }));

/** A module with one function, in the form in which browsers do not parse it a second time when it is called. */
function parsedOnce(script) {
  const [, body] = script.match(/^(async function (\w+)\(.*\});?\s*export default \2;?\s*$/s) ?? [];
  return body ? `export default (${body});\n` : script;
}

/** Write all modules that are used, compiled: those of the engine, and those of the importer. */
async function compile() {
  const python = await loadPyodide();
  python.FS.mkdirTree("/sources");
  python.unpackArchive(bytes(sources), "zip", { extractDir: "/sources" });
  python.FS.mkdirTree("/library");
  python.unpackArchive(bytes(path.join(pyodide, "python_stdlib.zip")), "zip", { extractDir: "/library" });
  python.runPython("import sys; sys.path.insert(0, '/sources'); import compile_modules; compile_modules.run()");
  for (const name of ["python.zip", "importing.zip"]) write(name, python.FS.readFile(`/${name}`));
}

/** Python with everything imported. */
async function start(options) {
  const python = await loadPyodide({ stdLibURL: path.join(output, "python.zip"), ...options });
  python.runPython("from layerwise.report.engine import start, warm_up; warm_up(); respond = start()");
  return python;
}

/** A snapshot, or nothing if this version of Pyodide cannot take or restore one. */
async function snapshot() {
  try {
    const python = await start({ _makeSnapshot: true });
    const memory = Buffer.from(python.makeMemorySnapshot());
    const restored = await loadPyodide({ stdLibURL: path.join(output, "empty.zip"), _loadSnapshot: memory });
    restored.globals.get("respond")(JSON.stringify(["calculate", "name: X\ninput: 1x1x1\nlayers: [{fc: 1}]\n"]));
    return memory;
  } catch (error) {
    console.error(`The calculator has no snapshot and starts more slowly: ${error.message}`);
    return null;
  }
}

write("empty.zip", EMPTY_ZIP);
await compile();
const memory = await snapshot();
if (memory) packed("snapshot.bin", memory);
packed("pyodide.asm.wasm", fs.readFileSync(path.join(pyodide, "pyodide.asm.wasm")));
write("pyodide.mjs", fs.readFileSync(path.join(pyodide, "pyodide.mjs")));
write("pyodide.asm.mjs", parsedOnce(fs.readFileSync(path.join(pyodide, "pyodide.asm.mjs"), "utf8")));
