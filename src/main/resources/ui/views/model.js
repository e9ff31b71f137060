// One model: what it is, which names lead to it, its servers, and what can be done with it.
import { html, nothing } from '../lib/lit-html.js';
import { call, get, send } from '../core/api.js';
import { Table } from '../core/table.js';
import { badge, copyButton, empty, facts, failure, figure, loading, meter, stateBadge } from '../core/parts.js';
import { bytes, context, date, millis, number } from '../core/format.js';
import { askToPull } from './pulls.js';

const ALIKE = 100;

/** A name as it stands in a path: its slashes stay. */
const path = name => name.split('/').map(encodeURIComponent).join('/');

const short = digest => (digest ?? '').replace('sha256:', '').slice(0, 12);

const count = (many, one) => `${number(many)} ${many === 1 ? one : `${one}s`}`;

const COLUMNS = [
  { id: 'name', head: 'Server', cell: nameOf, sort: row => row.name, narrow: true },
  { id: 'state', head: 'State', cell: row => stateOf(row), sort: row => row.state, narrow: true, width: '8.4rem' },
  { id: 'memory', head: 'In memory', cell: memory, sort: row => row.vram_bytes ?? row.size_bytes ?? 0, narrow: 'tablet', width: '10rem' },
  { id: 'context', head: 'Context', cell: row => context(row.context), sort: row => row.context ?? 0, end: true, width: '5.4rem' },
  { id: 'load', head: 'Load', cell: row => millis(row.load_ms), sort: row => row.load_ms ?? 0, end: true, narrow: 'tablet', width: '4.8rem' },
  { id: 'prefill', head: 'Prompt tok/s', cell: row => number(row.prefill_tokens_per_second), sort: row => row.prefill_tokens_per_second ?? 0, end: true, narrow: 'tablet', width: '7.2rem' },
  { id: 'decode', head: 'Answer tok/s', cell: row => number(row.decode_tokens_per_second), sort: row => row.decode_tokens_per_second ?? 0, end: true, narrow: 'tablet', width: '7.2rem' },
  { id: 'answer', head: 'Answer takes', cell: row => millis(row.answer_ms), sort: row => row.answer_ms ?? 0, end: true, width: '7.4rem' },
  { id: 'places', head: 'Places', cell: row => row.places === undefined ? '–' : meter(row.in_flight, row.places, 'places taken'), sort: row => row.in_flight ?? 0, width: '6.6rem' },
];

/** Which columns are only there where somebody told or measured something. */
const TOLD = { load: 'load_ms', prefill: 'prefill_tokens_per_second', decode: 'decode_tokens_per_second', answer: 'answer_ms', places: 'places' };

function nameOf(row) {
  if (row.allowed !== false) return html`<span title=${row.url}>${row.name}</span>`;
  return html`<span class="lines"><span title=${row.url}>${row.name}</span><small title="The rule of this model keeps requests away from it">not asked: its rule</small></span>`;
}

const stateOf = row => html`<span title=${row.reason || nothing}>${stateBadge(row.state)}</span>`;

function memory(row) {
  if (!row.resident) return html`<span class="faint">on disk</span>`;
  const { size_bytes: all, vram_bytes: vram } = row;
  if (!all) return 'yes';
  return html`${bytes(all)} <small>${vram >= all ? 'all on GPU' : vram ? `${Math.round((vram * 100) / all)} % on GPU` : 'on CPU'}</small>`;
}

/** Where it is, from what a client sees that is no operator. */
async function seenByClient(name, servers) {
  const loaded = (await get('/api/ps')).models.filter(each => each.name === name);
  return servers.filter(server => server.holds).map(server => {
    const inMemory = loaded.find(each => each.server === server.url);
    return {
      name: new URL(server.url).host,
      url: server.url,
      state: server.status,
      reason: server.reason,
      digest: server.digest,
      resident: Boolean(inMemory),
      size_bytes: inMemory?.size,
      vram_bytes: inMemory?.size_vram,
      context: inMemory?.context_length,
    };
  });
}

/** What the catalogue says of it; undefined where it does not know it. A search, since that is no error. */
async function catalogued(name, signal) {
  const { models } = await get('/catalogue/models', { q: name, limit: ALIKE }, signal);
  return models.find(model => model.name.toLowerCase() === name.toLowerCase());
}

/**
 * `name` may be an alias; `served()` gives, later, what the list says of the model, or nothing where it is
 * not served; `changed()` is called when the fleet holds other models than before.
 */
export function modelPage(app, name, served, changed) {
  let model = null;
  let problem = null;
  let busy = '';
  let abort = new AbortController();

  const table = new Table({ app, label: `Servers of ${name}`, columns: COLUMNS, key: row => row.url, order: 'name', param: 'by', open: server });

  async function load() {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    try {
      const first = !model;
      model = await read(signal);
      problem = null;
      if (first) focusSoon();
    } catch (error) {
      if (signal.aborted) return;
      problem = error;
    }
    app.update();
  }

  /** Who has opened it by the keyboard goes on here. */
  function focusSoon() {
    app.update();
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector('.model-head h2')?.focus({ preventScroll: true })));
  }

  async function read(signal) {
    const row = await served();
    const live = row && app.may('admin') ? await get(`/admin/models/${path(name)}`, {}, signal) : null;
    const { servers = [], ...known } = await catalogued(row?.name ?? name, signal) ?? {};
    if (!row && !known.name) return { missing: true };
    if (live) return { ...known, ...live, capabilities: live.capabilities?.length ? live.capabilities : known.capabilities };
    const holders = row ? await seenByClient(row.name, servers) : [];
    return { ...known, ...row, holders, up: holders.filter(each => each.state === 'up').length, resident: holders.filter(each => each.resident).length };
  }

  /** The servers, with what is told of them at this moment. */
  const holders = () => model.holders.map(row => {
    const live = app.fleet.servers.get(row.url);
    return live ? { ...row, state: live.state, reason: live.reason, in_flight: live.in_flight, places: live.places } : row;
  });

  const line = () => app.fleet.state === 'open'
    ? app.fleet.waiting.find(each => each.model === model.name)?.waiting ?? 0
    : model.line?.waiting ?? model.waiting;

  const named = url => model.holders.find(each => each.url === url)?.name ?? url;

  async function working(word, action) {
    busy = word;
    app.update();
    await app.attempt(action);
    busy = '';
    app.update();
  }

  const embeds = () => model.capabilities?.includes('embedding') && !model.capabilities.includes('completion');

  /** An empty request makes a server load the model and do nothing else. */
  const warm = () => working('load', async () => {
    const began = Date.now();
    const body = embeds() ? { model: model.name, input: [] } : { model: model.name, stream: false };
    const answer = await call(embeds() ? '/api/embed' : '/api/generate', { method: 'POST', body });
    await answer.text();
    const where = answer.headers.get('X-Cortex-Server');
    app.notify(`${model.name} is in the memory of ${where ? named(where) : 'a server'}, after ${millis(Date.now() - began)}.`);
    changed();
  });

  const unload = () => working('unload', async () => {
    await send('POST', '/api/generate', { model: model.name, keep_alive: 0, stream: false });
    app.notify(`${model.name} has left the memory of its servers.`);
    changed();
  });

  async function remove(where) {
    const aliases = (model.chains ?? []).map(chain => chain.name);
    const from = where ? where.name : model.holders.length === 1 ? model.holders[0].name : `all ${model.holders.length} servers that hold it`;
    const others = model.holders.length - 1;
    const wanted = await app.confirm(`Delete ${model.name}`, [
      `${model.name} is deleted from the disk of ${from}${!where && model.holders.length > 1 ? `: ${model.holders.map(each => each.name).join(', ')}` : ''}.`,
      where && others > 0 ? `${count(others, 'other server')} ${others === 1 ? 'keeps' : 'keep'} it.` : 'No server serves it then; to have it again it has to be pulled.',
      (!where || others === 0) && aliases.length ? `The ${aliases.length === 1 ? 'alias' : 'aliases'} ${aliases.join(', ')} will ask the next model of the chain, if there is one.` : '',
    ].filter(Boolean).join(' '), 'Delete');
    if (!wanted) return;
    await working('delete', async () => {
      try {
        await send('DELETE', `/api/delete${where ? `?server=${encodeURIComponent(where.url)}` : ''}`, { model: model.name });
        app.notify(`${model.name} is deleted${where ? ` from ${where.name}` : ''}.`);
      } finally {
        changed();
      }
    });
  }

  const pullTo = urls => askToPull(app, { model: model.name ?? name, server: urls.map(named).join(', '), done: changed });

  /** One server's part of it. */
  function server(row) {
    const act = action => () => {
      app.closeDialog();
      action();
    };
    app.open(`${model.name} on ${row.name}`, () => {
      const now = holders().find(each => each.url === row.url) ?? row;
      return html`${facts([
        ['State', stateBadge(now.state)],
        ['Why', now.reason],
        ['Address', now.url],
        ['Rule', now.allowed === false ? 'The rule of this model keeps requests away from it' : ''],
        ['Memory', memory(now)],
        ['Context in memory', now.context ? context(now.context) : ''],
        ['A load takes', now.load_ms ? millis(now.load_ms) : ''],
        ['Prompt', now.prefill_tokens_per_second ? `${number(now.prefill_tokens_per_second)} tokens/s` : ''],
        ['Answer', now.decode_tokens_per_second ? `${number(now.decode_tokens_per_second)} tokens/s` : ''],
        ['An answer takes', now.answer_ms ? millis(now.answer_ms) : ''],
        ['Places taken', now.places === undefined ? '' : `${now.in_flight} of ${now.places}`],
        ['Digest', now.digest ? html`<code title=${now.digest}>${short(now.digest)}</code>` : ''],
      ])}
      <div class="actions">
        ${app.may('admin') ? html`<button @click=${act(() => app.go('fleet', { server: now.url }))}>Show in the fleet</button>` : nothing}
        ${app.manages ? html`<button @click=${act(() => pullTo([now.url]))}>Pull again</button>
          <button class="danger" @click=${act(() => remove(now))}>Delete here</button>` : nothing}
      </div>`;
    });
  }

  const back = () => app.go('models', Object.fromEntries([...app.params].filter(([key]) => key !== 'name' && key !== 'by')));
  const address = other => `#/models?${new URLSearchParams({ ...Object.fromEntries(app.params), name: other })}`;

  const actions = () => html`<div class="bar">
    ${model.up && !embeds() ? html`<button class="main" @click=${() => app.go('try', { model: model.name })}>Try it</button>` : nothing}
    ${app.manages && model.up ? html`<button ?disabled=${busy} title="Has the gateway load it into the memory of the best server" @click=${warm}>${busy === 'load' ? 'Loading…' : 'Load now'}</button>` : nothing}
    ${app.manages && model.resident ? html`<button ?disabled=${busy} title="Takes it out of the memory of all servers; their disks keep it" @click=${unload}>${busy === 'unload' ? 'Unloading…' : 'Unload'}</button>` : nothing}
    ${app.manages ? html`<button ?disabled=${busy} @click=${() => pullTo([])}>Pull</button>` : nothing}
    ${app.manages && model.holders.length ? html`<button class="danger" ?disabled=${busy} @click=${() => remove()}>${busy === 'delete' ? 'Deleting…' : 'Delete'}</button>` : nothing}
  </div>`;

  const about = () => html`<section class="panel" aria-labelledby="about"><h3 id="about">About</h3>
    ${model.description ? html`<p>${model.description}</p>` : nothing}
    ${facts([
      ['Family', model.family],
      ['Parameters', model.parameters],
      ['Quantization', model.quantization],
      ['On disk', model.size_bytes ? bytes(model.size_bytes) : model.size],
      ['Context', model.context_length ? `${context(model.context_length)} tokens` : ''],
      ['Licence', model.license],
      ['Changed', model.modified_at ? date(model.modified_at) : ''],
      ['Digest', model.digest ? html`<code title=${model.digest}>${short(model.digest)}</code> ${copyButton(app, model.digest)}` : ''],
    ])}
    ${model.capabilities?.length ? html`<div><small>Can do</small><p class="tags">${model.capabilities.map(text => html`<span class="tag">${text}</span>`)}</p></div>` : nothing}
    ${model.tags?.length ? html`<div><small>Tags</small><p class="tags">${model.tags.map(text => html`<span class="tag">${text}</span>`)}</p></div>` : nothing}
  </section>`;

  function chains() {
    const all = model.chains ?? [];
    if (!model.chains && !model.rule) return nothing; // only an operator is told
    return html`<section class="panel" aria-labelledby="chains"><h3 id="chains">Names that lead here</h3>
      ${all.length ? html`<p class="faint">A request for an alias goes to the first of its models that a server can serve.</p>
        ${all.map(chain => html`<div class="chain"><code class="alias">${chain.name}</code><ol aria-label=${`Models of ${chain.name}`}>${chain.models.map(each => html`<li>${each === model.name
          ? html`<b aria-current="true">${each}</b>` : html`<a href=${address(each)}>${each}</a>`}</li>`)}</ol></div>`)}`
        : html`<p class="faint">Only its own name. <code>cortex.aliases."NAME"=${model.name}</code> gives it another one.</p>`}
      ${model.rule ? html`<p>Only servers with ${model.rule.labels.map(label => html`<span class="tag">${label}</span>`)} are asked for it: <code class="key">${model.rule.key}</code>.</p>` : nothing}
    </section>`;
  }

  /** One name with several contents: which is served, and how to make them one again. */
  function contents() {
    const all = model.contents ?? [];
    if (all.length < 2) return nothing;
    const others = all.slice(1).flatMap(each => each.servers);
    return html`<section class="panel differs" aria-labelledby="contents"><h3 id="contents">Its contents differ</h3>
      <p>Servers hold different files under this name. Requests go to the first content, which most servers have, and to another only when none of its servers can be asked. To make them one, pull it on the others; where the registry has a newer one by now, on all.</p>
      <ol>${all.map((each, at) => html`<li><code title=${each.digest}>${short(each.digest)}</code>
        ${at === 0 ? badge('served', 'good') : badge('reserve', 'busy')} <span>${each.servers.map(named).join(', ')}</span></li>`)}</ol>
      ${app.manages && others.length ? html`<button @click=${() => pullTo(others)}>Pull on ${count(others.length, 'server')}</button>` : nothing}
    </section>`;
  }

  function servers() {
    const rows = holders();
    table.columns = COLUMNS.filter(({ id }) => !TOLD[id] || rows.some(row => row[TOLD[id]] !== undefined));
    return html`<section class="stack" aria-labelledby="holders"><h3 id="holders">Servers that hold it</h3>
      ${rows.length ? html`${table.render(rows)}<p class="faint">Speeds are those of real requests; a dash: none was measured yet.</p>`
        : empty('No server holds it', app.manages ? 'Pull it, and the gateway sends requests there.' : 'An operator can pull it to a server.',
          app.manages ? html`<button class="main" @click=${() => pullTo([])}>Pull ${model.name}</button>` : nothing)}
    </section>`;
  }

  function figures() {
    const waiting = line();
    const oldest = waiting ? model.line?.oldest_ms : undefined;
    const priorities = Object.entries(model.line?.priorities ?? {}).filter(([, many]) => many).map(([priority, many]) => `${many} ${priority}`).join(', ');
    return html`<dl class="figures">
      ${figure('Servers up', html`${model.up}<span class="of">/${model.holders.length}</span>`)}
      ${figure('In memory of', number(model.resident))}
      ${waiting === undefined ? nothing : figure('Waiting', number(waiting), waiting ? priorities : '')}
      ${oldest ? figure('The oldest for', millis(oldest)) : nothing}
    </dl>`;
  }

  function content() {
    if (problem) return failure(problem, changed);
    if (!model) return loading();
    if (model.missing) {
      return empty(`There is no model ${name}`, 'No server holds it, no alias has this name, and the catalogue does not know it.',
        app.manages ? html`<button class="main" @click=${() => pullTo([])}>Pull it</button>` : nothing);
    }
    return html`
      <header class="bar model-head"><h2 tabindex="-1">${model.name}</h2>
        ${model.alias ? html`<small>stands for ${model.alias}</small>` : nothing}
        ${model.drift ? badge('contents differ', 'wrong') : nothing}
        <span class="spread"></span>${actions()}</header>
      ${model.holders.length ? figures() : nothing}
      ${contents()}
      ${servers()}
      <div class="grid">${about()}${chains()}</div>`;
  }

  load();
  return {
    name,
    load,
    close: () => abort.abort(),
    render: () => html`<button class="quiet back" @click=${back}>← All models</button>${content()}`,
  };
}
