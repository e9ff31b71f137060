// The requests as they end, the older ones, and what happened to each.
import { html, nothing } from '../lib/lit-html.js';
import { get } from '../core/api.js';
import { clock, compact, date, day, millis, number, speed, words } from '../core/format.js';
import { copyButton, empty, facts, failure, loading, outcomeBadge, picker, search } from '../core/parts.js';
import { Table } from '../core/table.js';
import { timeline } from './timeline.js';

const LISTED = 2000;
const PAGE = 200;
const FIRST_PAGE = 1000; // most of it is in the list already
const DAY_MILLIS = 86_400_000;
const PICKED = ['key', 'model', 'server', 'outcome'];
const TEXTS = new Intl.Collator('en', { numeric: true });

/** How requests end. */
const OUTCOMES = {
  complete: 'Its client got a whole answer.',
  truncated: 'Its client got a part of an answer.',
  failed: 'There was no answer, and that was not its fault.',
  refused: 'There was no answer: it was wrong, or not allowed.',
  client_gone: 'Its client left before the answer was whole.',
};

/** A record has an id of its own, which is not the request's. */
const identity = request => [request.at, request.key, request.model, request.duration_ms, request.completion_tokens].join(' ');

const texts = new WeakMap();

/** What a search looks at. */
function text(request, server) {
  if (!texts.has(request)) {
    texts.set(request, [request.id, request.key, request.user, request.model, request.model_asked, server, request.server,
      request.outcome, request.code, request.dialect, request.route].join('\n').toLowerCase());
  }
  return texts.get(request);
}

const faint = value => html`<span class="faint">${value}</span>`;
const two = (first, second, title) => html`<span class="two" title=${title}><span>${first}</span>${second ? html`<small>${second}</small>` : nothing}</span>`;

const time = request => html`<time datetime=${request.at}>${
  two(clock(request.at), Date.now() - Date.parse(request.at) > DAY_MILLIS && day(request.at), date(request.at))}</time>`;

const key = ({ key: name, user }) => (name || user ? two(name || user, name && user, [name, user].filter(Boolean).join(' · ')) : faint('no key'));

const renamed = request => request.model_asked && request.model_asked !== request.model;

const model = request => (renamed(request)
  ? two(request.model || '–', `asked: ${request.model_asked}`, `${request.model_asked} → ${request.model}`)
  : html`<span title=${request.model}>${request.model || '–'}</span>`);

const tokens = request => two(html`${compact(request.prompt_tokens)} → ${compact(request.completion_tokens)}`,
  request.cached_tokens ? `${compact(request.cached_tokens)} cached` : '',
  `prompt ${number(request.prompt_tokens)}, of it cached ${number(request.cached_tokens)}; answer ${number(request.completion_tokens)}`);

const rate = request => {
  const value = speed(request);
  return value === null ? null : Math.round(value * 10) / 10;
};

/** How a request ended, and what that means. */
const outcome = request => html`<span title=${[OUTCOMES[request.outcome], words(request.code)].filter(Boolean).join(' ')}>${outcomeBadge(request.outcome)}</span>`;

export function open(app) {
  const { fleet } = app;
  const named = server => fleet.servers.get(server)?.name ?? server.replace(/^https?:\/\//, '');
  // each place in the list keeps its row of the page, so that none has to be made anew while it runs
  const table = new Table({ app, label: 'Requests', key: (_, index) => index, order: '-at', open: row => show(row), columns: [
    { id: 'at', head: 'Time', cell: time, sort: row => Date.parse(row.at), width: '5.3rem', narrow: true },
    { id: 'key', head: 'Key, user', cell: key, sort: row => row.key, width: '8rem', narrow: 'tablet' },
    { id: 'model', head: 'Model', cell: model, sort: row => row.model, narrow: true },
    { id: 'server', head: 'Server', cell: row => (row.server ? html`<span title=${row.server}>${named(row.server)}</span>` : faint('none')), sort: row => named(row.server ?? ''), width: '6.5rem', narrow: 'tablet' },
    { id: 'attempts', head: 'Tries', cell: row => (row.attempts > 1 ? html`<strong>${row.attempts}</strong>` : row.attempts), sort: row => row.attempts, width: '4rem', end: true },
    { id: 'waited', head: 'Wait', cell: row => (row.waited_ms ? millis(row.waited_ms) : faint('–')), sort: row => row.waited_ms, width: '4.8rem', end: true },
    { id: 'first', head: 'First token', cell: row => (row.first_token_ms === null || row.first_token_ms === undefined ? faint('–') : millis(row.first_token_ms)), sort: row => row.first_token_ms ?? -1, width: '6.2rem', end: true, narrow: 'tablet' },
    { id: 'speed', head: 'Tokens/s', cell: row => (rate(row) === null ? faint('–') : number(rate(row))), sort: row => rate(row) ?? -1, width: '5.2rem', end: true },
    { id: 'tokens', head: 'Tokens', cell: tokens, sort: row => row.prompt_tokens + row.completion_tokens, width: '7rem', end: true },
    { id: 'outcome', head: 'Outcome', cell: outcome, sort: row => row.outcome, width: '7rem', narrow: true },
  ] });

  const seen = Object.fromEntries(PICKED.map(name => [name, new Set()]));
  const values = Object.fromEntries(PICKED.map(name => [name, []])); // the same in order
  let looked = null; // the list that they are from
  let listed = 0; // the snapshot that the list was filled for
  let problem = null;
  let paused = false;
  let held = null; // what is shown while the list stands still
  let drawn = fleet.requests; // the list as it is on the screen
  let older = none();
  let shown = null; // the request in the open dialog: {request, told, problem, capture}
  let automatic = false; // older ones are asked for without a word: there are few in memory
  let linking = ''; // the id of the address bar that is asked for
  let left = false;

  const off = fleet.on(meet);
  meet();
  if (app.params.get('request')) link(app.params.get('request'));

  // ---- what there is

  function none() {
    return { rows: [], next: null, begun: false, busy: false, problem: null };
  }

  /** Each snapshot has the latest few; the gateway knows more. */
  function meet() {
    if (fleet.snapshots > listed) fill();
  }

  async function fill() {
    listed = fleet.snapshots;
    const told = Date.parse(fleet.at); // what ended later comes by the stream
    try {
      const { requests } = await get('/admin/requests', { limit: LISTED });
      fleet.fill(requests);
      problem = null;
      automatic = requests.length < FIRST_PAGE && app.session.usage;
      if (automatic) {
        older = none();
        await recall(told);
      }
    } catch (error) {
      problem = error;
    }
    app.update();
  }

  function picked() {
    return Object.fromEntries(PICKED.map(name => [name, app.params.get(name) ?? '']));
  }

  function filter() {
    const only = Object.entries(picked()).filter(([, value]) => value);
    const asked = (app.params.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    return request => only.every(([name, value]) => request[name] === value)
      && asked.every(word => text(request, named(request.server ?? '')).includes(word));
  }

  function look() {
    if (looked === fleet.requests) return;
    looked = fleet.requests;
    for (const request of looked) for (const name of PICKED) if (request[name]) seen[name].add(request[name]);
    for (const name of PICKED) if (seen[name].size !== values[name].length) values[name] = [...seen[name]].sort(TEXTS.compare);
  }

  /** Rows do not run away from somebody who reads them. */
  function hold() {
    const still = paused || shown || table.scrolled || document.activeElement?.closest('.requests tbody');
    if (!still) held = null;
    else held ??= { requests: drawn, last: drawn.at(-1) };
  }

  function arrived(fits) {
    if (!held) return 0;
    return fleet.requests.slice(fleet.requests.lastIndexOf(held.last) + 1).filter(fits).length;
  }

  function goOn() {
    paused = false;
    held = null;
    older = none();
    table.toTop();
  }

  function pause() {
    paused = true;
    app.update();
  }

  function loadOlder() {
    paused = true;
    hold();
    return recall();
  }

  /** Pages of records, until one has something up to that time that is not in the list yet. */
  async function recall(until = Infinity) {
    const query = picked();
    const mine = older;
    mine.busy = true;
    app.update();
    try {
      const known = new Set([...(held ?? fleet).requests, ...mine.rows].map(identity));
      let fresh = [];
      do {
        const page = await get('/admin/usage/records', { limit: mine.begun ? PAGE : FIRST_PAGE, cursor: mine.next, ...query });
        fresh = page.records.filter(record => !known.has(identity(record)) && Date.parse(record.at) <= until);
        mine.next = page.next ?? null;
        mine.begun = mine.rows.length > 0 || fresh.length > 0;
      } while (!fresh.length && mine.next && mine === older);
      mine.begun = true;
      mine.rows = mine.rows.concat(fresh.map(record => ({ ...record, kept: false })));
      mine.problem = null;
    } catch (error) {
      mine.problem = error;
    }
    mine.busy = false;
    app.update();
  }

  // ---- one request

  function show(request) {
    shown = { request, told: null, problem: null, capture: null };
    if (request.kept !== false) app.setParams({ request: request.id });
    app.open('Request', () => dialog(), () => {
      shown = null;
      if (!left) app.setParams({ request: '' });
    });
    if (request.kept !== false) tell(shown);
  }

  async function tell(mine) {
    try {
      mine.told = await get(`/admin/requests/${encodeURIComponent(mine.request.id)}`);
    } catch (error) {
      mine.problem = error;
    }
    app.update();
  }

  /** The address bar names another request, or none. */
  function linked() {
    const asked = app.params.get('request') ?? '';
    if (asked === linking || asked === (shown?.request.id ?? '')) return;
    if (asked) link(asked);
    else if (shown && shown.request.kept !== false) app.closeDialog();
  }

  async function link(id) {
    linking = id;
    try {
      const { request } = await get(`/admin/requests/${encodeURIComponent(id)}`);
      if (!left && app.params.get('request') === id) show(request);
    } catch (error) {
      if (left) return;
      app.notify(error.status === 404 ? 'That request is not kept any more.' : error.message, 'wrong');
      app.setParams({ request: '' });
    } finally {
      if (linking === id) linking = '';
    }
  }

  function dialog() {
    const { request, told } = shown;
    return html`<div class="stack request">
      <div class="condition">${outcomeBadge(request.outcome, request.code)}<p>${OUTCOMES[request.outcome]}</p></div>
      ${facts([
        ['Ended', date(request.at)],
        ['Key', request.key],
        ['User', request.user],
        ['Model', renamed(request) ? html`${request.model} <small>asked: ${request.model_asked}</small>` : request.model],
        ['Server', request.server ? named(request.server) : 'none'],
        ['Attempts', request.attempts],
        ['Waited for a place, or a load', millis(request.waited_ms)],
        ['First token after', request.first_token_ms === null ? undefined : request.first_token_ms && millis(request.first_token_ms)],
        ['Took in all', millis(request.duration_ms)],
        ['Tokens/s', rate(request) && number(rate(request))],
        ['Prompt', html`${number(request.prompt_tokens)} tokens${request.cached_tokens ? html` <small>${number(request.cached_tokens)} of them cached</small>` : nothing}`],
        ['Answer', html`${number(request.completion_tokens)} tokens`],
        ['Stopped because of', words(request.stop_reason)],
        ['Came by', html`${request.dialect} <small class="mono">${request.route}</small>`],
        ['Id', request.kept === false ? undefined : html`<span class="mono">${request.id}</span> ${copyButton(app, request.id)}`],
      ])}
      <h3>What happened</h3>
      ${told ? timeline(told, named) : course(shown)}
      ${app.session.captures && app.may('admin') && request.kept !== false ? content(shown) : nothing}</div>`;
  }

  /** In the place of the timeline. */
  function course(mine) {
    if (mine.request.kept === false || mine.problem?.status === 404) {
      return html`<p class="faint">Its timeline is not kept any more; the gateway keeps those of the last ${number(LISTED)} requests until it stops.</p>`;
    }
    return mine.problem ? failure(mine.problem, () => { mine.problem = null; tell(mine); app.update(); }) : loading();
  }

  // ---- its content, where an operator has the gateway keep that

  function content(mine) {
    const { capture } = mine;
    if (!capture) {
      return html`<h3>Prompt and answer</h3><p><button @click=${() => reveal(mine)}>Show them</button>
        <small>The gateway keeps those of the last ${number(app.session.captures)} requests, in memory.</small></p>`;
    }
    if (capture.busy) return html`<h3>Prompt and answer</h3>${loading()}`;
    if (capture.problem?.status === 404) return html`<h3>Prompt and answer</h3><p class="faint">They are not kept any more; the gateway keeps those of the last ${number(app.session.captures)} requests until it stops.</p>`;
    if (capture.problem) return html`<h3>Prompt and answer</h3>${failure(capture.problem, () => reveal(mine))}`;
    return html`${said('Prompt', capture.prompt, 'Nothing of it is kept: it did not come whole, or it is a recording.')}
      ${said('Answer', capture.answer, 'Nothing was sent.')}
      ${capture.cut ? html`<p class="faint">There was more; of each the gateway keeps the first 256 KB.</p>` : nothing}
      ${(capture.prompt + capture.answer).includes('***') ? html`<p class="faint">A credential is shown as ***.</p>` : nothing}`;
  }

  function said(title, text, none) {
    return html`<h3>${title}</h3>${text ? html`<pre class="wraps" tabindex="0" aria-label=${title}>${text}</pre>` : html`<p class="faint">${none}</p>`}`;
  }

  async function reveal(mine) {
    mine.capture = { busy: true };
    app.update();
    try {
      mine.capture = await get(`/admin/captures/${encodeURIComponent(mine.request.id)}`);
    } catch (error) {
      mine.capture = { problem: error };
    }
    app.update();
  }

  // ---- all of them

  function bar(fresh) {
    return html`<div class="bar">
      ${search(app, 'Key, user, model, error, id')}
      ${picker(app, 'key', 'Key', values.key)}
      ${picker(app, 'model', 'Model', values.model)}
      ${picker(app, 'server', 'Server', values.server, named)}
      ${picker(app, 'outcome', 'Outcome', Object.keys(OUTCOMES), words)}
      <span class="spread"></span>
      ${held && fresh ? html`<button class="fresh" @click=${goOn}>${number(fresh)} new</button>` : nothing}
      <button aria-pressed=${paused} @click=${paused ? goOn : pause}>${paused ? 'Continue' : 'Pause'}</button></div>`;
  }

  function note() {
    if (fleet.old) {
      return html`<p class="failure" role="status">The connection to the gateway was lost at ${clock(fleet.since)}. ${fleet.problem}</p>`;
    }
    if (problem) return failure(problem, fill);
    if (fleet.skipped && !held) {
      return html`<p class="bar faint">${number(fleet.skipped)} requests came too fast to list them while they ended. <button @click=${fill}>List the last ${number(LISTED)}</button></p>`;
    }
    return nothing;
  }

  function more(count) {
    const said = html`${number(count)} requests`;
    if (!app.session.usage) return html`<p class="more faint">${said}. Older ones are not kept: usage is not recorded, as there is no database.</p>`;
    if (older.problem) return failure(older.problem, loadOlder);
    if (older.begun && !older.next) return html`<p class="more faint">${said}. There are no older ones.</p>`;
    return html`<p class="more faint">${said}. <button ?disabled=${older.busy} @click=${loadOlder}>${older.busy ? 'Loading…' : 'Load older ones'}</button></p>`;
  }

  const filtered = () => app.params.get('q') || PICKED.some(name => app.params.get(name));

  function nothingToShow() {
    if (filtered()) {
      return empty('No request fits', 'None of the requests that are listed has these words and values.',
        html`<button @click=${() => app.setParams({ q: '', key: '', model: '', server: '', outcome: '' })}>Show all</button>`);
    }
    return empty('No request yet', 'Requests appear here as soon as they end. Send one from "Try it", or connect a client.',
      html`<a class="button" href="#/try">Try it</a> <a class="button" href="#/connect">Connect</a>`);
  }

  let query = JSON.stringify(picked());

  return {
    render() {
      if (!fleet.snapshots && !fleet.old) return loading();
      hold();
      look();
      const fits = filter();
      drawn = (held ?? fleet).requests;
      const rows = drawn.filter(fits).reverse().concat(older.rows.filter(fits));
      return html`<div class="stack requests">
        ${bar(arrived(fits))}
        ${note()}
        ${rows.length ? table.render(rows) : nothingToShow()}
        ${more(rows.length)}</div>`;
    },
    moved() {
      const now = JSON.stringify(picked());
      if (now !== query) {
        query = now;
        older = none(); // its cursor is of another query
        if (automatic) recall(Date.parse(fleet.at));
      }
      linked();
    },
    close() {
      left = true;
      off();
    },
  };
}
