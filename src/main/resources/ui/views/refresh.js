// The pipeline that keeps the catalogue true: its runs, a run now, and the generations that it wrote.
import { html, svg, nothing } from '../lib/lit-html.js';
import { call, events, get, send } from '../core/api.js';
import { Table } from '../core/table.js';
import { badge, empty, facts, failure, loading, progress, options } from '../core/parts.js';
import { ago, bytes, date, millis, number } from '../core/format.js';

const SHOWN = 100;

/** The steps in their order, and what each does. */
const STEPS = {
  check: 'asks which servers answer',
  fetch: 'reads what they hold',
  resolve: 'puts that together with the catalogue',
  apply: 'writes what is new',
};

const KINDS = { finished: 'good', running: 'busy', failed: 'wrong', skipped: '' };

/** A generation's number as people write it: 42 for 00000042. */
const short = generation => String(Number(generation));

const count = (many, one, more = `${one}s`) => `${number(many)} ${many === 1 ? one : more}`;

const address = name => `#/models?${new URLSearchParams({ name })}`;

const status = run => badge(run.status, KINDS[run.status]);

/** What a run has changed, in signs; in words for those who cannot see them. */
function changes({ added = 0, changed = 0, removed = 0, status: ended }) {
  if (ended !== 'finished') return html`<span class="faint">–</span>`;
  if (!added && !changed && !removed) return html`<span class="faint">nothing</span>`;
  return html`<span class="signs-of-change">${[['added', '+', added], ['changed', '±', changed], ['removed', '−', removed]]
    .filter(([, , many]) => many)
    .map(([kind, sign, many]) => html`<span class=${kind} title=${`${number(many)} ${kind}`}><span aria-hidden="true">${sign}${number(many)}</span><span class="sr">${many} ${kind}</span></span>`)}</span>`;
}

/** The time of each step side by side, as long as `longest` is to the run. */
function stacked(run, longest) {
  const steps = run.steps ?? [];
  if (!steps.length) return nothing;
  const label = steps.map(step => `${step.step} ${millis(step.duration_ms)}`).join(', ');
  let from = 0;
  return html`<svg class="stacked" role="img" aria-label=${label} viewBox="0 0 1000 10" preserveAspectRatio="none"><title>${label}</title>
    ${steps.map(step => {
      const width = Math.max(2, (step.duration_ms * 1000) / Math.max(1, longest));
      const bar = svg`<rect class=${step.step} x=${from} width=${width} height="10"/>`;
      from += width;
      return bar;
    })}</svg>`;
}

const legend = () => html`<ul class="legend">${Object.entries(STEPS).map(([step, does]) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class=${step} width="10" height="10" rx="2"/></svg><b>${step}</b> <span>${does}</span></li>`)}</ul>`;

/** A value of a model's field, as people read it. */
function value(field, what) {
  if (what === undefined || what === null) return html`<span class="faint">none</span>`;
  if (Array.isArray(what) && what.every(each => typeof each === 'string')) return what.length ? what.map(each => html`<span class="tag">${each}</span>`) : html`<span class="faint">none</span>`;
  if (field === 'size_bytes') return html`<span title=${what}>${bytes(what)}</span>`;
  if (field === 'digest') return html`<code title=${what}>${String(what).slice(0, 12)}</code>`;
  if (typeof what === 'number') return number(what);
  return typeof what === 'string' ? what : html`<code>${JSON.stringify(what)}</code>`;
}

/** The servers of a model: those that came, those that went, and what is new of the others. */
function servers(from = [], to = []) {
  const old = new Map(from.map(server => [server.url, server]));
  const now = new Map(to.map(server => [server.url, server]));
  const urls = [...new Set([...old.keys(), ...now.keys()])].sort();
  return urls.flatMap(url => {
    const [was, is] = [old.get(url), now.get(url)];
    if (!was) return html`<li><span class="added">added</span> ${url}</li>`;
    if (!is) return html`<li><span class="removed">removed</span> ${url}</li>`;
    const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter(field => field !== 'url' && JSON.stringify(was[field]) !== JSON.stringify(is[field]));
    return fields.length ? html`<li>${url}: ${fields.map((field, at) => html`${at ? ', ' : ''}${field} ${value(field, was[field])} → ${value(field, is[field])}`)}</li>` : [];
  });
}

const fields = all => html`<dl class="fields-of">${all.map(({ field, from, to }) => html`<div><dt>${field}</dt>${field === 'servers'
  ? html`<dd class="both"><ul>${servers(from, to)}</ul></dd>`
  : html`<dd><span class="sr">from</span> ${value(field, from)}</dd><dd class="to"><span class="sr">to</span> ${value(field, to)}</dd>`}</div>`)}</dl>`;

export function open(app) {
  let runs = null;
  let runsProblem = null;
  let generations = null;
  let generationsProblem = null;
  let diff = null;
  let diffProblem = null;
  let compared = '';
  let everything = false;
  let live = null; // {steps: Map, end, error}, the run that is followed
  let abort = null;
  let restoring = false;
  let closed = false;

  const runsTable = new Table({
    app, label: 'The last runs', param: 'runs', order: '-started', key: run => run.started, open: show, columns: [
      { id: 'started', head: 'Started', cell: run => html`<span title=${date(run.started)}>${ago(run.started)}</span>`, sort: run => run.started, narrow: true },
      { id: 'status', head: 'Status', cell: status, sort: run => run.status, narrow: true, width: '6.2rem' },
      { id: 'took', head: 'Took', cell: run => millis(run.duration_ms), sort: run => run.duration_ms, end: true, narrow: 'tablet', width: '5.6rem' },
      { id: 'steps', head: 'Steps', cell: run => stacked(run, Math.max(...runs.map(each => each.duration_ms))), narrow: 'tablet', width: '32%' },
      { id: 'changes', head: 'Changed', cell: changes, sort: run => (run.added ?? 0) + (run.changed ?? 0) + (run.removed ?? 0), narrow: true, width: '7.6rem' },
      { id: 'servers', head: 'Servers', cell: run => run.servers === undefined ? '–' : html`${number(run.servers)}${run.failed ? html` <span class="removed">${number(run.failed)} silent</span>` : nothing}`, sort: run => run.servers ?? 0, width: '8rem' },
      { id: 'warnings', head: 'Warnings', cell: run => run.warnings?.length ? badge(run.warnings.length, 'busy') : html`<span class="faint">–</span>`, sort: run => run.warnings?.length ?? 0, end: true, width: '6.2rem' },
    ],
  });

  const generationsTable = new Table({
    app, label: 'The generations that are kept', param: 'generations', order: '-generation', key: each => each.generation, open: each => compare(before(each)?.generation ?? each.generation, each.generation), columns: [
      { id: 'generation', head: 'Number', cell: each => short(each.generation), sort: each => each.generation, narrow: true, width: '6.1rem' },
      { id: 'written', head: 'Written', cell: each => html`<span title=${date(each.written)}>${ago(each.written)}</span>`, sort: each => each.written, narrow: true },
      { id: 'models', head: 'Models', cell: each => html`<span title=${`in ${count(each.families, 'family', 'families')}`}>${number(each.models)}</span>`, sort: each => each.models, end: true, narrow: 'tablet', width: '5rem' },
      { id: 'restore', head: html`<span class="sr">Roll back</span>`, cell: each => each.current ? badge('current', 'good')
        : html`<button class="quiet" ?disabled=${restoring} aria-label=${`Roll back to generation ${short(each.generation)}`} @click=${() => restore(each)}>Roll back</button>`, end: true, narrow: true, width: '7.2rem' },
    ],
  });

  const current = () => generations?.find(each => each.current);
  const before = one => generations?.[generations.indexOf(one) + 1];

  async function loadRuns() {
    try {
      ({ runs } = await get('/admin/refresh'));
      runsProblem = null;
    } catch (error) {
      runsProblem = error;
    }
    app.update();
  }

  async function loadGenerations() {
    try {
      ({ generations } = await get('/admin/generations'));
      generationsProblem = null;
      compared = '';
      moved();
    } catch (error) {
      generationsProblem = error;
    }
    app.update();
  }

  /** Which two are compared: as the address bar says, else the current one with the one before it. */
  function pair() {
    const to = app.params.get('to') ?? current()?.generation ?? generations?.[0]?.generation;
    const from = app.params.get('from') ?? before(generations?.find(each => each.generation === to))?.generation;
    return [from, to];
  }

  async function moved() {
    if (!generations) return;
    const [from, to] = pair();
    if (!from || !to || compared === `${from} ${to}`) return;
    compared = `${from} ${to}`;
    everything = false;
    const wanted = compared;
    try {
      const answer = await get(`/admin/generations/${encodeURIComponent(from)}/diff`, { to });
      if (wanted !== compared) return;
      diff = answer;
      diffProblem = null;
    } catch (error) {
      if (wanted !== compared) return;
      diffProblem = error;
    }
    app.update();
  }

  function compare(from, to) {
    app.setParams({ from, to });
    requestAnimationFrame(() => document.getElementById('difference')?.focus());
  }

  /** Starts a refresh, or follows the one that runs. */
  async function run() {
    live = { steps: new Map(), end: null };
    abort = new AbortController();
    app.update();
    try {
      const answer = await call('/admin/refresh', { method: 'POST', headers: { Accept: 'text/event-stream' }, signal: abort.signal });
      for await (const { data } of events(answer)) take(JSON.parse(data));
      if (!live.end) throw new Error('The connection has ended early. The refresh itself goes on; its end will be among the runs.');
    } catch (error) {
      if (closed) return;
      live.end = { type: 'failed', reason: error.message };
    }
    loadRuns();
    loadGenerations();
  }

  function take(told) {
    if (told.type === 'progress') {
      live.steps.delete(told.step); // the one that is told of last stands last
      live.steps.set(told.step, told);
    } else {
      live.end = told;
    }
    app.update();
  }

  async function restore(each) {
    const now = current();
    const wanted = await app.confirm(`Roll back to generation ${short(each.generation)}`,
      `Generation ${short(each.generation)} (${count(each.models, 'model')}, written ${date(each.written)}) becomes the current one at once, for every gateway on this folder. `
      + `Nothing is deleted: ${now ? `generation ${short(now.generation)}` : 'what is current now'} stays, and you can come back to it. `
      + 'Servers are not touched. The next refresh builds on it, and writes a new generation with what the servers hold then.', 'Roll back');
    if (!wanted) return;
    restoring = true;
    await app.attempt(async () => {
      const restored = await send('POST', `/admin/generations/${each.generation}/restore`);
      app.notify(`Generation ${short(restored.generation)} is the current one.${restored.by_hand ? ' Files that people put beside the generations count over it.' : ''}`);
      app.setParams({ from: '', to: '' });
    });
    restoring = false;
    loadGenerations();
  }

  /** One run in full. */
  function show(run) {
    app.open(`Refresh of ${date(run.started)}`, () => html`
      ${run.reason ? html`<p class=${run.status === 'failed' ? 'failure' : ''}>${run.reason}</p>` : nothing}
      ${facts([
        ['Status', status(run)],
        ['Took', millis(run.duration_ms)],
        ['Servers asked', run.servers === undefined ? '' : number(run.servers)],
        ['Of them silent', run.failed === undefined ? '' : number(run.failed)],
        ['Models', run.status === 'finished' ? changes(run) : ''],
        ['Generation then', run.generation ? short(run.generation) : ''],
      ])}
      ${run.steps?.length ? html`<div class="refresh">${stacked(run, run.duration_ms)}
        <table class="plain"><thead><tr><th scope="col">Step</th><th scope="col" class="end">Took</th><th scope="col" class="end">Done</th></tr></thead>
        <tbody>${run.steps.map(step => html`<tr><th scope="row"><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class=${step.step} width="10" height="10" rx="2"/></svg>${step.step}</th>
          <td class="end">${millis(step.duration_ms)}</td><td class="end">${number(step.done)} of ${number(step.total)}</td></tr>`)}</tbody></table></div>` : nothing}
      ${run.warnings?.length ? html`<h3>Warnings</h3><ul class="warnings">${run.warnings.map(text => html`<li>${text}</li>`)}</ul>` : nothing}`);
  }

  function top() {
    const last = runs?.[0];
    return html`<div class="bar">
      <p>${last ? html`Last run ${ago(last.started)}: ${status(last)}` : nothing}</p><span class="spread"></span>
      <button class="main" ?disabled=${live && !live.end} @click=${run}>${live && !live.end ? 'Refreshing…' : last?.status === 'running' ? 'Follow the run' : 'Refresh now'}</button>
    </div>`;
  }

  function followed() {
    if (!live) return nothing;
    const at = [...live.steps.keys()].at(-1);
    const order = Object.keys(STEPS);
    const position = live.end?.type === 'finished' ? order.length : at ? order.indexOf(at) : 0;
    return html`<section class="panel" aria-labelledby="now"><div class="bar"><h2 id="now">This run</h2><span class="spread"></span>
        ${live.end ? html`<button class="quiet" aria-label="Close this run" @click=${() => { live = null; app.update(); }}>✕</button>` : nothing}</div>
      <ol class="steps">${order.map((step, index) => html`<li class=${index < position ? 'done' : index === position && !live.end ? 'now' : ''}>
        <b>${step}</b><small>${STEPS[step]}</small>${stepBar(step, index, position)}</li>`)}</ol>
      <p role="status" class=${live.end ? '' : 'sr'}>${live.end ? ended() : `${at ?? 'check'}: ${STEPS[at ?? 'check']}…`}</p></section>`;
  }

  function stepBar(step, index, position) {
    const { done = 0, total = 0 } = live.steps.get(step) ?? {};
    const filled = index < position;
    return html`${progress(filled ? 1 : done, filled ? 1 : total || 1, step)}<span class="faint">${total ? `${number(filled ? total : done)} of ${number(total)}` : filled ? 'done' : '–'}</span>`;
  }

  function ended() {
    const { end } = live;
    if (end.type !== 'finished') return html`<span class=${end.type === 'failed' ? 'failure' : ''}>${end.type === 'failed' ? 'The catalogue stays as it was: ' : 'Not done here: '}${end.reason}</span>`;
    const warnings = end.warnings?.length ? html`<ul class="warnings">${end.warnings.map(text => html`<li>${text}</li>`)}</ul>` : nothing;
    return html`Done: ${count(end.servers, 'server')} asked${end.failed ? `, ${number(end.failed)} did not answer` : ''}. ${end.added || end.changed || end.removed
      ? `${count(end.added, 'model')} added, ${number(end.changed)} changed, ${number(end.removed)} removed: generation ${short(end.generation)}.` : 'Nothing has changed.'}${warnings}`;
  }

  function runsPart() {
    return html`<section class="stack" aria-labelledby="runs"><h2 id="runs">Runs</h2>
      ${runsProblem ? failure(runsProblem, loadRuns) : !runs ? loading()
        : runs.length ? html`${runsTable.render(runs)}${legend()}`
          : empty('No run yet', 'This gateway has not refreshed the catalogue since its start. It does so by itself every so often (cortex.refresh.every), and now if you like.')}
    </section>`;
  }

  function generationsPart() {
    return html`<section class="stack" aria-labelledby="generations"><h2 id="generations">Generations</h2>
      ${generationsProblem ? failure(generationsProblem, loadGenerations) : !generations ? loading()
        : generations.length ? html`<p class="faint">Each is the whole catalogue as one refresh left it. Choose one to see what it changed.</p>${generationsTable.render(generations)}`
          : empty('No generation yet', 'The first refresh that finds a server writes one.')}
    </section>`;
  }

  function pick(label, name, chosen) {
    const all = generations.some(each => each.generation === chosen) || !chosen ? generations : [{ generation: chosen }, ...generations];
    return html`<label class="bar">${label}<select @change=${event => app.setParams({ ...Object.fromEntries(pair().map((each, at) => [['from', 'to'][at], each])), [name]: event.target.value })}>
      ${options(all.map(({ generation, written, current: counts }) => [generation, `${short(generation)}${counts ? ' · current' : written ? ` · ${ago(written)}` : ''}`]), chosen)}</select></label>`;
  }

  function differencePart() {
    if (!generations || generations.length < 2) return nothing;
    const [from, to] = pair();
    return html`<section class="panel" aria-labelledby="difference"><h2 id="difference" tabindex="-1">What changed</h2>
      <div class="bar">${pick('From', 'from', from)}${pick('to', 'to', to)}</div>
      ${diffProblem ? failure(diffProblem, () => { compared = ''; moved(); }) : diff ? difference() : from && to ? loading() : html`<p class="faint">Choose two generations.</p>`}
    </section>`;
  }

  function difference() {
    const { added = [], changed = [], removed = [], warnings = [] } = diff;
    const all = added.length + changed.length + removed.length;
    const some = list => (everything ? list : list.slice(0, SHOWN));
    const models = (list, kind) => list.length ? html`<h3 class=${kind}>${kind === 'added' ? 'Added' : 'Removed'} <small>${number(list.length)}</small></h3>
      <ul class="models-of">${some(list).map(each => html`<li>${kind === 'added' ? html`<a href=${address(each.model)}>${each.model}</a>` : each.model} <small>${each.family}</small></li>`)}</ul>` : nothing;
    return html`
      ${warnings.length ? html`<ul class="warnings">${warnings.map(text => html`<li>${text}</li>`)}</ul>` : nothing}
      ${all ? nothing : html`<p>Nothing: the two say the same.</p>`}
      ${models(added, 'added')}${models(removed, 'removed')}
      ${changed.length ? html`<h3 class="changed">Changed <small>${number(changed.length)}</small></h3>
        <ul class="changed-models">${some(changed).map(each => html`<li><div><a href=${address(each.model)}>${each.model}</a> <small>${each.family}</small></div>${fields(each.fields ?? [])}</li>`)}</ul>` : nothing}
      ${!everything && Math.max(added.length, changed.length, removed.length) > SHOWN
        ? html`<button @click=${() => { everything = true; app.update(); }}>Show all ${number(all)}</button>` : nothing}`;
  }

  loadRuns();
  loadGenerations();
  return {
    moved,
    render: () => html`<div class="refresh stack">${top()}${followed()}${runsPart()}<div class="beside">${generationsPart()}${differencePart()}</div></div>`,
    close() {
      closed = true;
      abort?.abort(); // who leaves does not stop a refresh
    },
  };
}
