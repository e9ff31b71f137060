// Calls to the gateway. Every one goes below api/, where the cookie of the page counts.

/** What a call failed with: `status` of HTTP, 0 where nothing answered, and a message in words. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const url = path => new URL('api' + path, document.baseURI);

/** What an answer says is wrong, in whichever dialect. */
async function problem(answer) {
  const text = await answer.text().catch(() => '');
  try {
    const error = JSON.parse(text).error;
    return (typeof error === 'string' ? error : error?.message) ?? text;
  } catch {
    return text.length < 300 && !text.startsWith('<') ? text : '';
  }
}

/** Sends a request; its answer once the head is there. Throws an ApiError for all but 2xx. */
export async function call(path, { method = 'GET', body, headers, signal } = {}) {
  const init = { method, signal, headers: { ...headers }, cache: 'no-store' };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers['Content-Type'] = 'application/json';
  }
  let answer;
  try {
    answer = await fetch(url(path), init);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'The gateway does not answer.');
  }
  if (!answer.ok) {
    if (answer.status === 401) window.dispatchEvent(new Event('signed-out'));
    if (answer.status === 403) window.dispatchEvent(new Event('forbidden'));
    throw new ApiError(answer.status, (await problem(answer)) || `The gateway answered ${answer.status}.`);
  }
  return answer;
}

/** The JSON of a GET; `query` leaves out what is empty. */
export async function get(path, query = {}, signal) {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(asked).toString();
  return (await call(text ? `${path}?${text}` : path, { signal })).json();
}

/** Sends a body as JSON; the JSON that comes back, or undefined where nothing does. */
export async function send(method, path, body, signal) {
  const text = await (await call(path, { method, body, signal })).text();
  return text ? JSON.parse(text) : undefined;
}

/** The text of an answer, a piece at a time as it comes. */
async function* pieces(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {}); // it has ended already
  }
}

/** The lines of an answer as they come, for NDJSON. */
export async function* lines(answer) {
  let rest = '';
  for await (const piece of pieces(answer)) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop();
    yield* parts.filter(line => line.trim());
  }
  if (rest.trim()) yield rest;
}

/** The events of an answer as they come: `{id, event, data}`, data as text; `heard` is told of every piece. */
export async function* events(answer, heard = () => {}) {
  let rest = '';
  for await (const piece of pieces(answer)) {
    heard();
    const parts = (rest + piece).replaceAll('\r\n', '\n').split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const event = { id: '', event: 'message', data: '' };
      const data = [];
      for (const line of part.split('\n')) {
        const colon = line.indexOf(':');
        if (colon < 1) continue; // a comment that keeps the connection alive
        const value = line.slice(colon + 1).replace(/^ /, '');
        const field = line.slice(0, colon);
        if (field === 'data') data.push(value);
        else if (field === 'id' || field === 'event') event[field] = value;
      }
      event.data = data.join('\n');
      if (event.data) yield event;
    }
  }
}
