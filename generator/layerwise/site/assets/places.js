// The rows of layers by address and by position. Blocks that are alike have their rows once: for the layers of the others
// these are the rows of the first, and the distance between the two is counted in layers.

const ROWS = "tr[id]:not(.lw-worked)";
const size = (group) => Number(group.dataset.each);
const others = (group) => [...group.querySelectorAll(":scope > b")];

/** The positions of all rows' layers in the network: rows have theirs where it does not follow from the row before. */
function positions(table) {
  const all = new Map();
  let next = 0;
  for (const row of table.querySelectorAll(ROWS)) {
    const place = Number(row.dataset.at ?? next);
    all.set(row, place);
    next = place + 1;
  }
  return all;
}

/** The position of a row's layer in the network. */
export const position = (table, row) => positions(table).get(row);

/** The row for an address, and the distance of the layer to the row's own; null if there is none. */
export function atAddress(table, address, distance = 0) {
  const place = document.getElementById(address);
  if (!place || !table.contains(place)) return withinOther(table, address, distance);
  if (place.matches(ROWS)) return { row: place, distance };
  const group = place.closest("details");
  const away = place === group ? 0 : size(group) * (others(group).indexOf(place) + 1);
  return { row: group.querySelector(ROWS), distance: distance + away };
}

/** The row for an address in a block that is not printed, because it is like another one. */
function withinOther(table, address, distance) {
  const other = [...table.querySelectorAll("details > b")].find(({ id }) => address.startsWith(`${id}/`));
  if (!other) return null;
  const group = other.parentElement;
  const away = size(group) * (others(group).indexOf(other) + 1);
  return atAddress(table, group.id + address.slice(other.id.length), distance + away);
}

/** The row for a position in the network, and the distance of the layer to the row's own; null if there is none. */
export function atPosition(table, position) {
  const known = positions(table);
  const rows = new Map([...known].map(([row, place]) => [place, row]));
  const groups = [...table.querySelectorAll("details[id]")].map((group) => [group, known.get(group.querySelector(ROWS))]);
  let [wanted, distance] = [position, 0];
  while (!rows.has(wanted)) {
    const away = groups.map(([group, start]) => {
      const times = Math.floor((wanted - start) / size(group));
      return times <= others(group).length ? times * size(group) : 0;
    }).find((layers) => layers > 0);
    if (!away) return null;
    wanted -= away;
    distance += away;
  }
  return { row: rows.get(wanted), distance };
}
