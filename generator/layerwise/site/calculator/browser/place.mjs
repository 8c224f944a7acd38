// The place of a cursor in a definition: the keys around it, and the mapping it is in. Reads text that is being typed,
// which need not be valid YAML, so it goes by indentation and brackets alone.

const KEY = /^("[^"]*"|'[^']*'|[^\s#{}[\],"'][^:#{}[\],]*?)\s*:(?=\s|$)/;
const unquoted = (text) => text.trim().replace(/^(["'])(.*)\1$/, "$2");

/** A mapping or a list around the cursor. `key` is the one whose value the cursor is in. */
const frame = (indent, open = "") => ({ indent, open, key: null, keys: [] });

/**
 * The frames around a position from the outside in, whether it is in a value, and the start of the word before it.
 * `blocks` are the names of the file's blocks.
 */
export function placeAt(text, position) {
  const frames = [];
  const blocks = [];
  let [place, start] = [null, 0];
  for (const line of text.split("\n")) {
    const cursor = position >= start && position <= start + line.length ? position - start : -1;
    place = scan(frames, line, cursor, start) ?? place;
    if (frames.length > 1 && frames[0].key === "blocks" && frames[1].key) blocks.push(frames[1].key);
    start += line.length + 1;
  }
  return { ...place, blocks: [...new Set(blocks)] };
}

/** Go on with one line; returns the place if the cursor is in the line. */
function scan(frames, line, cursor, start) {
  const top = () => frames.at(-1);
  let at = 0;
  if (!top()?.open) {
    at = line.match(/^\s*/)[0].length;
    if (at === line.length && cursor < 0) return null;
    let isItem = false;
    for (let dash; (dash = line.slice(at).match(/^-(\s+|$)/)); at += dash[0].length, isItem = true) close(frames, at + 1);
    if (line[at] === "#") return null;
    const column = cursor >= 0 && at === line.length && !isItem ? cursor : at;
    close(frames, column + 1);
    const key = line.slice(at).match(KEY);
    const opensFlow = /^[{[]/.test(line.slice(at));
    if (!opensFlow && (top() === undefined || top().indent < column)) {
      if (key || cursor >= 0) frames.push(frame(column));
      if (isItem && top()) top().isItem = true;
    }
    if (top() && !top().open && top().indent === column) top().key = null;
    if (key && !(cursor >= 0 && cursor <= at + key[1].length)) {
      enter(top(), key[1]);
      at += key[0].length;
    } else if (key) return found(frames, start + at, start + at + key[1].length, key[1], true);
  }
  return flow(frames, line, at, cursor, start);
}

/** Close the mappings that begin right of a column. */
function close(frames, column) {
  while (frames.length && frames.at(-1).indent >= column) frames.pop();
}

function enter(mapping, key) {
  mapping.key = unquoted(key);
  mapping.keys.push(mapping.key);
}

/** Go on within brackets, or with a plain value. */
function flow(frames, line, at, cursor, start) {
  let word = at;
  for (let index = at; index <= line.length; index += 1) {
    const end = index === line.length;
    const letter = line[index];
    if (index === cursor || (end && cursor > index)) {
      const from = word + line.slice(word, index).match(/^\s*/)[0].length;
      const rest = line.slice(index).match(/^[\w-]*/)[0];
      const isKey = /^\s*:(\s|$)/.test(line.slice(index + rest.length));
      return found(frames, start + from, start + index + rest.length, line.slice(from, index + rest.length), isKey);
    }
    if (end || (letter === "#" && /(^|\s)$/.test(line.slice(0, index)))) return null;
    const top = frames.at(-1);
    if ((letter === '"' || letter === "'") && !line.slice(word, index).trim()) {
      const closing = line.indexOf(letter, index + 1);
      if (closing > 0 && (cursor < 0 || cursor > closing)) index = closing;
    } else if (letter === "{" || letter === "[") {
      frames.push(frame(Infinity, letter));
      word = index + 1;
    } else if ((letter === "}" || letter === "]") && top?.open) {
      frames.pop();
      word = index + 1;
    } else if (letter === "," && top?.open) {
      top.key = null;
      word = index + 1;
    } else if (letter === ":" && top?.open === "{" && /^(\s|$)/.test(line.slice(index + 1))) {
      enter(top, line.slice(word, index));
      word = index + 1;
    }
  }
  return null;
}

/** The frames are copied, but their keys are shared: those after the cursor are added later. */
function found(frames, from, to, word, isKey) {
  return { frames: frames.map((one) => ({ ...one })), from, to, word: word.trim(), isKey };
}
