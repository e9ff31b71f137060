// The pulls that this page has started; they go on while other views are open.
import { html, nothing } from '../lib/lit-html.js';
import { call, lines } from '../core/api.js';
import { field, progress } from '../core/parts.js';
import { bytes, millis } from '../core/format.js';

const RATE_MILLIS = 5000;
const AT_ONCE = 2; // each holds one of the browser's six connections

/** One model that servers load from its registry. */
class Pull {
  status = 'asking';
  state = 'waiting'; // waiting, running, done, failed, cancelled
  error = '';
  #layers = new Map();
  #seen = []; // [time, bytes] of the last seconds
  #abort = new AbortController();

  /** `server` as the gateway takes it: names or addresses with commas between, `all`, or empty. */
  constructor(model, server, done) {
    this.model = model;
    this.server = server;
    this.done = done;
  }

  get total() {
    return this.#sum('total');
  }

  get completed() {
    return this.#sum('completed');
  }

  #sum(part) {
    return [...this.#layers.values()].reduce((sum, layer) => sum + layer[part], 0);
  }

  /** Bytes a second, lately; 0 while it is not known. */
  get rate() {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    return first && last[0] > first[0] ? ((last[1] - first[1]) * 1000) / (last[0] - first[0]) : 0;
  }

  cancel() {
    this.#abort.abort();
    if (this.state === 'waiting') this.state = 'cancelled';
  }

  /** Whether it is not over. */
  get goesOn() {
    return this.state === 'waiting' || this.state === 'running';
  }

  async run(changed) {
    if (this.#abort.signal.aborted) return;
    this.state = 'running';
    const query = this.server ? `?server=${encodeURIComponent(this.server)}` : '';
    try {
      const answer = await call(`/api/pull${query}`, { method: 'POST', body: { model: this.model }, signal: this.#abort.signal });
      for await (const line of lines(answer)) {
        this.#take(JSON.parse(line));
        changed();
      }
      if (this.status !== 'success') throw new Error('The answer ended too early. Pull again: what is there already is not loaded twice.');
      this.state = 'done';
    } catch (error) {
      this.state = this.#abort.signal.aborted ? 'cancelled' : 'failed';
      this.error = error.message;
    }
    changed();
  }

  #take({ status, digest, total = 0, completed = 0, error }) {
    if (error) throw new Error(error);
    if (!digest) {
      this.status = status;
      return;
    }
    this.status = 'loading';
    this.#layers.set(digest, { total, completed });
    const now = Date.now();
    this.#seen = [...this.#seen.filter(([time]) => now - time < RATE_MILLIS), [now, this.completed]];
  }
}

const pulls = [];

const running = () => pulls.filter(pull => pull.state === 'running');
const unfinished = () => pulls.some(pull => pull.goesOn);

/** A page that is left ends its pulls, so the browser asks before. */
function warn(event) {
  if (unfinished()) event.preventDefault();
}

/** Has one done in its turn; `done()` is called when the model is there. */
export function pull(app, model, server, done) {
  pulls.unshift(new Pull(model, server, done));
  window.addEventListener('beforeunload', warn);
  next(app);
}

function next(app) {
  const first = pulls.findLast(each => each.state === 'waiting');
  if (first && running().length < AT_ONCE) run(app, first);
  app.update();
}

async function run(app, each) {
  const run = each.run(() => app.update());
  next(app);
  await run;
  next(app);
  if (!unfinished()) window.removeEventListener('beforeunload', warn);
  if (each.state === 'done') {
    app.notify(`${each.model} is pulled.`);
    each.done();
  }
}

/** Asks which model, and to which servers. `names` are suggested. */
export function askToPull(app, { model = '', server = '', names = [], done }) {
  const servers = [...app.fleet.servers.values()].map(each => each.name).sort();
  const start = event => {
    event.preventDefault();
    const form = new FormData(event.target);
    const wanted = form.get('model').trim();
    if (!wanted) return;
    app.closeDialog();
    pull(app, wanted, form.get('server').trim(), done);
  };
  app.open('Pull a model', () => html`<form class="stack" @submit=${start}>
    ${field('Model', html`<input name="model" required autofocus spellcheck="false" autocomplete="off" list="pull-names" placeholder="llama3.2:3b" value=${model}>`,
      'Its name in the registry, with its tag.')}
    ${field('Servers', html`<input name="server" spellcheck="false" autocomplete="off" list="pull-servers" value=${server}>`,
      'Names or addresses with commas between, or all. Left empty: the servers that hold it already, else the one with most room.')}
    <datalist id="pull-names">${names.map(name => html`<option value=${name}></option>`)}</datalist>
    <datalist id="pull-servers"><option value="all"></option>${servers.map(name => html`<option value=${name}></option>`)}</datalist>
    <div class="actions"><button type="button" @click=${() => app.closeDialog()}>Cancel</button><button class="main">Pull</button></div>
  </form>`);
}

/** The pulls with how far they are. */
export const pullsPanel = (app, done) =>
  pulls.length ? html`<section class="panel pulls" aria-label="Pulls"><ul>${pulls.map(each => row(app, each, done))}</ul></section>` : nothing;

function row(app, each, done) {
  const dismiss = () => {
    pulls.splice(pulls.indexOf(each), 1);
    app.update();
  };
  const again = () => {
    dismiss();
    pull(app, each.model, each.server, done);
  };
  return html`<li>
    <div class="bar"><b class="name">${each.model}</b>${each.server ? html`<small>to ${each.server}</small>` : nothing}
      <span class="spread"></span>${each.goesOn
        ? html`<button class="quiet" aria-label=${`Cancel the pull of ${each.model}`} @click=${() => { each.cancel(); app.update(); }}>Cancel</button>`
        : html`${each.state === 'done' ? nothing : html`<button class="quiet" @click=${again}>Pull again</button>`}
          <button class="quiet" aria-label=${`Remove ${each.model} from this list`} @click=${dismiss}>✕</button>`}</div>
    ${each.state === 'running' ? progress(each.completed, each.total, `${each.model} is pulled`) : nothing}
    ${told(each)}
  </li>`;
}

function told(each) {
  switch (each.state) {
    case 'waiting': return html`<p class="faint">Waits for the pulls before it.</p>`;
    case 'done': return html`<p class="good">Done${each.total ? `: ${bytes(each.total)}` : ''}.</p>`;
    case 'failed': return html`<p class="bad" role="alert">${each.error}</p>`;
    case 'cancelled': return html`<p class="faint">Cancelled. The next pull goes on from what was loaded.</p>`;
    default: return html`<p class="faint">${[
      each.status === 'loading' ? `${bytes(each.completed)} of ${bytes(each.total)}` : `${each.status}…`,
      each.status === 'loading' && each.total ? `${Math.floor((each.completed * 100) / each.total)} %` : '',
      each.status === 'loading' && each.rate > 0 ? `${bytes(each.rate)}/s` : '',
      each.status === 'loading' && each.rate > 0 ? `about ${millis(((each.total - each.completed) * 1000) / each.rate)} left` : '',
    ].filter(Boolean).join(' · ')}</p>`;
  }
}
