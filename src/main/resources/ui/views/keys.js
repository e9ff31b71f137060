// The keys: who is let in, to what, and how much; made, changed and revoked here.
import { html, nothing } from '../lib/lit-html.js';
import { get, send } from '../core/api.js';
import { number, compact, ago, date, day } from '../core/format.js';
import { limitsOf, limitBar, limitWords } from '../core/limits.js';
import { badge, copyButton, empty, facts, failure, field, loading, search, options } from '../core/parts.js';
import { Table } from '../core/table.js';

const ROUTES = { chat: 'chat', embeddings: 'embeddings', images: 'images', audio: 'audio', models: 'lists of models', manage: 'change models', usage: 'own usage' };
const ROLES = [['use', 'use: ask models'], ['manage', 'manage: change models too'], ['admin', 'admin: everything, this page too']];
const PRIORITIES = ['interactive', 'normal', 'batch'];
const TIMES = [['30d', 'in 30 days'], ['90d', 'in 90 days'], ['365d', 'in a year'], ['date', 'on a day…']];
const KINDS = { active: 'good', disabled: '', expired: 'wrong' };
const NUMBERS = ['rpm', 'tpm', 'concurrent', 'user_rpm', 'user_tpm'];
const SETTINGS = ['models', 'routes', 'priority', 'budget_tokens', ...NUMBERS];
const AS_IT_IS = 'as it is';

const path = (key, change = '') => `/admin/keys/${encodeURIComponent(key.name)}${change}`;
const split = text => text.split(/[\s,]+/).filter(Boolean);
const configured = key => key.source === 'configuration';
const statusBadge = key => badge(key.status, KINDS[key.status]);
const models = key => (key.models?.length ? key.models.join(', ') : 'all');

/** When it was last used: the sums of usage know the minute or the day. */
const used = key => (key.last_used ? html`<span title=${date(key.last_used)}>${ago(key.last_used).replace(/ \d+ (min|s) ago/, ' ago')}</span>` : '–');
const expires = key => (key.expires_at ? html`<span title=${date(key.expires_at)}>${day(key.expires_at)}</span>` : configured(key) ? '–' : 'never');

/** Of a form what the gateway wants; what is empty is left out. */
function wanted(form) {
  const text = name => (form.get(name) ?? '').trim();
  const body = { role: text('role') };
  const lists = { models: split(text('models')), routes: [...form.getAll('route'), ...split(text('paths'))] };
  for (const [name, list] of Object.entries(lists)) if (list.length) body[name] = list;
  for (const name of NUMBERS) if (text(name)) body[name] = Number(text(name));
  if (text('priority')) body.priority = text('priority');
  if (text('budget')) body.budget_tokens = `${text('budget')}/${text('period')}`;
  const expires = text('expires') === 'date' ? text('expires_on') : text('expires');
  if (expires && expires !== AS_IT_IS) body.expires = expires;
  return body;
}

const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What differs from how the key was when the form was opened; null takes away. */
function changed(form, { role = 'use', ...key }) {
  const body = { ...Object.fromEntries(SETTINGS.map(name => [name, null])), ...wanted(form) };
  const differs = Object.entries(body).filter(([name, value]) => !same(value, { ...key, role }[name]));
  if (!form.get('expires')) differs.push(['expires', null]);
  return Object.fromEntries(differs);
}

export function open(app) {
  let keys = null;
  let problem = null;
  let wrong = null; // what the gateway says of the form or the change in the dialog
  let busy = false;
  let secret = null; // { name, text, until }: of the key that was made or rotated last; nowhere but here
  let chosen = '';
  let left = false;

  async function load() {
    try {
      keys = (await get('/admin/keys')).keys;
      problem = null;
      follow();
    } catch (error) {
      problem = error;
    }
    app.update();
  }

  const named = name => keys?.find(key => key.name === name);
  const mine = key => app.session.signed_in && app.session.name === key.name;

  /** Sends a change; the dialog says what is wrong with it, or goes. */
  async function change(method, url, body, done) {
    wrong = null;
    busy = true;
    app.update();
    try {
      const answer = await send(method, url, body);
      done(answer);
      await load();
    } catch (error) {
      wrong = error;
    }
    busy = false;
    app.update();
  }

  function dialog(title, content, closed) {
    wrong = null;
    app.open(title, () => html`${content()}${wrong ? failure(wrong) : nothing}`, closed);
  }

  /** The dialog of the key that the address bar names. */
  function follow() {
    const name = app.params.get('key') ?? '';
    if (name === chosen) return;
    const key = named(name);
    if (chosen && !key) app.closeDialog();
    chosen = key ? name : '';
    if (!key) return;
    dialog(name, () => details(named(name)), () => { chosen = ''; app.setParams({ key: '' }); });
    load(); // what is left of its limits changes with each request
  }

  function details(key) {
    if (!key) return nothing;
    const limits = limitsOf(key);
    const users = [key.user_rpm && `${number(key.user_rpm)} requests a minute`, key.user_tpm && `${number(key.user_tpm)} tokens a minute`].filter(Boolean).join(', ');
    return html`
      <div class="bar">${statusBadge(key)} ${mine(key) ? badge('you', 'note') : nothing}
        ${key.previous_until ? badge(`the secret before counts until ${date(key.previous_until)}`, 'busy') : nothing}</div>
      ${facts([
        ['Role', key.role ?? 'use'],
        ['Models', models(key)],
        ['Routes', key.routes?.length ? key.routes.join(', ') : 'all'],
        ['Highest priority', key.priority],
        ['Source', key.source],
        ['Created', key.created_at ? date(key.created_at) : ''],
        ['Expires', key.expires_at ? date(key.expires_at) : configured(key) ? '' : 'never'],
        ['Last used', key.last_used ? ago(key.last_used) : ''],
        ['Each end user', users],
      ])}
      ${limits.length ? html`<div class="limits">${limits.map(each => limitBar(each))}</div>` : users ? nothing : html`<p><small>It has no limit.</small></p>`}
      ${app.session.usage ? html`<p><a href=${`#/usage?key=${encodeURIComponent(key.name)}&by=model&range=month`} @click=${() => app.closeDialog()}>What it used in the last month</a></p>` : nothing}
      ${configured(key)
        ? html`<p>It stands in the configuration, as <code>cortex.keys.${key.name}</code>, and is changed there, not here.</p>`
        : html`<div class="actions">
            <button class="danger" @click=${() => askRevoke(key)}>Revoke…</button>
            <button ?disabled=${busy} @click=${() => (key.status === 'disabled' || !mine(key) ? toggle(key) : askDisable(key))}>${key.status === 'disabled' ? 'Enable' : 'Disable'}</button>
            <button @click=${() => askRotate(key)}>New secret…</button>
            <button @click=${() => ask(key)}>Change…</button>
          </div>`}`;
  }

  function toggle(key) {
    const verb = key.status === 'disabled' ? 'enable' : 'disable';
    return change('POST', path(key, `/${verb}`), undefined, () => {
      app.closeDialog();
      app.notify(verb === 'disable' ? `The key ${key.name} lets nobody in now.` : `The key ${key.name} counts again.`);
    });
  }

  const buttons = (verb, kind, action) => html`<div class="actions">
    <button type="button" @click=${() => app.closeDialog()}>Cancel</button>
    <button type=${action ? 'button' : 'submit'} class=${kind} ?disabled=${busy} @click=${() => action?.()}>${verb}</button></div>`;

  const forget = () => { chosen = ''; app.setParams({ key: '' }); };

  function askDisable(key) {
    dialog(`Disable ${key.name}?`, () => html`<p>You are signed in with this key: this page asks for another one then.</p>${buttons('Disable', 'danger', () => toggle(key))}`, forget);
  }

  function askRevoke(key) {
    dialog(`Revoke ${key.name}?`, () => html`
      <ul class="consequences">
        <li>Whoever uses this key gets a 401 from now on${key.last_used ? html`; it was last used ${ago(key.last_used)}` : nothing}.</li>
        ${mine(key) ? html`<li>You are signed in with it: this page asks for another key then.</li>` : nothing}
        <li>Its name is free for another key. What it used stays in the records of usage.</li>
        <li>It cannot be taken back. To stop it for a while, disable it.</li>
      </ul>
      ${buttons('Revoke', 'danger', () => change('DELETE', path(key), undefined, () => {
        app.closeDialog();
        app.notify(`The key ${key.name} is gone.`);
      }))}`, forget);
  }

  function askRotate(key) {
    const submit = event => {
      event.preventDefault();
      const { grace } = Object.fromEntries(new FormData(event.target));
      change('POST', path(key, '/rotate'), { grace }, made => show(made));
    };
    dialog(`A new secret for ${key.name}`, () => html`<form @submit=${submit}>
      ${field('How long the old secret still counts', html`<select name="grace">${options([['0s', 'not at all'], ['1h', 'an hour'], ['24h', '24 hours'], ['7d', '7 days']], '24h')}</select>`,
        'In this time both let in: give the new one to all clients before it ends.')}
      ${mine(key) ? html`<p>You are signed in with the old one: sign in again with the new one before that ends.</p>` : nothing}
      ${buttons('Make a new secret', 'main')}</form>`, forget);
  }

  /** Shows a secret above the table: a dialog would be gone with one click. */
  function show(made) {
    if (left) {
      app.open(`The secret of ${made.name}`, () => html`<p>Copy it now: it is not shown again.</p><pre class="wraps" tabindex="0">${made.secret}</pre>
        <div class="actions">${copyButton(app, made.secret, 'Copy', 'main')}</div>`);
      return;
    }
    secret = { name: made.name, text: made.secret, until: made.previous_until };
    app.closeDialog();
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById('secret')?.focus()));
  }

  function made() {
    return html`<section class="panel made" aria-labelledby="made-title">
      <h2 id="made-title">The secret of ${secret.name}</h2>
      <p>Copy it now: it is not shown again. The gateway keeps only its digest.</p>
      <pre id="secret" class="wraps" tabindex="0" aria-label=${`Secret of ${secret.name}`}>${secret.text}</pre>
      <p><small>Clients send it as <code>Authorization: Bearer</code> or <code>x-api-key</code>.${secret.until ? ` The one before counts until ${date(secret.until)}.` : ''}</small></p>
      <div class="actions"><button @click=${() => { secret = null; app.update(); }}>I have it</button>${copyButton(app, secret.text, 'Copy', 'main')}</div>
    </section>`;
  }

  let dated = false;

  /** The form of a new key, or of one that there is. */
  function ask(key) {
    dated = false;
    const submit = event => {
      event.preventDefault();
      const form = new FormData(event.target);
      if (key) {
        change('PATCH', path(key), changed(form, key), () => {
          app.closeDialog();
          app.notify(`The key ${key.name} is changed.`);
        });
      } else {
        change('POST', '/admin/keys', { name: form.get('name').trim(), ...wanted(form) }, answer => show(answer));
      }
    };
    dialog(key ? `Change ${key.name}` : 'A new key', () => html`<form class="key-form" @submit=${submit}>
      ${key || keys?.length ? nothing : html`<p class="remark">This is the first key. Where <code>cortex.auth</code> is <code>auto</code>, every client needs one from then on.</p>`}
      <div class="fields">
        ${key ? nothing : field('Name', html`<input name="name" required maxlength="100" autocomplete="off" spellcheck="false" autofocus>`, 'Of a person, a program, a team: records of usage have it.')}
        ${field('Role', html`<select name="role">${options(ROLES, key?.role ?? 'use')}</select>`)}
        ${field('Expires', html`<select name="expires" @change=${event => { dated = event.target.value === 'date'; app.update(); }}>
          ${options([...(key ? [[AS_IT_IS, key.expires_at ? `on ${day(key.expires_at)}` : 'never']] : []), ...(key && !key.expires_at ? [] : [['', 'never']]), ...TIMES], key ? AS_IT_IS : '')}</select>`)}
        ${dated ? field('Expires on', html`<input name="expires_on" type="date" required>`, 'As the day begins, in UTC.') : nothing}
      </div>
      ${rights(key ?? {})}
      ${amounts(key ?? {})}
      ${key && mine(key) ? html`<p>You are signed in with this key.</p>` : nothing}
      ${buttons(key ? 'Change' : 'Create', 'main')}</form>`, key && forget);
  }

  function rights({ models: few = [], routes = [], priority = '' }) {
    return html`<fieldset><legend>What it may use</legend>
      <div class="fields">
        ${field('Models', html`<input name="models" autocomplete="off" spellcheck="false" placeholder="all" value=${few.join(', ')}>`, html`Names with commas between; <code>*</code> for any characters: <code>llama3.2:*, qwen3:8b</code>`)}
        ${field('Highest priority', html`<select name="priority">${options([['', 'any'], ...PRIORITIES.map(each => [each, each])], priority)}</select>`)}
        ${field('Single paths', html`<input name="paths" autocomplete="off" spellcheck="false" placeholder="none" value=${routes.filter(route => !(route in ROUTES)).join(', ')}>`, html`Beside the routes below, for example <code>/v1/*</code>`)}
      </div>
      <div class="field"><span id="routes-label">Routes</span>
        <div class="checks" role="group" aria-labelledby="routes-label">${Object.entries(ROUTES).map(([id, title]) => html`<label class="check"><input type="checkbox" name="route" value=${id} ?checked=${routes.includes(id)}>${title}</label>`)}</div>
        <small>With none of them, all.</small></div>
    </fieldset>`;
  }

  function amounts(key) {
    const amount = (name, label) => field(label, html`<input name=${name} type="number" min="1" step="1" inputmode="numeric" placeholder="no limit" value=${key[name] ?? ''}>`);
    const [budget = '', period = 'day'] = key.budget_tokens?.split('/') ?? [];
    return html`<fieldset><legend>How much</legend>
        <div class="fields four">
          ${amount('rpm', 'Requests a minute')}
          ${amount('tpm', 'Tokens a minute')}
          ${amount('concurrent', 'Requests at once')}
          <div class="field"><span id="budget-label">Budget of tokens</span><div class="with-period"><input name="budget" type="number" min="1" step="1" inputmode="numeric" placeholder="no limit" aria-labelledby="budget-label" value=${budget}>
            <select name="period" aria-label="of the budget">${options([['day', 'a day'], ['month', 'a month']], period)}</select></div></div>
        </div>
        <small>Without a limit here those of <code>cortex.limits</code> hold.</small>
      </fieldset>
      <fieldset><legend>How much each end user behind it</legend>
        <div class="fields">
          ${amount('user_rpm', 'Requests a minute')}
          ${amount('user_tpm', 'Tokens a minute')}
        </div>
        <small>End users are the people behind a key, as its client names them.</small>
      </fieldset>`;
  }

  const table = new Table({
    app,
    label: 'Keys',
    key: key => `${key.source} ${key.name}`,
    order: 'name',
    open: key => app.setParams({ key: key.name }),
    columns: [
      { id: 'name', head: 'Name', narrow: true, sort: key => key.name, cell: key => html`<span class="two"><span>${key.name}</span><small>${configured(key) ? 'of the configuration' : `made ${day(key.created_at)}`}</small></span>` },
      { id: 'status', head: 'Status', narrow: true, width: '6.3rem', sort: key => key.status, cell: statusBadge },
      { id: 'role', head: 'Role', narrow: true, width: '5.3rem', sort: key => key.role ?? 'use', cell: key => key.role ?? 'use' },
      { id: 'models', head: 'Models', sort: models, cell: key => html`<span title=${models(key)}>${models(key)}</span>` },
      { id: 'limits', head: 'Limits', sort: limitWords, cell: key => html`<span title=${limitWords(key)}>${limitWords(key) || 'none'}</span>` },
      { id: 'budget', head: 'Budget left', narrow: 'tablet', width: '8.5rem', sort: key => (key.left?.budget_tokens ?? Infinity) / (key.limits?.budget_tokens ?? 1), cell: budget },
      { id: 'used', head: 'Last used', narrow: 'tablet', width: '6.8rem', sort: key => -Date.parse(key.last_used ?? 0), cell: used },
      { id: 'expires', head: 'Expires', narrow: 'tablet', width: '7rem', sort: key => Date.parse(key.expires_at ?? '9999-12-31'), cell: expires },
    ],
  });

  function budget(key) {
    const limit = limitsOf(key).find(each => each.id === 'budget_tokens');
    return limit ? limitBar(limit, compact) : '–';
  }

  function found() {
    const q = (app.params.get('q') ?? '').toLowerCase();
    return keys.filter(key => !q || [key.name, key.status, key.role ?? 'use', key.source, ...(key.models ?? [])].some(text => text.toLowerCase().includes(q)));
  }

  function body() {
    if (problem) return failure(problem, load);
    if (!keys) return loading();
    const button = app.session.database ? html`<button class="main" @click=${() => ask()}>New key</button>` : nothing;
    if (!keys.length && !app.session.database) {
      return empty('No keys', html`Nobody is asked for a key. Without a database (<code>cortex.database.url</code>) keys stand in the configuration: <code>CORTEX_KEYS_ALICE=a-secret</code>.`);
    }
    if (!keys.length) {
      return secret ? nothing : empty('No keys', 'Nobody is asked for a key: whoever reaches this gateway may use it. Make the first one to tell clients apart, to limit them, and to listen on more than this machine.', button);
    }
    const rows = found();
    return html`<div class="bar find">${search(app, 'Search keys')}<span class="spread"></span>${button}</div>
      ${rows.length ? table.render(rows) : empty('No such key', 'No key has this in its name, role, models or status.', html`<button @click=${() => app.setParams({ q: '' })}>Show all</button>`)}
      ${keys.some(configured) ? html`<p><small>Keys of the configuration are changed there, not here.</small></p>` : nothing}`;
  }

  load();
  return {
    render: () => html`${secret ? made() : nothing}${body()}`,
    moved: follow,
    close() { left = true; secret = null; },
  };
}
