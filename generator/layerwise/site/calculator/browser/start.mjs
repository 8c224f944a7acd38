// The engine of the calculator's page. It is loaded along with the editor, not after it.

import { Engine } from "./engine.mjs";
import { compile } from "./unpacking.mjs";

const address = new URL("worker.js", import.meta.url);
const compiled = compile(address).catch(() => null); // here, while the worker loads the rest

export const engine = new Engine(address, compiled);

engine.start().catch(() => null); // its state is shown on the page
