// Numbers as the site prints them: the functions of generator/units.py, with the same results.

const KB = 1024;
const MB = 1024 * KB;

/** `61706` → `61,706`. */
export function grouped(number) {
  const [whole, ...decimals] = String(number).split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...decimals].join(".");
}

/** Bytes as `241.039 KB` below one MB, from there as `237.9545 MB`. */
export function memory(size) {
  return size < MB ? `${grouped(fixed(size / KB, 3))} KB` : `${grouped(fixed(size / MB, 4))} MB`;
}

/** A count with four significant digits or so: `15.470 G`, `568.7 M`, `416.5 K`, `850`. */
export function scaled(number) {
  if (number < 1000) return String(number);
  for (const [factor, letter, decimals] of [[1e3, "K", 1], [1e6, "M", 1], [1e9, "G", 3]]) {
    const digits = fixed(number / factor, decimals);
    if (Number(digits) < 1000) return `${digits} ${letter}`;
  }
  return `${fixed(number / 1e12, 3)} T`;
}

/** A part of a whole in percent with one decimal: `89.4 %`; empty where the whole is nothing. */
export function share(part, whole) {
  return whole ? `${fixed((100 * part) / whole, 1)} %` : "";
}

/** With one decimal or more; what lies in the middle goes to the even digit, as in Python, where `toFixed` goes up. */
function fixed(number, decimals) {
  const digits = number.toFixed(decimals);
  const beyond = number.toFixed(80).split(".")[1].slice(decimals);
  const isOddTie = /^50*$/.test(beyond) && Number(digits.at(-1)) % 2 === 1;
  return isOddTie ? number.toFixed(decimals + 1).slice(0, -1) : digits;
}
