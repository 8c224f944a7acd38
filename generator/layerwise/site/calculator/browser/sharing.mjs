// A definition in an address, and as files.

const VERSION = "v1";

/** A definition for the part of an address after the hash: deflated, in base64url. */
export async function encode(text) {
  const packed = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(text));
  const letters = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return `${VERSION}:${btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** The definition in the hash of an address; null if there is none. Throws if it is damaged or too large. */
export async function decode(hash, maxBytes) {
  const [, payload] = hash.match(RegExp(`^#?${VERSION}:([\\w-]+)$`)) ?? [];
  if (!payload) return null;
  const letters = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
  const packed = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const content = await through(new DecompressionStream("deflate-raw"), packed, maxBytes);
  return new TextDecoder("utf-8", { fatal: true }).decode(content);
}

/** Bytes after a transformation. Throws as soon as there are more than the maximum. */
async function through(transformation, bytes, maxBytes = Infinity) {
  const parts = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(transformation).getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    parts.push(value);
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new Error("too large");
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Offer a file for download. */
export function download(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const MAX_ADDRESS = 7000; // characters that GitHub takes

/** The repository's page for a new file, with the content unless that is too long. */
export function proposal(page, name, content) {
  const address = new URL(page);
  address.searchParams.set("filename", name);
  const filled = new URL(address);
  filled.searchParams.set("value", content);
  return filled.href.length <= MAX_ADDRESS ? { address: filled.href, isWhole: true } : { address: address.href, isWhole: false };
}
