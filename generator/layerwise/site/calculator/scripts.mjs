// Bundles the scripts of the page with the editor.
//
// node scripts.mjs ROOT SCRIPTS OUTPUT
//   ROOT     the folder of node_modules
//   SCRIPTS  the folder of the modules
//   OUTPUT   the folder for the bundles

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const [root, scripts, output] = process.argv.slice(2).map((name) => path.resolve(name));
const require = createRequire(path.join(root, "package.json"));
const { build } = require("esbuild");
const { info } = require("pyodide/pyodide-lock.json");

const { metafile } = await build({
  entryPoints: ["calculator", "engine", "start", "worker"].map((name) => path.join(scripts, `${name}.mjs`)),
  outdir: output,
  bundle: true,
  charset: "utf8",
  external: ["./pyodide.mjs", "./pyodide.asm.mjs", "./start.js"],
  format: "esm",
  legalComments: "none", // all licenses are in one file
  metafile: true,
  minify: true,
  nodePaths: [path.join(root, "node_modules")],
  target: "es2022",
  define: {
    HAS_SNAPSHOT: String(fs.existsSync(path.join(output, "snapshot.bin.gzip"))),
    LOCK_FILE: JSON.stringify(JSON.stringify({ info, packages: {} })), // no packages of Pyodide are used
  },
});

/** The folder of the package that a bundled file comes from; nothing for our own. */
const folderOf = (file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];

/** The license of a package, or its name where it has no file with one. */
function license(folder) {
  const { name, version, license: named } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${named})\n\n${file ? fs.readFileSync(path.join(folder, file), "utf8") : ""}`;
}

const bundled = new Set(Object.keys(metafile.inputs).map(folderOf).filter(Boolean).map((folder) => path.resolve(folder)));
const licenses = [...bundled].sort().map(license);
licenses.push(license(path.dirname(require.resolve("pyodide/package.json"))), "CPython (PSF-2.0), PyYAML (MIT), MarkupSafe (BSD-3-Clause)\n");
fs.writeFileSync(path.join(output, "licenses.txt"), licenses.join(`\n${"-".repeat(80)}\n\n`));
