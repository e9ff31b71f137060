// The servers as they are at this moment, and what an operator does with them.
import { html, nothing } from '../lib/lit-html.js';
import { send } from '../core/api.js';
import { ago, bytes, clock, context, date, millis, number } from '../core/format.js';
import { badge, choice, copyButton, empty, facts, failure, field, figure, loading, meter, search, sparkline, stateBadge } from '../core/parts.js';
import { Table } from '../core/table.js';

/** What each state means, those first that need somebody. */
const STATES = {
  down: 'It does not answer the gateway. It is asked every few seconds whether it is back, and is then used again.',
  breaker_open: 'Too many requests failed there. It gets none for a moment, then one to try.',
  doubtful: 'It failed lately, or said that it is busy, and has not answered since. It is asked after all others.',
  waiting: 'All its places are taken, and requests wait for one.',
  waking: 'A request needs it, and it is being woken.',
  draining: 'It gets no new requests. What it works on goes on.',
  unknown: 'The gateway has not asked it yet whether it is there.',
  asleep: 'It sleeps while nobody needs it. A request that needs it wakes it.',
  up: 'It answers, and takes requests.',
};
const ORDER = Object.keys(STATES);
const SPANS = 60; // of 15 seconds each

const last = values => (values ?? []).findLast(value => value !== null) ?? null;
const draining = server => server.draining ?? server.state === 'draining';
const explained = server => [STATES[server.state], server.reason].filter(Boolean).join(' Reason: ');
const whole = history => [history?.p50 ?? [], history?.p95 ?? []].map(values => [...Array(Math.max(0, SPANS - values.length)).fill(null), ...values]);

const trends = new WeakMap();

/** Times to the first token over a quarter of an hour; drawn anew only once they have changed. */
function trend(history) {
  if (last(history?.p50) === null) return nothing;
  if (!trends.has(history)) trends.set(history, sparkline(whole(history), 'time to the first token over the last 15 minutes'));
  return trends.get(history);
}

const tags = labels => labels.map(label => html`<span class="tag">${label}</span>`);

function name(server) {
  return html`<span class="two"><span>${server.name}</span>${server.labels?.length ? html`<small>${tags(server.labels)}</small>` : nothing}</span>`;
}

/** On a phone there is no column for the reason. */
const state = server => html`<span class="two">${stateBadge(server.state, explained(server))}${server.reason ? html`<small class="phone">${server.reason}</small>` : nothing}</span>`;

function resident(server) {
  const [first, ...more] = server.running ?? [];
  if (!first) return html`<span class="faint">none</span>`;
  const all = server.running.map(each => each.model).join(', ');
  return html`<span title=${all}>${first.model}${more.length ? html` <small>+${more.length}</small>` : nothing}</span>`;
}

function firstToken(server) {
  const p50 = last(server.history?.p50);
  if (p50 === null) return html`<span class="faint">no streams yet</span>`;
  return html`<span class="trend"><span>${millis(p50)} <small title="19 of 20 were sooner">${millis(last(server.history.p95))}</small></span>${trend(server.history)}</span>`;
}

function trouble(server) {
  const error = server.last_error && html`${server.last_error} <small>${ago(server.last_error_at)}</small>`;
  if (!server.reason || server.reason === server.last_error) return error ? html`<span class="wrapped" title=${server.last_error}>${error}</span>` : nothing;
  if (!error) return html`<span class="wrapped" title=${server.reason}>${server.reason}</span>`;
  return html`<span class="two" title=${[server.reason, server.last_error].filter(Boolean).join(' · ')}>
    <span>${server.reason}</span><small>${error}</small></span>`;
}

const COLUMNS = [
  { id: 'name', head: 'Server', cell: name, sort: row => row.name, width: 'max(12%, 5.5rem)', narrow: true },
  { id: 'state', head: 'State', cell: state, sort: row => ORDER.indexOf(row.state), width: '9.3rem', narrow: true },
  { id: 'in_flight', head: 'In flight', cell: row => meter(row.in_flight, row.places, 'places taken'), sort: row => row.in_flight, width: 'clamp(5.8rem, 22vw, 7.5rem)', narrow: true },
  { id: 'waiting', head: 'Waiting', cell: row => row.waiting || html`<span class="faint">0</span>`, sort: row => row.waiting, width: '5rem', end: true, narrow: 'tablet' },
  { id: 'models', head: 'In memory', cell: resident, sort: row => row.running?.length ?? 0, width: '11%' },
  { id: 'speed', head: 'Tokens/s', cell: row => number(row.tokens_per_second), sort: row => row.tokens_per_second, width: '5.2rem', end: true, narrow: 'tablet' },
  { id: 'first', head: 'First token p50, p95', cell: firstToken, sort: row => last(row.history?.p50) ?? Infinity, width: '10.5rem' },
  { id: 'error', head: 'Reason, error', cell: trouble, sort: row => row.reason ?? row.last_error, narrow: 'tablet' },
];

export function open(app) {
  const { fleet } = app;
  const table = new Table({ app, label: 'Servers', key: row => row.id, order: 'name', open: row => show(row), columns: COLUMNS });
  const timer = setInterval(() => app.update(), 10_000); // for what is said as a time ago
  let shown = app.params.get('server') ?? ''; // the id in the open dialog
  let linked = Boolean(shown);
  let known = null; // that server as last told
  let left = false;
  let busy = false;

  // ---- one server

  function show(server) {
    shown = server.id;
    known = server;
    app.setParams({ server: shown });
    app.open(server.name, () => dialog(), () => {
      shown = '';
      if (!left) app.setParams({ server: '' });
    });
  }

  /** The address bar may name one. */
  function follow() {
    if (!linked || !fleet.snapshots) return;
    linked = false;
    const server = fleet.servers.get(shown);
    if (server) show(server);
    else app.setParams({ server: '' });
  }

  /** The address bar names another server, or none. */
  function moved() {
    const asked = app.params.get('server') ?? '';
    if (asked === shown) return;
    if (asked) {
      shown = asked;
      linked = true;
      app.update();
    } else {
      app.closeDialog();
    }
  }

  async function act(action, done) {
    busy = true;
    app.update();
    const well = await app.attempt(action, done);
    busy = false;
    app.update();
    return well;
  }

  const drain = (server, change, done) =>
    act(() => send('POST', `/admin/servers/${encodeURIComponent(server.name)}/${change}`), done);

  async function remove(server) {
    const wanted = await app.confirm(`Remove ${server.name}?`,
      `It gets no new requests, here and after the next start; what it works on goes on. The server itself goes on running. It can be added again at any time.`, 'Remove');
    const gone = wanted && await act(() => send('DELETE', `/admin/servers/${encodeURIComponent(server.name)}`), `${server.name} is removed.`);
    if (left) return;
    if (!gone) {
      show(server);
    } else if (shown === server.id) {
      shown = '';
      app.setParams({ server: '' });
    }
  }

  function dialog() {
    const server = fleet.servers.get(shown);
    known = server ?? known;
    return html`<div class="stack server">
      ${server ? nothing : html`<p class="failure" role="status">This server is no longer in the fleet. Below is what was known of it.</p>`}
      ${unsure()}
      <div class="condition">${stateBadge(known.state)}
        <p>${STATES[known.state]}${known.reason ? html`<br>Reason: ${known.reason}` : nothing}</p>
        ${server && app.may('admin') ? actions(server) : nothing}</div>
      <dl class="figures">
        ${figure('In flight', meter(known.in_flight, known.places, 'places taken'), 'requests that it works on, and how many it is given at once')}
        ${figure('Waiting', known.waiting, 'requests that wait and could go there')}
        ${figure('Tokens/s', number(known.tokens_per_second), 'of the last minute')}
        ${figure('Strikes', known.strikes, 'failures in a row; an answer takes them away')}
      </dl>
      <h3>First token, last 15 minutes</h3>
      ${large(known)}
      <h3>In memory</h3>
      ${memory(known)}
      <h3>Last error</h3>
      ${known.last_error
        ? html`<p>${known.last_error} <small>${date(known.last_error_at)}, ${ago(known.last_error_at)}</small></p>`
        : html`<p class="faint">No request has failed there since the gateway started.</p>`}
      <h3>Facts</h3>
      ${facts([
        ['Address', html`<span class="mono">${known.url}</span> ${copyButton(app, known.url)}`],
        ['Ollama', known.version || 'not told'],
        ['In this health since', known.since ? html`${date(known.since)} <small>${ago(known.since)}</small>` : nothing],
        ['Models on disk', known.models],
        ['Labels', known.labels?.length ? tags(known.labels) : 'none'],
        ['Priority', known.priority],
        ['Weight', known.weight],
        ['Places', known.places],
        ['Comes from', known.added ? 'added while the gateway ran' : 'the configuration or discovery'],
      ])}</div>`;
  }

  function large({ history }) {
    const series = whole(history);
    const [p50, p95] = series.map(values => values.filter(value => value !== null));
    if (!p50.length) return html`<p class="faint">No stream has begun there in this time.</p>`;
    return html`<figure class="large-trend">
      ${sparkline(series, `time to the first token: half came within ${millis(p50.at(-1))}, nineteen in twenty within ${millis(p95.at(-1))}`, { width: 600, height: 90 })}
      <figcaption><span>15 min ago</span><span>highest ${millis(Math.max(...p95))}</span><span>now</span></figcaption></figure>
      ${facts([
        ['Half within (p50), blue', html`${millis(p50.at(-1))} <small>${millis(Math.min(...p50))} to ${millis(Math.max(...p50))}</small>`],
        ['19 of 20 within (p95), grey', html`${millis(p95.at(-1))} <small>${millis(Math.min(...p95))} to ${millis(Math.max(...p95))}</small>`],
      ])}`;
  }

  function memory({ running = [] }) {
    if (!running.length) return html`<p class="faint">No model. The first request for one loads it.</p>`;
    return html`<div class="table-box"><table class="plain">
      <thead><tr><th scope="col">Model</th><th scope="col">Memory</th><th scope="col">Context</th></tr></thead>
      <tbody>${running.map(each => html`<tr><td>${each.model}</td><td>${bytes(each.size_bytes)} ${placed(each)}</td><td>${context(each.context)}</td></tr>`)}</tbody></table></div>`;
  }

  function placed({ size_bytes: size, vram_bytes: vram }) {
    if (vram >= size) return html`<small>all on the GPU</small>`;
    if (!vram) return badge('all in main memory: slow', 'busy');
    return badge(`${bytes(vram)} on the GPU, the rest in main memory: slower`, 'busy');
  }

  const actions = server => html`<div class="actions">
    ${server.added ? html`<button class="danger" ?disabled=${busy} @click=${() => remove(server)}>Remove</button>` : nothing}
    ${draining(server)
      ? html`<button class="main" ?disabled=${busy} @click=${() => drain(server, 'undrain', `${server.name} takes requests again.`)}>Undrain</button>`
      : html`<button ?disabled=${busy} title="Keeps new requests from it; what it works on goes on" @click=${() => drain(server, 'drain', `${server.name} gets no new requests.`)}>Drain</button>`}
  </div>`;

  // ---- adding one

  function add() {
    let problem = null;
    let sending = false;
    const submit = async event => {
      event.preventDefault();
      const form = new FormData(event.target);
      const text = key => form.get(key).trim();
      const amount = key => (text(key) === '' ? undefined : Number(text(key)));
      const labels = text('labels').split(',').map(label => label.trim()).filter(Boolean);
      const server = {
        name: text('name'), url: text('url'), weight: amount('weight'), priority: amount('priority'),
        max_concurrent: amount('max_concurrent'), labels: labels.length ? labels : undefined,
      };
      problem = null;
      sending = true;
      app.update();
      try {
        const added = await send('POST', '/admin/servers', server);
        app.closeDialog();
        app.notify(`${added.name} is added. It is asked as soon as it has answered once.`);
      } catch (error) {
        problem = error;
      }
      sending = false;
      app.update();
    };
    app.open('Add a server', () => html`<form class="stack" @submit=${submit}>
      <p>It stands beside those of the configuration, at once and after each start.</p>
      <div class="fields">
        ${field('Name', html`<input name="name" required autocomplete="off" spellcheck="false" maxlength="63" placeholder="gpu-c">`, 'Letters, digits, - and _.')}
        ${field('Address', html`<input name="url" required autocomplete="off" spellcheck="false" inputmode="url" placeholder="http://gpu-c:11434">`, 'Where its Ollama listens.')}
        ${field('Requests at once', html`<input name="max_concurrent" type="number" min="1" step="1">`, 'Empty: the gateway finds out.')}
        ${field('Labels', html`<input name="labels" autocomplete="off" spellcheck="false" placeholder="gpu=eu, tier=fast">`, 'Commas between them. Rules may ask for them.')}
        ${field('Weight', html`<input name="weight" type="number" min="0" step="any" placeholder="1">`, 'For the policy weighted.')}
        ${field('Priority', html`<input name="priority" type="number" step="1" placeholder="0">`, 'For the policy priority; the lowest is first.')}
      </div>
      ${problem ? failure(problem) : nothing}
      <div class="actions"><button type="button" @click=${() => app.closeDialog()}>Cancel</button>
        <button class="main" ?disabled=${sending}>Add</button></div>
    </form>`);
  }

  const adding = () => (app.may('admin') && app.session.database ? html`<button @click=${add}>Add a server</button>` : nothing);

  // ---- all of them

  /** What is shown may be old. */
  const unsure = () => (fleet.old
    ? html`<p class="failure" role="status">The connection to the gateway was lost at ${clock(fleet.since)}. This is how it was then. ${fleet.problem}</p>`
    : nothing);

  function totals(servers) {
    const { totals: sums, waiting } = fleet;
    const up = servers.filter(server => ['up', 'waiting'].includes(server.state)).length;
    const lines = waiting.toSorted((a, b) => b.waiting - a.waiting);
    const places = servers.reduce((sum, server) => sum + server.places, 0);
    return html`<dl class="figures">
      ${figure('Servers up', html`${up} <small>of ${servers.length}</small>`, 'that answer and are in no doubt')}
      ${figure('In flight', html`${number(sums.in_flight)} <small>of ${number(places)} places</small>`, 'requests that servers work on')}
      ${figure('Waiting', html`${number(sums.waiting)}${lines.length
        ? html` <small>${lines[0].model}${lines.length > 1 ? ` +${lines.length - 1}` : ''}</small>` : nothing}`,
        lines.map(line => `${line.model}: ${line.waiting}`).join('\n') || 'requests that wait for a place')}
      ${figure('Requests/s', number(sums.requests_per_second), 'that ended, on the average of the last minute')}
      ${figure('Tokens/s', number(sums.tokens_per_second), 'of answers, on the average of the last minute')}
    </dl>`;
  }

  function states(servers, chosen) {
    const counts = new Map();
    for (const server of servers) counts.set(server.state, (counts.get(server.state) ?? 0) + 1);
    if (chosen && !counts.has(chosen)) counts.set(chosen, 0);
    const there = ORDER.filter(state => counts.has(state)).reverse();
    return html`<div class="chips">${choice('State', [['', html`all <small>${servers.length}</small>`],
      ...there.map(state => [state, html`${state.replace('_', ' ')} <small>${counts.get(state)}</small>`])],
      chosen, state => app.setParams({ state: state === chosen ? '' : state }))}</div>`;
  }

  function matches(servers, state) {
    const asked = (app.params.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    return servers.filter(server => (!state || server.state === state) && asked.every(word =>
      [server.name, server.url, server.state, server.reason, server.last_error, ...(server.labels ?? []), ...(server.running ?? []).map(each => each.model)]
        .some(text => text?.toLowerCase().includes(word))));
  }

  function body() {
    const servers = [...fleet.servers.values()];
    if (!servers.length) {
      return empty('No server yet', html`The gateway needs Ollama servers to send requests to. ${app.session.database ? 'Add one here, or start' : 'Start'} the gateway with
        <code>CORTEX_SERVERS=http://gpu-a:11434,http://gpu-b:11434</code>.`, adding());
    }
    const state = app.params.get('state') ?? '';
    const found = matches(servers, state);
    return html`
      ${totals(servers)}
      <div class="bar">${search(app, 'Name, label, model, error')}<span class="spread"></span>${adding()}</div>
      ${states(servers, state)}
      ${found.length ? table.render(found) : empty('No server fits', 'None of the servers has these words and this state.',
        html`<button @click=${() => app.setParams({ q: '', state: '' })}>Show all</button>`)}`;
  }

  return {
    render() {
      follow();
      if (!fleet.snapshots) return fleet.old ? failure({ message: `The gateway does not tell of its fleet. ${fleet.problem}` }) : loading();
      return html`<div class="stack fleet">${unsure()}${body()}</div>`;
    },
    moved,
    close() {
      left = true;
      clearInterval(timer);
    },
  };
}
