// Cuts a network, as api/v1 has it, into parts that can be laid beside those of another.

/** What all auxiliary classifiers together are called. */
export const SIDE = "side outputs";

/**
 * The main path in its stages and in the layers and blocks outside of stages; side outputs are one part at the end.
 * A layer that only normalizes or activates belongs to the part before it. `categories` gives a kind's category.
 */
export function parts(network, categories) {
  const found = [];
  const side = { name: SIDE, key: SIDE, output: [], layers: [] };
  for (const layer of network.layers) {
    if (!layer.main_path) {
      side.layers.push(layer);
      continue;
    }
    const last = found.at(-1);
    const key = layer.path[0] ?? `${layer.index}`;
    if (last && (last.key === key || isPartOfThatBefore(layer, last, categories))) last.layers.push(layer);
    else found.push({ name: printed(layer.path[0] ?? layer.name), key, layers: [layer] });
    found.at(-1).output = layer.output;
  }
  if (side.layers.length) found.push(side);
  return found.map((part) => summed(part, categories));
}

function isPartOfThatBefore(layer, last, categories) {
  const alone = layer.path.length === 0 && ["normalization", "other"].includes(categories[layer.kind]);
  return alone && String(layer.output) === String(last.output);
}

function printed(name) {
  return name.replace(/(?<=\d)x(?=\d)/g, "×");
}

/** With its sums. Only the parameters of side outputs count. */
function summed(part, categories) {
  const of = (figure) => part.layers.reduce((sum, layer) => sum + layer[figure], 0);
  const isSide = part.key === SIDE;
  return {
    ...part,
    parameters: of("parameters"),
    macs: isSide ? 0 : of("macs"),
    activations: isSide ? 0 : of("activations"),
    category: isSide ? "side-output" : mostly(part.layers, categories),
  };
}

/** The category that does most of the work; that of the first layer where none does any. */
function mostly(layers, categories) {
  const work = new Map();
  for (const { kind, macs } of layers) work.set(categories[kind], (work.get(categories[kind]) ?? 0) + macs);
  return [...work].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

/**
 * The parts of a network by how far they have scaled the largest map down, as a Map from the step's key to its parts.
 * Keys: 0 for 1/1, 1 for 1/2 …; on the way up again 99 for 1/2, 100 for 1/1; VECTOR without height and width.
 */
export function steps(network, found) {
  const side = (shape) => (shape.length === 3 ? Math.max(shape[0], shape[1]) : shape.length === 2 ? Math.sqrt(shape[0]) : 1);
  const largest = Math.max(side(network.input), ...found.map(({ output }) => side(output)));
  const result = new Map();
  let lowest = 0;
  for (const part of found) {
    const size = side(part.output);
    const level = Math.max(0, Math.round(Math.log2(largest / size)));
    let key = level >= lowest ? level : UP - level;
    if (part.key === SIDE) key = BESIDE;
    else if (size <= 1) key = VECTOR;
    else lowest = Math.max(lowest, level);
    result.set(key, [...(result.get(key) ?? []), part]);
  }
  return result;
}

export const [UP, VECTOR, BESIDE] = [100, 200, 300];

/** What a step is called: `1/4`. */
export function stepName(key) {
  if (key === VECTOR) return "1×1";
  if (key === BESIDE) return "side";
  const level = key > VECTOR / 4 ? UP - key : key;
  return `1/${2 ** level}`;
}

/** Names in a row, those that only count on drawn together: `fire5–8, conv10`. */
export function listed(names) {
  const runs = [];
  for (const name of names) {
    const [, stem, mark] = /^(.*?)(\d+|(?<=\d)[a-z])$/.exec(name) ?? [null, name, ""];
    const last = runs.at(-1);
    if (last && mark && last.stem === stem) last.to = mark;
    else runs.push({ stem, from: mark, to: mark });
  }
  return runs.map(({ stem, from, to }) => (from === to ? stem + from : `${stem}${from}–${to}`)).join(", ");
}
