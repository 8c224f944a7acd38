// The page's side of the engine. It starts when it is first needed, and is replaced when it does not answer.

const PATIENCE = 10_000; // milliseconds for one network; the limits of definitions end far earlier
const MODEL_PATIENCE = 60_000; // and for the draft of a model

export class Engine {
  #worker = null;
  #ready = null;
  #mode = "snapshot";
  #last = 0;
  #sent = null; // the calculation that the worker is at
  #next = null; // the calculation that replaces it
  #waiting = new Map(); // other requests by id
  #timer = 0;
  #state = "";
  #onAnswer = () => null;
  #onState = () => null;

  /** `address` is that of the worker, which compiles Python unless `compiled` resolves to the module. */
  constructor(address, compiled = Promise.resolve(null)) {
    Object.assign(this, { address, compiled });
  }

  /** `onAnswer` gets answers to calculations, `onState` each state: "loading", "ready", "ended" or "failed". */
  listen(onAnswer, onState) {
    this.#onAnswer = onAnswer;
    this.#onState = onState;
    if (this.#state) onState(this.#state);
  }

  /** Start the worker, unless it runs; resolves when it can answer. */
  start() {
    this.#ready ??= new Promise((resolve, reject) => {
      this.#show("loading");
      const worker = new Worker(this.address, { type: "module", name: this.#mode });
      this.#worker = worker;
      this.compiled.then((module) => worker.postMessage(module));
      worker.onerror = (event) => { event.preventDefault(); this.#stop(); this.#show("failed"); reject(new Error(event.message)); };
      worker.onmessage = ({ data }) => {
        if (data.isReady) {
          this.#show("ready");
          resolve();
        } else if (data.isSnapshot) { // this browser cannot restore it
          this.#mode = "modules";
          this.#stop();
          this.start().then(resolve, reject);
        } else if (data.isReady === false) {
          this.#stop();
          this.#show("failed");
          reject(new Error(data.message));
        } else this.#receive(data);
      };
    });
    return this.#ready;
  }

  /** Calculate a definition. Only the latest is calculated; those that have not begun are dropped. */
  async calculate(...request) {
    this.#next = ["calculate", ...request];
    await this.start().catch(() => null);
    if (this.#worker && this.#next && !this.#sent?.isFirst) this.#send();
  }

  /** A file about the network on the page. */
  data(name) {
    return this.ask("data", name);
  }

  /** The answer to any other request: a method and its arguments. */
  async ask(...request) {
    return this.#post({ request }, PATIENCE);
  }

  /** The draft of a model file, with the size of its input if the file does not say it. */
  async draft(file, size) {
    return this.#post({ file, size }, MODEL_PATIENCE);
  }

  async #post(message, patience) {
    await this.start();
    const id = (this.#last += 1);
    const timer = setTimeout(() => this.#end(), patience);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, timer });
      this.#worker.postMessage({ ...message, id });
    });
  }

  #send() {
    const id = (this.#last += 1);
    this.#sent = { id, isFirst: true, since: performance.now() };
    this.#worker.postMessage({ id, request: this.#next });
    this.#next = null;
    this.#watch();
  }

  #watch() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), PATIENCE);
  }

  #end() {
    this.#stop();
    this.#show("ended");
  }

  #receive({ id, answer }) {
    if (this.#waiting.has(id)) {
      clearTimeout(this.#waiting.get(id).timer);
      this.#waiting.get(id).resolve(answer);
      this.#waiting.delete(id);
      return;
    }
    if (id !== this.#sent?.id) return;
    const { isFirst, since } = this.#sent;
    if (answer.is_complete) clearTimeout(this.#timer);
    else this.#watch();
    this.#sent = answer.is_complete ? null : { ...this.#sent, isFirst: false };
    if (this.#next) this.#send();
    else if (isFirst || answer.is_complete) this.#onAnswer(answer, performance.now() - since);
  }

  #show(state) {
    this.#state = state;
    this.#onState(state);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error("the engine was replaced"));
    }
    this.#waiting.clear();
    this.#worker = this.#ready = this.#sent = null;
  }
}
