// Numbers and times in words.

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** 1,234.5; a dash where there is none. */
export const number = value => (value === null || value === undefined ? '–' : NUMBER.format(value));

/** 1.2M */
export const compact = value => (value === null || value === undefined ? '–' : COMPACT.format(value));

/** Bytes as Ollama counts them: 4.7 GB. */
export function bytes(value) {
  if (!value) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${scaled < 10 && power ? scaled.toFixed(1) : Math.round(scaled)} ${units[power]}`;
}

/** Milliseconds: 12 ms, 1.4 s, 2 min 5 s. */
export function millis(value) {
  if (value === null || value === undefined) return '–';
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} s`;
  const seconds = Math.round(value / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  const days = Math.round(minutes / 1440);
  return `${days} ${days === 1 ? 'day' : 'days'}`;
}

/** How long ago a time was: 3 min ago. */
export function ago(time) {
  if (!time) return '–';
  const past = Date.now() - Date.parse(time);
  if (past < 60_000) return past < 5000 ? 'now' : `${Math.floor(past / 1000)} s ago`;
  return `${millis(past - (past % 60_000))} ago`;
}

/** The time of day, of this browser's place. */
export const clock = time => (time ? CLOCK.format(new Date(time)) : '–');

/** The day alone. */
export const day = time => (time ? DAY.format(new Date(time)) : '–');

/** Day and time. */
export const date = time => (time ? DATE.format(new Date(time)) : '–');

/** 8,192 as 8K, 1,048,576 as 1M, as context lengths are written. */
export const context = value => {
  if (!value) return '–';
  const power = [1024 ** 2, 1024].find(each => value % each === 0);
  return power ? `${value / power}${power > 1024 ? 'M' : 'K'}` : number(value);
};

/** Tokens a second of a stream. */
export function speed(request) {
  const left = request.duration_ms - (request.first_token_ms ?? request.duration_ms);
  return left > 0 && request.completion_tokens > 1 ? ((request.completion_tokens - 1) * 1000) / left : null;
}

/** The words of a state, as people say it. */
export const words = text => (text ?? '').replaceAll('_', ' ');
