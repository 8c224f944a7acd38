// Questions to the engine of the calculator, which is fetched with the first of them.

import { SITE } from "./data.js";

/** Returns a function that asks a method with its arguments; `path` is that of the engine's script on the site. */
export function asker(path) {
  const address = new URL(path, SITE);
  let engine = null;
  const start = async () => {
    const { Engine } = await import(address);
    const started = new Engine(new URL("worker.js", address));
    await started.start();
    return started;
  };
  return async (...request) => {
    engine ??= start();
    engine.catch(() => { engine = null; }); // the next question tries again
    return (await engine).ask(...request);
  };
}
