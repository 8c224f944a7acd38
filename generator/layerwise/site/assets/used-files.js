// The files that definitions can use.

const USES = /^use:|\bbackbone:/m;
let texts = null;

/** The texts of those files by their names, fetched once from an address; none for a definition that uses no file. */
export async function usedFiles(definition, address) {
  if (!USES.test(definition)) return {};
  texts ??= fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))));
  texts.catch(() => { texts = null; });
  return texts.catch(() => ({}));
}
