// The limits of a key, and what is left of them.
import { html, svg } from '../lib/lit-html.js';
import { number, compact } from './format.js';

const FEW = 0.1;

/** `{id, name, short, of, left}` of each limit that a key has. */
export function limitsOf(key) {
  const period = (key.budget_tokens ?? '').endsWith('month') ? 'month' : 'day';
  return [ // field, in words, in short
    ['requests', 'Requests a minute', 'rpm'],
    ['tokens', 'Tokens a minute', 'tpm'],
    ['concurrent', 'Requests at once', 'at once'],
    ['budget_tokens', `Tokens this ${period}`],
  ].flatMap(([id, name, short]) => {
    const of = key.limits?.[id];
    return of ? [{ id, name, short, of, left: key.left?.[id] ?? of }] : [];
  });
}

/** One of them as a bar: full when nothing is left. */
export function limitBar({ name, of, left }, words = of < 1e6 ? number : compact) {
  const used = Math.min(1, Math.max(0, 1 - left / of));
  const kind = left <= 0 ? 'none' : left / of < FEW ? 'full' : 'fill';
  return html`<div class="limit" role="meter" aria-label=${name} aria-valuemin="0" aria-valuemax=${of} aria-valuenow=${of - left}
      aria-valuetext=${`${number(left)} of ${number(of)} left`}>
    <span class="what">${name}</span><span class="left" title=${`${number(left)} of ${number(of)} left`}>${words(left)} <small>of ${words(of)} left</small></span>
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="6"/>${svg`<rect class=${kind} width=${used * 100} height="6"/>`}</svg>
  </div>`;
}

/** All limits but the budget in a few words: 60 rpm, 100K tpm, 2 at once. */
export const limitWords = key =>
  limitsOf(key).filter(({ short }) => short).map(({ of, short }) => `${compact(of)} ${short}`).join(', ');
