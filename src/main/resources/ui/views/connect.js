// How clients are pointed at this gateway, filled in, and whether it answers them.
import { html, nothing } from '../lib/lit-html.js';
import { call, get, send } from '../core/api.js';
import { speaks } from '../core/chat.js';
import { codeBlock } from '../core/markdown.js';
import { copyButton, failure, loading, options } from '../core/parts.js';
import { millis, number } from '../core/format.js';
import { CLIENTS } from './clients.js';

const LOCAL = /^(localhost|127\.[\d.]+|\[::1\])$/;
const FEW = 8; // tokens, enough to see that it answers
const PROMPT = [{ role: 'user', content: 'Say OK.' }];

/** What is asked, by each dialect, to see whether it works; `seen` says what came. */
const CHECKS = [
  { id: 'models', name: 'List of models', path: '/v1/models', seen: ({ data }) => `${number(data.length)} ${data.length === 1 ? 'model' : 'models'}` },
  { id: 'openai', name: 'Chat as OpenAI has it', path: '/v1/chat/completions', body: model => ({ model, max_tokens: FEW, messages: PROMPT }) },
  { id: 'ollama', name: 'Chat as Ollama has it', path: '/api/chat', body: model => ({ model, stream: false, options: { num_predict: FEW }, messages: PROMPT }) },
  { id: 'anthropic', name: 'Chat as Anthropic has it', path: '/v1/messages', body: model => ({ model, max_tokens: FEW, messages: PROMPT }) },
];

export function open(app) {
  let models = null;
  let problem = null;
  let results = null; // by the ids of the checks: {state, text}
  let checked = ''; // the model they were made with
  let abort = null;
  const secrets = new Map(); // by the ids of clients: {name, secret}; gone with this view

  async function load() {
    try {
      models = (await get('/api/tags')).models.filter(speaks);
      problem = null;
    } catch (error) {
      problem = error;
    }
    app.update();
  }

  const model = () => app.params.get('model') ?? models[0]?.name ?? 'MODEL';
  const client = () => CLIENTS.find(({ id }) => id === app.params.get('client')) ?? CLIENTS[0];

  /** What the snippets are filled in with. */
  function filling(of) {
    const { keys } = app.session;
    const entry = models.find(({ name }) => name === model());
    return { origin: location.origin, model: model(), context: entry?.details?.context_length, keys, key: secrets.get(of.id)?.secret ?? (keys ? 'YOUR_KEY' : 'none') };
  }

  // ---- checking

  async function check() {
    abort = new AbortController();
    const { signal } = abort;
    checked = model();
    results = {};
    for (const each of CHECKS) {
      results[each.id] = { state: 'busy', text: 'asking …' };
      app.update();
      results[each.id] = await result(each, signal);
      if (signal.aborted) break;
    }
    abort = null;
    app.update();
  }

  async function result({ path, body, seen }, signal) {
    const begun = performance.now();
    try {
      const answer = await call(path, { method: body ? 'POST' : 'GET', body: body?.(checked), signal });
      const told = await answer.json();
      const server = answer.headers.get('x-cortex-server');
      const by = server ? ` by ${app.fleet.servers.get(server)?.name ?? server}` : '';
      return { state: 'good', text: `${seen ? `${seen(told)}, ` : ''}answered in ${millis(performance.now() - begun)}${by}` };
    } catch (error) {
      return signal.aborted ? { state: 'wrong', text: 'stopped' } : { state: 'wrong', text: error.message };
    }
  }

  // ---- keys

  function makeKey(event, of) {
    event.preventDefault();
    const name = new FormData(event.target).get('name').trim();
    app.attempt(async () => {
      const { secret } = await send('POST', '/admin/keys', { name });
      secrets.set(of.id, { name, secret });
    });
  }

  function keyPart(of) {
    if (!app.session.keys) return html`<p class="faint">This gateway asks for no key: any text will do in its place.</p>`;
    const made = secrets.get(of.id);
    if (made) {
      return html`<div class="made"><p>The key <strong>${made.name}</strong> is made and filled in below. It is shown only now: copy it before you leave this view.</p>
        <div class="bar"><code>${made.secret}</code>${copyButton(app, made.secret)}</div></div>`;
    }
    if (!app.may('admin') || !app.session.database) return html`<p class="faint">Put your own key where <code>YOUR_KEY</code> stands.</p>`;
    return html`<form class="bar" @submit=${event => makeKey(event, of)}>
      <label for="key-name">Name of its key</label><input id="key-name" name="name" required .value=${of.id}>
      <button>Make a key for this client</button><small>Or put one that you have where <code>YOUR_KEY</code> stands.</small></form>`;
  }

  // ---- what is drawn

  const row = (name, address) => html`<tr><th scope="row">${name}</th><td><code>${address}</code></td><td class="end">${copyButton(app, address)}</td></tr>`;

  function addresses() {
    const { origin, hostname } = location;
    return html`<section class="panel"><h2>Address</h2>
      <table class="plain"><tbody>${row('OpenAI', `${origin}/v1`)}${row('Ollama', origin)}${row('Anthropic', origin)}</tbody></table>
      ${LOCAL.test(hostname) ? html`<p class="hint">Other machines cannot use <code>${hostname}</code>: put this machine's name there, and have the gateway listen with <code>--host 0.0.0.0</code>. ${
        app.session.keys ? 'Each client then needs a key.' : html`It does so only with keys, since anybody could use it otherwise${app.may('admin') ? html`: <a href="#/keys">make the first one</a>` : ''}.`}</p>` : nothing}
    </section>`;
  }

  function checks() {
    const busy = abort !== null;
    return html`<section class="panel checks"><h2>Does it work?</h2>
      <p class="faint">Asks for the models, and has ${results ? checked : model()} say a few words by each dialect, with ${app.session.signed_in ? 'the key that you are signed in with' : 'this page\'s rights'}.</p>
      ${results ? html`<div role="status"><ul>${CHECKS.map(({ id, name, path }) => html`<li>
        <span class=${`mark ${results[id]?.state ?? ''}`} aria-hidden="true">${{ good: '✓', wrong: '✗', busy: '…' }[results[id]?.state] ?? '·'}</span>
        <span><strong>${name}</strong> <small class="mono">${path}</small><br>
          <span class=${results[id]?.state ?? 'faint'}>${results[id]?.state === 'wrong' ? html`<span class="sr">failed: </span>` : nothing}${results[id]?.text ?? 'not asked yet'}</span></span></li>`)}</ul></div>` : nothing}
      ${busy ? html`<button @click=${() => abort.abort()}>Stop</button>` : html`<button class="main" ?disabled=${!models.length} @click=${check}>Check that it works</button>`}
    </section>`;
  }

  const part = ({ title, language, code, fields }) => html`<div class="part"><h3>${title}</h3>${fields
    ? html`<table class="plain"><tbody>${fields.map(([name, value]) => row(name, value))}</tbody></table>`
    : codeBlock(app, code, language)}</div>`;

  function chooser() {
    const chosen = client();
    const groups = [...new Set(CLIENTS.map(({ group }) => group))];
    const of = group => CLIENTS.filter(each => each.group === group);
    return html`
      <div class="list" role="group" aria-label="Clients">${groups.map(group => html`<h3>${group}</h3>${of(group).map(({ id, name }) =>
        html`<button class="quiet" aria-pressed=${id === chosen.id} @click=${() => app.setParams({ client: id })}>${name}</button>`)}`)}</div>
      <label class="field pick"><span>Client</span><select @change=${event => app.setParams({ client: event.target.value })}>${groups.map(group =>
        html`<optgroup label=${group}>${options(of(group).map(({ id, name }) => [id, name]), chosen.id)}</optgroup>`)}</select></label>`;
  }

  function modelPicker() {
    const names = models.map(({ name }) => name);
    const chosen = model();
    return html`<label class="field"><span>Model</span><select @change=${event => app.setParams({ model: event.target.value })}>
      ${options((names.includes(chosen) ? names : [chosen, ...names]).map(name => [name, name]), chosen)}</select></label>`;
  }

  load();
  return {
    render() {
      if (problem) return failure(problem, load);
      if (!models) return loading();
      const chosen = client();
      return html`<div class="connect">
        <div class="grid">${addresses()}${checks()}</div>
        <div class="clients panel">
          ${chooser()}
          <div class="client">
            <header class="bar"><div><h2>${chosen.name}</h2><small>asks by ${chosen.route}</small></div><span class="spread"></span>${modelPicker()}</header>
            ${keyPart(chosen)}
            ${chosen.parts(filling(chosen)).map(part)}
            ${chosen.note ? html`<p class="hint">${chosen.note}</p>` : nothing}
          </div>
        </div>
      </div>`;
    },

    close() {
      abort?.abort();
      secrets.clear();
    },
  };
}
