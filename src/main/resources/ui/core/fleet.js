// What the gateway tells of its fleet while it happens: one stream for all views, resumed by itself.
import { call, events } from './api.js';

const REQUESTS = 2000;
const BUCKETS = 60;
const AGAIN_MILLIS = [500, 1000, 2000, 5000];
const HIDDEN_MILLIS = 5_000;
const READY = ['up', 'waiting', 'doubtful', 'waking', 'asleep']; // they take requests, or will
const SILENT_MILLIS = 30_000; // the gateway says something twice in that time; a lost connection nothing

/** Its id alone may be a client's own, and come twice. */
const identity = request => `${request.id} ${request.at} ${request.duration_ms}`;

/** The fleet as last told. `on(listener)` is called after each change, and returns what ends that. */
export class Fleet {
  servers = new Map();
  requests = []; // oldest first
  waiting = [];
  totals = {};
  at = null;
  state = 'closed'; // closed, opening, open, lost, paused, refused
  problem = ''; // why nothing is told
  since = null; // when it came into this state
  snapshots = 0; // how often all was told anew
  skipped = 0; // requests since the last snapshot that were too many to tell
  #listeners = new Set();
  #last = '';
  #filled = new Set();
  #abort = null;
  #hidden = 0;

  constructor() {
    document.addEventListener('visibilitychange', () => this.#seen());
  }

  on(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  open() {
    if (this.#abort) return;
    if (document.hidden) {
      this.state = 'paused';
      return;
    }
    this.#abort = new AbortController();
    this.#run(this.#abort.signal);
  }

  close() {
    clearTimeout(this.#hidden);
    this.#abort?.abort();
    this.#abort = null;
    this.#is('closed');
  }

  /**
   * Nobody looks at a page in the background; it catches up when it comes back. Over HTTP/1.1 all
   * pages of a browser share six connections to the gateway, and a stream holds one.
   */
  #seen() {
    clearTimeout(this.#hidden);
    if (!document.hidden && this.state === 'paused') this.open();
    if (document.hidden && this.#abort) {
      this.#hidden = setTimeout(() => {
        this.close();
        this.state = 'paused';
      }, HIDDEN_MILLIS);
    }
  }

  async #run(signal) {
    for (let failures = 0; !signal.aborted; failures++) {
      this.#is(failures ? 'lost' : 'opening');
      this.problem = 'The page connects again by itself.';
      const silent = new AbortController();
      let timer;
      const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(() => silent.abort(), SILENT_MILLIS);
      };
      heard();
      try {
        const headers = { Accept: 'text/event-stream', ...(this.#last && { 'Last-Event-ID': this.#last }) };
        const answer = await call('/admin/events', { headers, signal: AbortSignal.any([signal, silent.signal]) });
        this.#is('open');
        failures = 0;
        for await (const event of events(answer, heard)) {
          this.#take(event);
        }
      } catch (error) {
        if (!signal.aborted && [401, 403, 404].includes(error.status)) {
          this.problem = error.message;
          this.#abort = null;
          this.#is('refused');
          break;
        }
      } finally {
        clearTimeout(timer);
      }
      if (signal.aborted) break;
      this.#is('lost');
      const pause = AGAIN_MILLIS[Math.min(failures, AGAIN_MILLIS.length - 1)];
      await new Promise(resume => setTimeout(resume, pause));
    }
  }

  #is(state) {
    if (state !== this.state) this.since = new Date().toISOString();
    this.state = state;
    this.#tell();
  }

  /** The status of the fleet, for who wants to ask it now: a server that is up may be drained. */
  get serving() {
    const all = [...this.servers.values()];
    const ready = all.filter(server => READY.includes(server.state)).length;
    return ready === 0 ? 'down' : ready < all.length ? 'degraded' : 'up';
  }

  /** Whether what is here may be old. */
  get old() {
    return this.state === 'lost' || this.state === 'refused';
  }

  /** Puts what the gateway lists, newest first, in the place of what was told up to then. */
  fill(listed) {
    if (!listed.length) return;
    const known = new Map(this.requests.map(request => [identity(request), request]));
    this.#filled = new Set(listed.map(identity));
    const newest = this.requests.findLastIndex(request => this.#filled.has(identity(request)));
    const all = listed.toReversed().map(request => known.get(identity(request)) ?? request);
    this.requests = all.concat(newest < 0 ? [] : this.requests.slice(newest + 1)).slice(-REQUESTS);
    this.skipped = 0;
    this.#tell();
  }

  #take({ id, event, data }) {
    const told = JSON.parse(data);
    if (event === 'snapshot') {
      this.servers = new Map(told.servers.map(server => [server.id, server]));
      this.requests = told.requests ?? [];
      this.waiting = told.waiting ?? [];
      this.snapshots++;
      this.skipped = 0;
      this.#filled = new Set();
    } else {
      for (const server of told.servers ?? []) {
        server.history ??= this.servers.get(server.id)?.history;
        this.servers.set(server.id, server);
      }
      for (const gone of told.gone ?? []) this.servers.delete(gone);
      if (told.bucket) for (const server of this.servers.keys()) this.#closed(server, told.bucket[server] ?? {});
      const ended = (told.requests ?? []).filter(request => !this.#filled.has(identity(request)));
      if (ended.length) this.requests = this.requests.concat(ended).slice(-REQUESTS);
      this.skipped += told.skipped ?? 0;
      if (told.waiting) this.waiting = told.waiting;
    }
    if (told.totals) this.totals = told.totals;
    this.at = told.at ?? this.at;
    this.#last = id || this.#last;
    this.#tell();
  }

  #closed(id, bucket) {
    const server = this.servers.get(id);
    if (!server) return;
    const { p50 = [], p95 = [] } = server.history ?? {};
    const history = {
      p50: [...p50, bucket.p50 ?? null].slice(-BUCKETS),
      p95: [...p95, bucket.p95 ?? null].slice(-BUCKETS),
    };
    this.servers.set(id, { ...server, history });
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
