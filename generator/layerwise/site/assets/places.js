// The rows of layers by address and by position. Blocks that are alike have their rows once: for the layers of the others
// these are the rows of the first, and the distance between the two is counted in layers.

const ROWS = "tr[id]:not(.lw-worked)";
const rowsOf = (table) => [...table.querySelectorAll(ROWS)];
const size = (group) => Number(group.dataset.each);
const others = (group) => [...group.querySelectorAll(":scope > b")];

/** The position of a row's layer in the network: rows have it where it does not follow from the row before. */
export function position(table, row) {
  const rows = rowsOf(table);
  const own = rows.indexOf(row);
  let start = own;
  while (start > 0 && !rows[start].dataset.at) start -= 1;
  return Number(rows[start].dataset.at ?? 0) + own - start;
}

/** The row for an address, and the distance of the layer to the row's own; null if there is none. */
export function atAddress(table, address, distance = 0) {
  const found = rowsOf(table).find(({ id }) => id === address);
  if (found) return { row: found, distance };
  for (const other of table.querySelectorAll("details > b")) {
    if (address !== other.id && !address.startsWith(`${other.id}/`)) continue;
    const group = other.parentElement;
    const away = distance + size(group) * (others(group).indexOf(other) + 1);
    if (address === other.id) return { row: group.querySelector(ROWS), distance: away };
    return atAddress(table, group.id + address.slice(other.id.length), away);
  }
  const group = [...table.querySelectorAll("details[id]")].find(({ id }) => id === address);
  return group ? { row: group.querySelector(ROWS), distance } : null;
}

/** The row for a position in the network, and the distance of the layer to the row's own; null if there is none. */
export function atPosition(table, wanted, distance = 0) {
  const found = rowsOf(table).find((row) => position(table, row) === wanted);
  if (found) return { row: found, distance };
  for (const group of table.querySelectorAll("details[id]")) {
    const start = position(table, group.querySelector(ROWS));
    const times = Math.floor((wanted - start) / size(group));
    if (times > 0 && times <= others(group).length) {
      return atPosition(table, wanted - times * size(group), distance + times * size(group));
    }
  }
  return null;
}
