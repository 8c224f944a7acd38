// Figures as readers type them: 500M, 3.9 G, 4.8 million, 512 KB, 76.1 %.

const THOUSANDS = { "": 1, k: 1e3, thousand: 1e3, m: 1e6, million: 1e6, g: 1e9, b: 1e9, billion: 1e9, t: 1e12 };
const BYTES = { b: 1, bytes: 1, k: 2 ** 10, kb: 2 ** 10, kib: 2 ** 10, m: 2 ** 20, mb: 2 ** 20, mib: 2 ** 20 };
const LARGE_BYTES = { g: 2 ** 30, gb: 2 ** 30, gib: 2 ** 30, t: 2 ** 40, tb: 2 ** 40, tib: 2 ** 40 };

/** The units of each kind of figure, and how to write one. Bytes need a unit: 512 could be KB or MB. */
const UNITS = {
  count: { units: THOUSANDS, example: "500M" },
  bytes: { units: { ...BYTES, ...LARGE_BYTES }, example: "512 KB" },
  number: { units: { "": 1, "%": 1, px: 1 }, example: "76" },
};

/** The number that a string means in the units of a kind of figure; NaN if it is none. */
export function quantity(text, kind) {
  const [, number, unit] = /^([\d,]*\.?\d+|[\d,]+\.?)\s*([a-z%]*)$/.exec(text.trim().toLowerCase()) ?? [];
  return Number(number?.replaceAll(",", "")) * (UNITS[kind].units[unit] ?? NaN);
}

/** An example of a figure of a kind. */
export function example(kind) {
  return UNITS[kind].example;
}
