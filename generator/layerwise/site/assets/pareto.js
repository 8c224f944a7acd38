// The Pareto line of networks.

/** Those for which no other has fewer MACs and a higher accuracy, or one of them equal; fewest MACs first. */
export function front(lines) {
  const order = lines.toSorted(({ figures: a }, { figures: b }) => a.macs - b.macs || b["top-1"] - a["top-1"]);
  let best = -Infinity;
  let macs = NaN;
  return order.filter(({ figures }) => {
    const isEqual = figures["top-1"] === best && figures.macs === macs;
    if (!isEqual && figures["top-1"] <= best) return false;
    [best, macs] = [figures["top-1"], figures.macs];
    return true;
  });
}
