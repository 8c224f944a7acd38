// Places the names of a chart's points, so that none covers another name or a point.

const LINE = 13; // pixels: the height of a name
const TICK = 34; // pixels: the labels of ticks at the left
const BOTTOM = 0.9; // where the area of points ends
const TRIED = 4; // members of a family that are tried until one has room
const MOST_ACCURATE = 12; // points from the top that may be named in addition to one of each family
const FEW = 40; // points, all of which may be named

const context = document.createElement("canvas").getContext("2d");

/** The names of some points that have room in a chart of a size, one of each family before a second one of any. */
export function place(points, { width, height, scale, font }) {
  context.font = `${font.fontSize} ${font.fontFamily}`;
  const discs = new Map(points.map((of) => [of, disc(of, width, height, scale)]));
  const taken = [...discs.values()];
  const named = new Set();
  const names = [];
  for (const group of groups(points)) {
    if (group.some((of) => named.has(of))) continue;
    for (const of of group) {
      const own = discs.get(of);
      const found = candidates(of, width, height, scale).find(
        ({ box }) => inside(box, width, height) && !taken.some((other) => other !== own && overlap(box, other)),
      );
      if (!found) continue;
      taken.push(found.box);
      named.add(of);
      names.push({ text: of.name, x: of.x, y: of.y, ...found });
      break;
    }
  }
  return names;
}

/** Groups of points of which one gets a name: the Pareto line, families by size, and single points. */
function groups(points) {
  const known = points.toSorted((one, other) => other.claims - one.claims);
  const byFamily = new Map();
  for (const of of known) byFamily.set(of.family, [...(byFamily.get(of.family) ?? []), of]);
  const families = [...byFamily.values()].toSorted((one, other) => other.length - one.length);
  const top = known.toSorted((one, other) => one.y - other.y).slice(0, MOST_ACCURATE);
  return [
    ...known.filter(({ isMember }) => isMember).map((of) => [of]),
    ...families.map((members) => members.slice(0, TRIED)),
    ...[...top, ...(known.length <= FEW ? known : [])].map((of) => [of]),
  ];
}

/** The box around a point. */
function disc({ x, y, radius }, width, height, scale) {
  const [across, down, half] = [(x / 100) * width, (y / 100) * height, 0.9 * radius * scale];
  return [across - half, down - half, across + half, down + half];
}

/** The places of a name: above, right, left and below, with the boxes around it. */
function candidates({ name, x, y, radius }, width, height, scale) {
  const [across, down] = [(x / 100) * width, (y / 100) * height];
  const [long, away] = [context.measureText(name).width + 4, radius * scale + 4];
  return [
    { dx: 0, dy: -away, anchor: "middle", left: -long / 2 },
    { dx: away, dy: 4, anchor: "start", left: away },
    { dx: -away, dy: 4, anchor: "end", left: -away - long },
    { dx: 0, dy: away + 9, anchor: "middle", left: -long / 2 },
  ].map((at) => {
    const bottom = down + at.dy + 3;
    return { ...at, box: [across + at.left, bottom - LINE, across + at.left + long, bottom] };
  });
}

function inside([left, top, right, bottom], width, height) {
  return left >= TICK && right <= width && top >= LINE && bottom <= BOTTOM * height;
}

function overlap(one, other) {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}
