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

await build({
  entryPoints: ["calculator", "worker"].map((name) => path.join(scripts, `${name}.mjs`)),
  outdir: output,
  bundle: true,
  charset: "utf8",
  external: ["./pyodide.mjs"],
  format: "esm",
  legalComments: "linked", // the licenses of the packages, in files next to the bundles
  minify: true,
  nodePaths: [path.join(root, "node_modules")],
  target: "es2022",
  define: {
    HAS_SNAPSHOT: String(fs.existsSync(path.join(output, "snapshot.bin.gzip"))),
    LOCK_FILE: JSON.stringify(JSON.stringify({ info, packages: {} })), // no packages of Pyodide are used
  },
});
