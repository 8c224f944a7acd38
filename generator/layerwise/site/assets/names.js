// Names of networks as readers type them.

/** A string in lower case without accents. */
export function lower(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}

/** Letters and digits alone, so that `vgg16` is VGG-16. */
export function plain(text) {
  return lower(text).replace(/[^\p{L}\p{N}]/gu, "");
}

/** The networks that a string names by name, slug or alias; else those whose name contains it. */
export function matches(text, networks) {
  const wanted = plain(text);
  const names = ({ name, slug, aliases }) => [name, slug, ...aliases].map(plain);
  const exact = networks.filter((network) => plain(network.name) === wanted);
  if (exact.length) return exact;
  const equal = networks.filter((network) => names(network).includes(wanted));
  return equal.length || !wanted ? equal : networks.filter((network) => names(network).some((name) => name.includes(wanted)));
}

/** The slug that shares most pairs of letters with a string; null if none is close. */
export function closest(text, networks) {
  const pairs = (word) => new Set([...plain(word)].map((letter, place, all) => letter + (all[place + 1] ?? "")));
  const wanted = pairs(text);
  const score = ({ slug }) => {
    const own = pairs(slug);
    return (2 * [...wanted].filter((pair) => own.has(pair)).length) / (wanted.size + own.size);
  };
  const [best] = networks.map((network) => [score(network), network.slug]).toSorted(([one], [other]) => other - one);
  return best && best[0] > 0.5 ? best[1] : null;
}
