// What the fleet serves, and the catalogue behind it; one model's page is in model.js.
import { html, nothing } from '../lib/lit-html.js';
import { get } from '../core/api.js';
import { Table } from '../core/table.js';
import { badge, choice, empty, failure, loading, picker, search } from '../core/parts.js';
import { bytes, context, number } from '../core/format.js';
import { modelPage } from './model.js';
import { askToPull, pullsPanel } from './pulls.js';

const TYPING_MILLIS = 200;
const FLEET_MILLIS = 3000;
const PAGE = 1000;
const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

const SHOWN = {
  memory: ['in memory', row => row.resident > 0],
  down: ['no server up', row => row.up === 0],
  drift: ['contents differ', row => row.drift],
  waiting: ['requests wait', row => row.waiting > 0],
};

const tags = (texts = []) => html`<span title=${texts.join(', ')}>${texts.map(text => html`<span class="tag">${text}</span>`)}</span>`;

/** Nearly all complete texts: it is said of those that do nothing else. */
const abilitiesOf = (row, all = row.capabilities ?? []) => all.filter(ability => ability !== 'completion' || all.length === 1);

/** On disk; many models of the catalogue have it only in words. */
function weight(row) {
  if (row.size_bytes) return row.size_bytes;
  const [, value, unit] = /^([\d.]+)\s*(\w+)$/.exec(row.size ?? '') ?? [];
  return Number(value ?? 0) * (UNITS[unit?.toUpperCase()] ?? 0);
}

const size = row => (row.size_bytes ? bytes(row.size_bytes) : row.size || '–');

const SHARED = {
  name: { id: 'name', head: 'Model', cell: row => html`<span title=${row.name}>${row.name}</span>`, sort: row => row.name, narrow: true },
  family: { id: 'family', head: 'Family', cell: row => row.family || '–', sort: row => row.family, width: '6rem' },
  size: { id: 'size', head: 'Size', cell: size, sort: weight, end: true, narrow: true, width: '5rem' },
  context: { id: 'context', head: 'Context', cell: row => context(row.context_length), sort: row => row.context_length ?? 0, end: true, narrow: 'tablet', width: '5.4rem' },
  abilities: { id: 'abilities', head: 'Can do', cell: row => tags(abilitiesOf(row)), sort: row => (row.capabilities ?? []).join(' '), width: '11rem' },
};

const SERVED = [
  SHARED.name, SHARED.family, SHARED.size, SHARED.context, SHARED.abilities,
  { id: 'up', head: 'Servers up', cell: upOf, sort: row => row.up, end: true, narrow: true, width: '6.4rem' },
  { id: 'memory', head: 'In memory', cell: row => row.resident ? number(row.resident) : html`<span class="faint">–</span>`, sort: row => row.resident ?? 0, end: true, narrow: 'tablet', width: '6.2rem' },
  { id: 'aliases', admin: true, head: 'Aliases', cell: row => tags(row.aliases), sort: row => (row.aliases ?? []).join(' '), width: '7.5rem' },
  { id: 'state', admin: true, head: 'Notes', cell: remarks, sort: row => (row.drift ? 2 : 0) + (row.waiting ? 1 : 0), narrow: 'tablet', width: '7rem' },
];

const CATALOGUE = [
  SHARED.name, SHARED.family, SHARED.size,
  { id: 'parameters', head: 'Parameters', cell: row => row.parameters || '–', sort: row => row.parameters, end: true, width: '7rem' },
  SHARED.context, SHARED.abilities,
  { id: 'up', head: 'Served', cell: row => row.up ? upOf(row) : html`<span class="faint">no</span>`, sort: row => row.up, end: true, narrow: true, width: '5.2rem' },
  { id: 'description', head: 'Good for', cell: row => row.description ? html`<span title=${row.description}>${row.description}</span>` : '–', width: '26%' },
];

function upOf(row) {
  if (row.up === undefined) return html`<span class="faint">–</span>`;
  const kind = row.up === 0 ? 'bad' : row.up < row.servers ? 'busy' : '';
  return html`<span class=${kind} title=${`${row.up} of the ${row.servers} servers that hold it are up`}>${row.up}<span class="of">/${row.servers}</span></span>`;
}

function remarks(row) {
  return html`${row.drift ? badge('differs', 'wrong') : nothing}${row.waiting ? badge(`${number(row.waiting)} waiting`, 'busy') : nothing}`;
}

/** A model of the catalogue, with how many servers hold it and are up. */
function counted(model) {
  const holders = (model.servers ?? []).filter(server => server.holds);
  return { ...model, servers: holders.length, up: holders.filter(server => server.status === 'up').length };
}

/** What a client that is no operator may see of what is served. */
async function servedTo() {
  const [listed, resident, known] = await Promise.all([get('/api/tags'), get('/api/ps'), get('/catalogue/models')]);
  const catalogue = new Map(known.models.map(model => [model.name.toLowerCase(), counted(model)]));
  return listed.models.map(entry => {
    const same = catalogue.get(entry.name.toLowerCase());
    return {
      family: entry.details?.family,
      context_length: entry.details?.context_length,
      capabilities: entry.capabilities,
      ...same,
      name: entry.name,
      size_bytes: entry.size,
      resident: resident.models.filter(loaded => loaded.name === entry.name).length,
    };
  });
}

export function open(app) {
  let served = null;
  let servedProblem = null;
  let catalogue = null; // { total, models }
  let catalogueProblem = null;
  let families = [];
  let abilities = new Set();
  let page = null;
  let asked = '';
  let abort = new AbortController();
  let listed = loadServed();
  let typing = 0;
  let told = '';
  let later = 0;

  const opens = row => app.go('models', { ...Object.fromEntries(app.params), name: row.name });
  const table = (label, columns, order) => new Table({ app, label, columns, order, key: row => row.name, open: opens });
  const servedTable = table('Models that are served', app.may('admin') ? SERVED : SERVED.filter(column => !column.admin), 'name');
  const catalogueTable = table('Models of the catalogue', CATALOGUE, 'name');

  const whole = () => app.params.get('list') === 'catalogue';
  const learn = models => models.forEach(model => (model.capabilities ?? []).forEach(ability => abilities.add(ability)));

  async function loadServed() {
    try {
      served = app.may('admin') ? (await get('/admin/models')).models : await servedTo();
      learn(served);
      servedProblem = null;
    } catch (error) {
      servedProblem = error;
    }
    app.update();
  }

  async function servedAs(name) {
    await listed;
    if (servedProblem) throw servedProblem;
    return served.find(row => row.name === name || row.aliases?.includes(name));
  }

  const wanted = () => ({ q: app.params.get('q'), family: app.params.get('family'), capability: app.params.get('can') });

  async function loadCatalogue(offset = 0) {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    try {
      const answer = await get('/catalogue/models', { ...wanted(), offset, limit: PAGE }, signal);
      const models = answer.models.map(counted);
      learn(models);
      catalogue = { total: answer.total, models: offset ? catalogue.models.concat(models) : models };
      catalogueProblem = null;
    } catch (error) {
      if (signal.aborted) return;
      catalogueProblem = error;
    }
    app.update();
  }

  async function loadFamilies() {
    try {
      families = (await get('/catalogue/families')).families;
      app.update();
    } catch {
      families = []; // the list itself says what is wrong
    }
  }

  function reload() {
    listed = loadServed();
    if (catalogue) loadCatalogue();
    page?.load();
  }

  /** What the fleet tells has changed which models are where: this is asked for again, now and then. */
  function changed() {
    const now = [...app.fleet.servers.values()]
      .map(server => `${server.id} ${server.state === 'down'} ${server.models} ${server.running.map(model => model.model)}`)
      .concat(page ? app.fleet.waiting.find(line => line.model === page.name)?.waiting : '')
      .join('\n');
    if (told && now !== told && !later) {
      later = setTimeout(() => {
        later = 0;
        listed = loadServed();
        page?.load();
      }, FLEET_MILLIS);
    }
    told = now;
  }

  /** Who comes back by the keyboard goes on where the list was left. */
  function focusSoon(name) {
    requestAnimationFrame(() => requestAnimationFrame(() => [...document.querySelectorAll('.models tbody button.link')].find(button => button.textContent.trim() === name)?.focus()));
  }

  /** The address bar has changed. */
  function moved() {
    const name = app.params.get('name');
    if (name !== (page?.name ?? null)) {
      page?.close();
      if (page && !name) {
        listed = loadServed();
        focusSoon(page.name);
      }
      page = name ? modelPage(app, name, () => servedAs(name), reload) : null;
      document.title = `${name ? `${name} · ` : ''}Models · AI Cortex`;
      scrollTo(0, 0);
    }
    const query = JSON.stringify(wanted());
    if (whole() && query !== asked) {
      const first = !asked;
      asked = query;
      clearTimeout(typing);
      typing = setTimeout(loadCatalogue, first ? 0 : TYPING_MILLIS);
    }
  }

  function found() {
    const { q, family, capability } = wanted();
    const asWords = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const shows = SHOWN[app.params.get('show')]?.[1] ?? (() => true);
    const waiting = new Map(app.fleet.waiting.map(line => [line.model, line.waiting]));
    return served
      .map(row => (app.fleet.state === 'open' ? { ...row, waiting: waiting.get(row.name) ?? 0 } : row))
      .filter(row => {
        const text = [row.name, row.family, row.description, ...(row.tags ?? []), ...(row.aliases ?? [])].join(' ').toLowerCase();
        return asWords.every(word => text.includes(word)) && (!family || row.family === family)
          && (!capability || row.capabilities?.includes(capability)) && shows(row);
      });
  }

  const clear = () => app.setParams({ q: '', family: '', can: '', show: '' });
  const none = html`<button @click=${clear}>Clear search and filters</button>`;
  const askPull = () => askToPull(app, { names: catalogue?.models.map(model => model.name), done: reload });
  const pullButton = kind => (app.manages ? html`<button class=${kind} @click=${askPull}>Pull a model</button>` : nothing);

  function servedList() {
    if (servedProblem) return failure(servedProblem, reload);
    if (!served) return loading();
    if (!served.length) {
      return empty('No server has a model', 'As soon as a server of the fleet holds one, it is listed here. The catalogue has models that are known to run well.',
        html`<div class="bar centre">${pullButton('main')}<button @click=${() => app.setParams({ list: 'catalogue' })}>Open the catalogue</button></div>`);
    }
    const rows = found();
    if (!rows.length) return empty('Nothing matches', 'No model that is served has all of this. The catalogue may have one.', none);
    return html`${servedTable.render(rows)}<p class="faint">${rows.length === served.length
      ? `${number(rows.length)} models` : `${number(rows.length)} of ${number(served.length)} models`}</p>`;
  }

  function catalogueList() {
    if (catalogueProblem) return failure(catalogueProblem, () => loadCatalogue());
    if (!catalogue) return loading();
    if (!catalogue.models.length) return empty('Nothing matches', 'No model of the catalogue has all of this.', none);
    const left = catalogue.total - catalogue.models.length;
    return html`${catalogueTable.render(catalogue.models)}<div class="bar faint"><span>${left > 0
      ? `The first ${number(catalogue.models.length)} of ${number(catalogue.total)} models by name; only these are sorted.` : `${number(catalogue.total)} models`}</span>
      ${left > 0 ? html`<button @click=${() => loadCatalogue(catalogue.models.length)}>Load ${number(Math.min(PAGE, left))} more</button>` : nothing}</div>`;
  }

  function list() {
    const names = whole() || !served ? families.map(each => each.family) : [...new Set(served.map(row => row.family).filter(Boolean))].sort();
    return html`
      <div class="bar">
        ${choice('Which models', [['', 'Served now'], ['catalogue', 'Whole catalogue']], app.params.get('list') ?? '', list => app.setParams({ list, show: '' }))}
        <span class="spread"></span>
        ${pullButton('main')}
      </div>
      <div class="bar filters">
        ${search(app, 'Search models')}
        ${picker(app, 'family', 'Family', names)}
        ${picker(app, 'can', 'Can do', [...abilities].sort())}
        ${whole() ? nothing : picker(app, 'show', 'Show', Object.keys(SHOWN).filter(key => app.may('admin') || !['drift', 'waiting'].includes(key)), key => SHOWN[key]?.[0] ?? key)}
      </div>
      ${pullsPanel(app, reload)}
      ${whole() ? catalogueList() : servedList()}`;
  }

  const silent = app.fleet.on(changed);
  loadFamilies();
  moved();
  return {
    moved,
    render: () => html`<div class="models stack">${page ? html`${pullsPanel(app, reload)}${page.render()}` : list()}</div>`,
    close() {
      silent();
      abort.abort();
      clearTimeout(typing);
      clearTimeout(later);
      page?.close();
    },
  };
}
