// Why a server was chosen, in words.
import { bytes, millis, number } from './format.js';

const POLICIES = {
  'expected-first-token': 'Its first token was expected soonest there, with what that costs other requests.',
  'least-busy': 'It worked on the fewest requests.',
  'round-robin': 'It was its turn.',
  priority: 'It had the lowest priority number of those with a place free.',
  weighted: 'It was its turn, by its weight.',
};

/** The header `policy=…; expected=120.5; queue=0.0; …` as `{policy, expected_ms, …}`, as /admin/requests has it; null without one. */
export function explanation(header) {
  if (!header) return null;
  const told = Object.fromEntries(header.split(';').map(part => part.trim().split('=')));
  return {
    policy: told.policy,
    expected_ms: Number(told.expected),
    queue_ms: Number(told.queue),
    load_ms: Number(told.load),
    prefill_ms: Number(told.prefill),
    others_ms: Number(told.others),
    cached_bytes: Number(told.cached),
    in_flight: Number(told['in-flight']),
  };
}

/** Its reasons as sentences. */
export function reasons(of) {
  const lines = [POLICIES[of.policy] ?? `The rule was ${of.policy}.`];
  if (of.policy === 'expected-first-token') {
    lines.push(`The first token was expected after ${millis(of.expected_ms)}: ${millis(of.queue_ms)} behind other requests, ${
      millis(of.load_ms)} to load the model, ${millis(of.prefill_ms)} to read the prompt.`);
    if (of.others_ms > 0) lines.push(`Other conversations were expected to lose ${millis(of.others_ms)} by it, later.`);
    lines.push(of.cached_bytes ? `${bytes(of.cached_bytes)} of the prompt were in its cache.` : 'Nothing of the prompt was in its cache.');
  }
  lines.push(of.in_flight ? `It worked on ${number(of.in_flight)} other ${of.in_flight === 1 ? 'request' : 'requests'}.` : 'It worked on nothing else.');
  return lines;
}
