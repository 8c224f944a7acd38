// Packed files of the site are unpacked here: not every host compresses what it sends.

/** Python as WebAssembly; `base` is the address of any file of the calculator. */
export async function compile(base) {
  return WebAssembly.compileStreaming(await unpacked(new URL("pyodide.asm.wasm", base), "application/wasm"));
}

/** The response with a file, by the address of the file without its packing. */
export async function unpacked(address, type) {
  const response = await fetch(`${address}.gzip`, { priority: "low" }); // the page comes first
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const body = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(body, { headers: { "Content-Type": type } });
}
