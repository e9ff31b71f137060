// What happened to one request, drawn in time; a list to those who do not see it.
import { html, svg, nothing } from '../lib/lit-html.js';
import { reasons } from '../core/explain.js';
import { millis, words } from '../core/format.js';

const FEW = 3; // attempts whose reasons are open at once
const MOST_EVENTS = 60; // that the gateway keeps of a request, beside its end
const STEPS = [1, 2, 5, 10];
const LITTLE = 20; // milliseconds of a wait beside a load that are not worth a line

/** Its events as stretches of time, in milliseconds since it arrived. */
function stretches(events) {
  const end = events.at(-1)?.at_ms ?? 0;
  const rows = [];
  const attempts = new Map();
  let loads = []; // parts of the wait that ends next
  for (const event of events) {
    if (event.what === 'loaded') {
      loads.push({ kind: event.reason ? 'unloaded' : 'loaded', server: event.server, reason: event.reason, from: Math.max(0, event.at_ms - event.millis), to: event.at_ms });
    } else if (event.what === 'waited' && event.millis) {
      const least = loads.length ? LITTLE : 0;
      let from = Math.max(0, event.at_ms - event.millis);
      for (const load of loads) {
        if (load.from - from > least) rows.push({ kind: 'waited', from, to: load.from });
        rows.push(load);
        from = load.to;
      }
      if (event.at_ms - from > least) rows.push({ kind: 'waited', from, to: event.at_ms });
      loads = [];
    } else if (event.what === 'asking') {
      const attempt = { kind: 'attempt', ...event, from: event.at_ms, to: end };
      attempts.set(event.attempt, attempt);
      rows.push(attempt);
    } else if (event.what === 'first_token' && attempts.has(event.attempt)) {
      attempts.get(event.attempt).first = event.at_ms;
    } else if (event.what === 'failed' && attempts.has(event.attempt)) {
      Object.assign(attempts.get(event.attempt), { to: event.at_ms, failed: event.outcome, reason: event.reason });
    }
  }
  rows.push(...loads);
  const begun = rows[0]?.from ?? end;
  if (begun > 0) rows.unshift({ kind: rows.length ? 'read' : 'inside', from: 0, to: begun });
  return { rows, end };
}

const SEEN = 0.4; // percent; a shorter one is to be seen too
const percent = (value, end, least = 0) => `${Math.max(least, end > 0 ? (value / end) * 100 : 0)}%`;

const bar = (kind, from, to, end) =>
  svg`<rect class=${kind} x=${percent(from, end)} width=${percent(to - from, end, SEEN)} y="3" height="12" rx="2"/>`;

function drawn(row, end) {
  const first = row.first ?? null;
  const kind = row.kind !== 'attempt' ? row.kind : row.failed && first === null ? 'failed' : 'asked';
  return html`<svg class="stretch" aria-hidden="true">
    ${bar(kind, row.from, first ?? row.to, end)}
    ${first === null ? nothing : bar(row.failed ? 'broke' : 'streamed', first, row.to, end)}
  </svg>`;
}

/** Round times for three to six marks. */
function marks(end) {
  if (end <= 0) return [0];
  const power = 10 ** Math.floor(Math.log10(end / 3));
  const step = power * STEPS.find(each => end / (power * each) <= 6);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => at * step);
}

const axis = end => html`<svg class="axis" aria-hidden="true">${marks(end).map(at => svg`
  <line x1=${percent(at, end)} x2=${percent(at, end)} y1="0" y2="5"/>
  <text x=${percent(at, end)} y="17" text-anchor=${at === 0 ? 'start' : at > end * 0.93 ? 'end' : 'middle'}>${millis(at)}</text>`)}</svg>`;

/** What came of an attempt. */
function result(row) {
  const expected = row.explain?.policy === 'expected-first-token' ? ` (expected ${millis(row.explain.expected_ms)})` : '';
  const first = row.first === undefined ? '' : `First token after ${millis(row.first - row.from)}${expected}. `;
  if (row.failed) return html`${first}<strong class="bad">${words(row.failed)}</strong>: ${row.reason}`;
  return first ? `${first}Then it streamed for ${millis(row.to - row.first)}.` : 'It answered as a whole.';
}

function step(row, { request, end, named, open }) {
  const attempt = row.kind === 'attempt';
  const server = row.server ? named(row.server) : '';
  const title = { waited: 'Waited for a place', loaded: `${server} loaded the model`, unloaded: `${server} did not load the model`, read: 'Was read, and its server chosen', inside: 'Was in the gateway' }[row.kind] ?? html`Attempt ${row.attempt}: ${server}${row.model === request.model ? nothing : html` <small>${row.model}</small>`}`;
  return html`<li>
    <p class="title">${title}</p>
    ${drawn(row, end)}
    <p class="took"><span class="sr">from ${millis(row.from)} on, for </span>${millis(row.to - row.from)}</p>
    ${row.reason && !attempt ? html`<div class="result"><p>${row.reason}</p></div>` : nothing}
    ${attempt ? html`<div class="result"><p>${result(row)}</p>
      ${row.explain ? html`<details ?open=${open}><summary>Why ${server}</summary><ul>${reasons(row.explain).map(line => html`<li>${line}</li>`)}</ul></details>` : nothing}</div>` : nothing}
  </li>`;
}

/** `told` is what the gateway tells of one request; `named(url)` gives the name of a server. */
export function timeline({ request, events }, named) {
  const { rows, end } = stretches(events);
  const attempts = rows.filter(row => row.kind === 'attempt').length;
  return html`<ol class="timeline">
    <li class="scale" aria-hidden="true">${axis(end)}</li>
    ${rows.map(row => step(row, { request, end, named, open: attempts <= FEW }))}
    <li><p class="title">Ended: ${words(request.outcome)}</p><span></span><p class="took"><span class="sr">after </span>${millis(end)}</p>
      ${events.at(-1)?.reason ? html`<p class="result">${events.at(-1).reason}</p>` : attempts ? nothing : html`<p class="result">No server was asked.</p>`}</li>
  </ol>
  ${events.length > MOST_EVENTS ? html`<p class="faint">More happened than the gateway keeps: these are its first events.</p>` : nothing}`;
}
