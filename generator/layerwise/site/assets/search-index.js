// The search worker of the theme, which indexes all pages: here for the first query, and not whenever a page is opened.
// The part of its address after the hash is that of the theme's script.

const [READY, QUERY, RESULT] = [1, 2, 3];
const send = self.postMessage.bind(self);
let setup = null;
let query = null; // the last one before the index is built

const forward = (data) => dispatchEvent(new MessageEvent("message", { data }));

/** Keep the pages, and answer nothing to no words, which the theme asks when a page is opened. */
function answer({ type, data }) {
  if (type !== QUERY) {
    setup = { type, data };
    send({ type: READY });
  } else if (query || data.trim()) {
    const isFirst = !query;
    query = { type, data };
    if (!isFirst) return;
    importScripts(location.hash.slice(1));
    forward(setup);
  } else send({ type: RESULT, data: { items: [] } });
}

let isBuilt = false;
addEventListener("message", (event) => {
  if (isBuilt || !event.isTrusted) return; // for the theme's script
  event.stopImmediatePropagation();
  answer(event.data);
});

self.postMessage = (message) => {
  if (isBuilt || message.type !== READY) {
    send(message);
    return;
  }
  isBuilt = true;
  setup = null;
  forward(query);
};
