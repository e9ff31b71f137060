// Who used how much: sums over time, as a plot and as a table, and what is left of the limits of each key.
import { html, svg, nothing } from '../lib/lit-html.js';
import { call, get } from '../core/api.js';
import { csv, download } from '../core/csv.js';
import { number, compact, millis, clock, date } from '../core/format.js';
import { limitsOf, limitBar } from '../core/limits.js';
import { choice, empty, failure, figure, loading, options } from '../core/parts.js';
import { Plot, timeWords } from '../core/plot.js';
import { Table } from '../core/table.js';

const STEP = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const DAY = STEP.day;
const RANGES = {
  hour: { title: 'Hour', back: STEP.hour, span: 'minute' },
  day: { title: 'Day', back: DAY, span: 'hour' },
  week: { title: 'Week', back: 7 * DAY, span: 'hour' },
  month: { title: 'Month', back: 30 * DAY, span: 'day' },
};
const HOURS_KEPT = 90 * DAY;
const DAYS_KEPT = 731 * DAY;
const MOST_HOURS = 8 * DAY;
const APART = 7; // names that have a colour of their own; an eighth is for the rest
const REST = '(other)';
const NONE = '(none)'; // what has no name cannot be picked

const DIMENSIONS = { key: 'Key', user: 'User', model: 'Model', server: 'Server' };
const tokens = row => row.prompt_tokens + row.completion_tokens;
const MEASURES = {
  tokens: ['Tokens', tokens],
  prompt: ['Prompt tokens', row => row.prompt_tokens],
  cached: ['Cached tokens', row => row.cached_tokens],
  completion: ['Completion tokens', row => row.completion_tokens],
  requests: ['Requests', row => row.requests],
};
const OUTCOMES = ['complete', 'truncated', 'failed', 'refused', 'client_gone'];
const FIELDS = ['requests', ...OUTCOMES, 'prompt_tokens', 'cached_tokens', 'completion_tokens', 'waited_ms', 'duration_ms'];

const begin = (at, span) => Math.floor(at / STEP[span]) * STEP[span];
const named = value => value || NONE;
const whole = value => (Number.isNaN(Date.parse(value)) ? null : Date.parse(value));
const dayOf = at => new Date(at).toISOString().slice(0, 10);
const share = (part, all) => (all ? `${number((100 * part) / all)} %` : '–');

export function open(app) {
  const own = !app.may('admin');
  const path = own ? '/v1/usage' : '/admin/usage';
  const dimensions = own ? ['model', 'user'] : ['key', 'model', 'user', 'server'];
  let told = null; // { by, span, series, sums, at }
  let keys = null;
  let problem = null;
  let keysProblem = null;
  let busy = null;
  let asked = '';
  let pointed = -1;
  let plotted = null;

  const by = () => {
    const wanted = app.params.get('by');
    return dimensions.includes(wanted) ? wanted : own || !app.session.keys ? 'model' : 'key';
  };
  const measure = () => (Object.hasOwn(MEASURES, app.params.get('show')) ? app.params.get('show') : 'tokens');
  const range = () => {
    const wanted = app.params.get('range');
    return Object.hasOwn(RANGES, wanted) || wanted === 'dates' ? wanted : 'day';
  };
  const picked = () => dimensions.filter(each => app.params.get(each)).map(each => [each, app.params.get(each)]);

  /** The time that is asked for: since when, until when, and of which spans its bars are. */
  function period() {
    const now = Date.now();
    if (range() !== 'dates') {
      const { back, span } = RANGES[range()];
      return { since: begin(now - back, span), span };
    }
    const since = Math.max(whole(app.params.get('since')) ?? begin(now - 6 * DAY, 'day'), begin(now - DAYS_KEPT, 'day'));
    const last = whole(app.params.get('until')) ?? begin(now, 'day');
    const until = Math.max(since, last) + DAY;
    const hours = until - since <= MOST_HOURS && now - since < HOURS_KEPT - DAY;
    return { since, until, span: hours ? 'hour' : 'day' };
  }

  async function load(anew = false) {
    if (!app.session.usage) return;
    const { since, until, span } = period();
    const query = { by: by(), since: new Date(since).toISOString() };
    if (until) query.until = new Date(until).toISOString();
    for (const [name, value] of picked()) query[name] = value;
    const text = new URLSearchParams(query).toString();
    if (text === asked && !anew) return;
    asked = text;
    busy?.abort();
    const mine = busy = new AbortController();
    app.update();
    try {
      const ask = async more => (await call(`${path}?${text}${more}`, { signal: mine.signal })).json();
      const [series, sums] = await Promise.all([ask(`&span=${span}&top=${APART}`), ask('')]);
      told = { by: query.by, span, series, sums, at: Date.now() };
      problem = null;
    } catch (error) {
      if (error.name === 'AbortError') return;
      problem = error;
    }
    busy = null;
    draw();
  }

  async function loadKeys() {
    if (own) return;
    try {
      keys = (await get('/admin/keys')).keys;
      keysProblem = null;
    } catch (error) {
      keysProblem = error;
    }
    app.update();
  }

  const refresh = () => {
    load(true);
    loadKeys();
  };

  /** The series of the plot: those with the most first, the rest last. */
  function stacked() {
    const { series, span } = told;
    const step = STEP[span];
    const from = Date.parse(series.since);
    const until = Date.parse(series.until);
    const of = MEASURES[measure()][1];
    const found = new Map();
    for (const row of series.usage) {
      const name = row[told.by];
      if (!found.has(name)) found.set(name, new Array(Math.round((until - from) / step)).fill(0));
      const at = Math.round((Date.parse(row.at) - from) / step);
      if (at in found.get(name)) found.get(name)[at] += of(row);
    }
    const sum = values => values.reduce((all, value) => all + value, 0);
    const rest = ({ name }) => (name === REST ? 1 : 0);
    const all = [...found].map(([name, values]) => ({ name, values, sum: sum(values) }))
      .sort((a, b) => rest(a) - rest(b) || b.sum - a.sum || (a.name < b.name ? -1 : 1));
    all.forEach((each, at) => { each.colour = each.name === REST || at >= APART ? APART + 1 : at + 1; });
    return { from, until, step, series: all };
  }

  function draw() {
    pointed = -1;
    plotted = told && told.sums.total.requests ? stacked() : null;
    if (plotted) {
      plot.show(`${MEASURES[measure()][0]} over time by ${told.by}`, plotted).catch(error => {
        problem = error;
        app.update();
      });
    }
    app.update();
  }

  /** What is under the pointer in words, or what the plot shows where nothing is. */
  function words(index) {
    if (!plotted) return '';
    const unit = MEASURES[measure()][0].toLowerCase();
    const value = each => (index < 0 ? each.sum : each.values[index]);
    const all = plotted.series.reduce((sum, each) => sum + value(each), 0);
    const parts = plotted.series.filter(each => value(each)).map(each => `${named(each.name)} ${number(value(each))}`);
    const time = index < 0 ? 'The whole time' : timeWords(plotted.step).long(plotted.from + index * plotted.step);
    return `${time}: ${number(all)} ${unit}${parts.length ? `; ${parts.join(', ')}` : ''}`;
  }

  const plot = new Plot({
    pointed: index => { pointed = index; app.update(); },
    told: words,
    values: compact,
  });

  const colourOf = name => plotted?.series.find(each => each.name === name)?.colour;
  const swatch = colour => html`<span class=${`swatch p${colour ?? 0}`} aria-hidden="true"></span>`;

  const picks = name => name !== '' && name !== REST;

  /** Shows what one name used, told apart by the next that is not picked yet. */
  function pick(name) {
    const next = dimensions.find(each => each !== told.by && !app.params.get(each)) ?? told.by;
    app.go('usage', { ...Object.fromEntries(app.params), [told.by]: name, by: next }); // the way back leads here
  }

  const ratio = (row, field) => (row.requests ? millis(row[field] / row.requests) : '–');
  const table = new Table({
    app,
    label: 'Sums',
    key: row => row[told.by],
    order: '-tokens',
    open: row => pick(row[told.by]),
    opens: row => picks(row[told.by]),
    columns: [
      { id: 'name', head: 'Name', narrow: true, sort: row => row[told.by],
        cell: row => (row.total ? 'Total' : html`${swatch(colourOf(row[told.by]))}${named(row[told.by])}`) },
      { id: 'requests', head: 'Requests', narrow: true, end: true, width: '6rem', sort: row => row.requests, cell: row => number(row.requests) },
      { id: 'outcomes', head: 'Complete', narrow: 'tablet', width: '9rem', sort: row => row.complete / row.requests, cell: outcomes },
      { id: 'tokens', head: 'Tokens', narrow: true, end: true, width: '7.2rem', sort: tokens, cell: row => number(tokens(row)) },
      { id: 'prompt', head: 'Prompt', narrow: 'tablet', end: true, width: '7.2rem', sort: row => row.prompt_tokens, cell: row => number(row.prompt_tokens) },
      { id: 'cached', head: 'Cached', end: true, width: '7.2rem', sort: row => row.cached_tokens, cell: row => number(row.cached_tokens) },
      { id: 'completion', head: 'Completion', narrow: 'tablet', end: true, width: '7.2rem', sort: row => row.completion_tokens, cell: row => number(row.completion_tokens) },
      { id: 'wait', head: 'Wait', end: true, width: '5.2rem', sort: row => row.waited_ms / row.requests, cell: row => ratio(row, 'waited_ms') },
      { id: 'time', head: 'Duration', end: true, width: '5.8rem', sort: row => row.duration_ms / row.requests, cell: row => ratio(row, 'duration_ms') },
    ],
  });

  function outcomes(row) {
    const said = OUTCOMES.filter(each => row[each]).map(each => `${number(row[each])} ${each.replace('_', ' ')}`).join(', ');
    let from = 0;
    return html`<span class="outcomes" title=${said}><svg viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label=${said}>
      ${OUTCOMES.map(each => {
        const width = row.requests ? (100 * row[each]) / row.requests : 0;
        from += width;
        return svg`<rect class=${each} x=${from - width} width=${width} height="8"/>`;
      })}</svg><span>${share(row.complete, row.requests)}</span></span>`;
  }

  function save() {
    const { sums } = told;
    const stamp = at => at.slice(0, 16).replace(':', '');
    download(`usage-by-${told.by}-${stamp(sums.since)}-${stamp(sums.until)}.csv`, csv([told.by, ...FIELDS], table.sorted(sums.usage)));
  }

  function controls() {
    const set = (name, value) => app.setParams({ [name]: value });
    return html`<div class="bar">
      ${choice('Told apart by', dimensions.map(each => [each, DIMENSIONS[each]]), by(), value => set('by', value))}
      ${choice('Time', [...Object.entries(RANGES).map(([id, { title }]) => [id, title]), ['dates', 'Dates']], range(), value => set('range', value))}
      ${range() === 'dates' ? dates() : nothing}
      <label class="measure"><span class="sr">What the plot shows</span><select @change=${event => set('show', event.target.value)}>
        ${options(Object.entries(MEASURES).map(([id, [title]]) => [id, title]), measure())}</select></label>
      <span class="ends"><button @click=${refresh} ?disabled=${busy !== null}>Refresh</button>
        <button @click=${save} ?disabled=${!told?.sums.usage.length}>CSV</button></span>
    </div>
    ${picked().length ? html`<div class="bar">${picked().map(([name, value]) => html`<button class="pick" @click=${() => app.setParams({ [name]: '', by: name })}
      aria-label=${`${DIMENSIONS[name]} ${value}: show all again`}><small>${DIMENSIONS[name]}</small> <span>${value}</span> <span aria-hidden="true">✕</span></button>`)}</div>` : nothing}`;
  }

  function dates() {
    const { since, until } = period();
    const input = (label, name, at) => html`<label><span class="sr">${label}</span><input type="date" .value=${dayOf(at)} max=${dayOf(Date.now())}
      title=${`${label}, a day of UTC`} @change=${event => event.target.value && app.setParams({ [name]: event.target.value })}></label>`;
    return html`<span class="dates">${input('From', 'since', since)}<span aria-hidden="true">–</span>${input('To', 'until', until - DAY)}</span>`;
  }

  function figures({ total }) {
    return html`<dl class="figures even">
      ${figure('Requests', number(total.requests))}
      ${figure('Complete', share(total.complete, total.requests))}
      ${figure('Tokens', compact(tokens(total)), number(tokens(total)))}
      ${figure('Prompt', compact(total.prompt_tokens), number(total.prompt_tokens))}
      ${figure('Of it cached', share(total.cached_tokens, total.prompt_tokens), number(total.cached_tokens))}
      ${figure('Completion', compact(total.completion_tokens), number(total.completion_tokens))}
      ${figure('Mean wait', ratio(total, 'waited_ms'))}
      ${figure('Mean duration', ratio(total, 'duration_ms'))}
    </dl>`;
  }

  /** From when until when the sums are. */
  function throughout() {
    const day = timeWords(DAY).long;
    return told.span === 'day' ? `${day(plotted.from)} – ${day(plotted.until - DAY)}` : `${date(told.sums.since)} – ${date(told.sums.until)}`;
  }

  const entry = (each, value) => html`${swatch(each.colour)}<span class="name">${named(each.name)}</span> <b>${number(value)}</b>`;

  function picture() {
    const value = each => (pointed < 0 ? each.sum : each.values[pointed]);
    const all = plotted.series.reduce((sum, each) => sum + value(each), 0);
    const time = pointed < 0 ? throughout() : timeWords(plotted.step).long(plotted.from + pointed * plotted.step);
    return html`<section class="panel usage-plot" aria-label="Plot">
      <header><h2>${MEASURES[measure()][0]} by ${told.by}</h2><p><span>${time}</span> <strong>${number(all)}</strong></p></header>
      ${plot.element}
      <ul class="legend">${plotted.series.map(each => html`<li>${picks(each.name)
        ? html`<button class="entry" title=${`Only ${each.name}`} @click=${() => pick(each.name)}>${entry(each, value(each))}</button>`
        : html`<span class="entry">${entry(each, value(each))}</span>`}</li>`)}</ul>
      ${told.span === 'day' || range() === 'dates' ? html`<small>Days are those of UTC.</small>` : nothing}
    </section>`;
  }

  function body() {
    if (!app.session.usage) {
      return empty('Usage is not recorded', html`Set <code>cortex.database.url</code> to a file, <code>sqlite:./data/aicortex.db</code>, or to PostgreSQL, and leave <code>cortex.usage.enabled</code> at <code>true</code>. What is used from then on is shown here.`);
    }
    if (problem) return html`${controls()}${failure(problem, refresh)}`;
    if (!told) return html`${controls()}${loading()}`;
    return html`${controls()}
      <div class=${`stack ${busy ? 'stale' : ''}`} aria-busy=${busy !== null}>
        ${plotted ? html`${figures(told.sums)}${picture()}${table.render(told.sums.usage, { ...told.sums.total, total: true })}
          <p><small>${told.sums.more ? 'There are more rows than are shown; the total has them all. ' : ''}As of ${clock(told.at)}. A row or a name of the plot shows what is behind it.</small></p>`
          : empty('Nothing was used', picked().length
            ? 'No request of this time is like what is picked. Take a longer time, or show all again.'
            : 'No request came in this time. Take a longer one, or send a request: it is counted here within a second.',
          html`<button @click=${() => app.setParams({ range: 'month', ...Object.fromEntries(dimensions.map(each => [each, ''])) })}>The last month, all of it</button>`)}
      </div>`;
  }

  /** What each key has left; keys without limits are counted. */
  function limits() {
    if (own) return nothing;
    if (keysProblem) return problem ? nothing : failure(keysProblem, loadKeys); // one is enough
    if (!keys) return nothing;
    const limited = keys.filter(key => limitsOf(key).length);
    const free = keys.length - limited.length;
    return html`<section class="panel" aria-label="Limits and budgets">
      <h2>Limits and budgets</h2>
      ${limited.length ? html`<ul class="limits">${limited.map(key => html`<li><h3><a href=${`#/keys?key=${encodeURIComponent(key.name)}`}>${key.name}</a></h3>
        ${limitsOf(key).map(each => limitBar(each))}</li>`)}</ul>` : nothing}
      <p><small>${!keys.length ? 'There are no keys.' : !limited.length ? 'No key has a limit.' : free ? `${free} more ${free === 1 ? 'key has' : 'keys have'} no limit.` : 'Limits a minute fill up again evenly.'}</small></p>
    </section>`;
  }

  let shown = measure();
  refresh();
  return {
    render: () => html`${body()}${limits()}`,
    moved() {
      load();
      if (shown !== measure()) {
        shown = measure();
        draw();
      }
    },
    close() {
      busy?.abort();
      plot.close();
    },
  };
}
