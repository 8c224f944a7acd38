// Files of the site's data.

export const SITE = new URL("../..", import.meta.url);
export const API = new URL("api/v1/", SITE);

/** The slug of a network by the link to its page. */
export const slugOf = (link) => link.getAttribute("href").replace(/(\/|\.html)$/, "");

/** Fetch a file below an address. */
export async function fetched(path, base) {
  const answer = await fetch(new URL(path, base));
  if (!answer.ok) throw new Error(`${path} could not be loaded: ${answer.status}`);
  return answer;
}
