// Pieces that several views are made of.
import { html, svg, nothing } from '../lib/lit-html.js';
import { words } from './format.js';

/** The state of a server in a word, a colour and a shape; `title` says more where a pointer rests. */
export const stateBadge = (state, title = '') =>
  html`<span class=${`state ${state}`} title=${title || nothing}>${words(state)}</span>`;

/** How a request ended. */
export const outcomeBadge = (outcome, code) =>
  html`<span class=${`outcome ${outcome}`}>${words(outcome)}${code ? html` <small>${words(code)}</small>` : nothing}</span>`;

export const badge = (text, kind = '', title = '') => html`<span class=${`badge ${kind}`} title=${title || nothing}>${text}</span>`;

/** How much of something is taken, as a bar with its numbers. */
export function meter(value, max, label) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return html`<span class="meter" role="meter" aria-label=${label} aria-valuemin="0" aria-valuemax=${max || 0} aria-valuenow=${value}
      aria-valuetext=${max ? `${value} of ${max}` : `${value}`}>
    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="rail" width="100" height="8" rx="2"/>
      ${svg`<rect class=${share >= 1 ? 'full' : 'fill'} width=${share * 100} height="8" rx="2"/>`}
    </svg>
    <span>${value}${max ? html`<span class="of">/${max}</span>` : nothing}</span>
  </span>`;
}

/** How far something has come; without a `max` that it goes on. */
export const progress = (value, max, label) =>
  html`<progress aria-label=${label} max=${max || 1} value=${max ? Math.min(value, max) : nothing}></progress>`;

/** One or two lines over time, gaps where there is no value: the first is the stronger. */
export function sparkline(series, label, { width = 120, height = 28 } = {}) {
  const all = series.flat().filter(value => value !== null && value !== undefined);
  const top = Math.max(...all, 1);
  const path = values => {
    const step = width / Math.max(1, values.length - 1);
    let pen = 'M';
    return values.map((value, at) => {
      if (value === null || value === undefined) {
        pen = 'M';
        return '';
      }
      const point = `${pen}${(at * step).toFixed(1)} ${(height - 2 - (value / top) * (height - 4)).toFixed(1)}`;
      pen = 'L';
      // a single value between gaps would be no line
      const alone = values[at - 1] == null && values[at + 1] == null;
      return alone ? `${point}h1.5` : point;
    }).join('');
  };
  return html`<svg class="sparkline" role="img" aria-label=${label} viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none">
    ${series.map((values, at) => svg`<path class=${`line${at}`} d=${path(values)}/>`).reverse()}
  </svg>`;
}

/** What a view says that has nothing to show, and what to do about it. */
export const empty = (title, text, action = nothing) =>
  html`<div class="empty"><h2>${title}</h2><p>${text}</p>${action}</div>`;

/** What went wrong, in the gateway's words, and the way to try again. */
export const failure = (error, again) =>
  html`<div class="failure" role="alert"><p>${error.message}</p>${again ? html`<button @click=${again}>Try again</button>` : nothing}</div>`;

export const loading = () => html`<p class="loading" role="status">Loading…</p>`;

/** A number with its name, as in the line of totals above a view. */
export const figure = (name, value, title = '') =>
  html`<div class="figure" title=${title || nothing}><dt>${name}</dt><dd>${value}</dd></div>`;

/** A labelled input; `hint` says what may be written. */
export const field = (label, input, hint = '') =>
  html`<label class="field"><span>${label}</span>${input}${hint ? html`<small>${hint}</small>` : nothing}</label>`;

/** One of several, as a row of buttons; `choices` are `[value, text]`. */
export const choice = (label, choices, chosen, choose) =>
  html`<div class="choice" role="group" aria-label=${label}>${choices.map(([value, text]) =>
    html`<button aria-pressed=${value === chosen} @click=${() => choose(value)}>${text}</button>`)}</div>`;

/** Puts a text on the clipboard and says so. */
export function copyButton(app, text, label = 'Copy', kind = 'quiet') {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? text() : text);
      app.notify('Copied.');
    } catch {
      app.notify('The browser does not let this page copy; select the text instead.', 'wrong');
    }
  };
  return html`<button class=${kind} @click=${copy}>${label}</button>`;
}

/** What a select offers; `choices` are `[value, text]`. */
export const options = (choices, chosen) =>
  choices.map(([value, text]) => html`<option value=${value} .selected=${value === chosen}>${text}</option>`);

/** A search box whose text stands in the address bar as `q`. */
export const search = (app, label) =>
  html`<input type="search" class="search" placeholder=${label} aria-label=${label} .value=${app.params.get('q') ?? ''}
    @input=${event => app.setParams({ q: event.target.value })}>`;

/** One of the values that there are, or all; what is chosen stands in the address bar under its name. */
export function picker(app, name, label, values, text = value => value) {
  const chosen = app.params.get(name) ?? '';
  const all = chosen && !values.includes(chosen) ? [chosen, ...values] : values;
  return html`<select class="picker" aria-label=${label} @change=${event => app.setParams({ [name]: event.target.value })}>
    ${options([['', `${label}: all`], ...all.map(value => [value, text(value)])], chosen)}
  </select>`;
}

/** Names and values side by side; those without a value are left out. */
export const facts = pairs =>
  html`<dl class="facts">${pairs.filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== nothing)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
