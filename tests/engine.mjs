// Answers requests with the engine of a built calculator: one JSON list on each line, and its answer on the next line.
//
// node engine.mjs FOLDER MODE    MODE is snapshot or modules, the two ways in which the engine starts

import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";
import { loadPyodide } from "../node_modules/pyodide/pyodide.mjs";

const [folder, mode] = process.argv.slice(2);
const file = (name) => path.join(folder, name);
const python = await loadPyodide(mode === "snapshot"
  ? { stdLibURL: file("empty.zip"), _loadSnapshot: gunzipSync(fs.readFileSync(file("snapshot.bin.gzip"))) }
  : { stdLibURL: file("python.zip") });
if (mode === "modules") python.runPython("from layerwise.report.engine import start; respond = start()");
const respond = python.globals.get("respond");

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${respond(line)}\n`);
