// A conversation with one model, or with two side by side. It lives in this tab and nowhere else.
import { ApiError, call, lines } from './api.js';
import { explanation } from './explain.js';
import { readJson } from './json.js';

const NANOS = 1e9;
const EFFORTS = ['low', 'medium', 'high'];

/** Whether a model of /api/tags answers in words. */
export const speaks = model => !model.capabilities?.length || model.capabilities.includes('completion');

/** What requests are made with; an empty text leaves it to the model. */
const PLAIN = { system: '', think: '', temperature: '', context: '', longest: '', tools: '', format: '', schema: '' };

/** One message of a model, from its request to its end. Times are of performance.now(). */
class Step {
  state = 'running'; // or complete, stopped, failed
  content = '';
  thinking = '';
  calls = [];
  replies = null; // one text for each of the calls, once they are answered
  progress = ''; // what the gateway says that it waits for
  error = '';
  told = null; // what the head of the answer says
  counts = null; // what its last line says
  sentAt = performance.now();
  firstAt = null;
  thoughtFrom = null;
  thoughtUntil = null;
  endedAt = null;

  /** Milliseconds until the first word, measured here. */
  get firstMillis() {
    return this.firstAt === null ? null : this.firstAt - this.sentAt;
  }

  get thoughtMillis() {
    return this.thoughtFrom === null ? null : (this.thoughtUntil ?? this.endedAt ?? performance.now()) - this.thoughtFrom;
  }

  /** Tokens a second, as the server counted them. */
  get speed() {
    return this.counts?.eval_duration ? (this.counts.eval_count * NANOS) / this.counts.eval_duration : null;
  }

  /** Takes a line of the stream. */
  hear(line) {
    if (line.error) throw new ApiError(200, line.error.message ?? line.error);
    const { content = '', thinking = '', tool_calls: calls = [] } = line.message ?? {};
    if (line.cortex?.progress) {
      this.progress = thinking.trim();
      return;
    }
    const now = performance.now();
    if (content || thinking || calls.length) this.firstAt ??= now;
    if (thinking) this.thoughtFrom ??= now;
    if (this.thoughtFrom !== null && (content || calls.length)) this.thoughtUntil ??= now;
    this.thinking += thinking;
    this.content += content;
    this.calls.push(...calls);
    if (line.done) this.counts = line;
  }
}

/** What a model says to one message of the user's; several steps where it has tools called. */
class Answer {
  steps = [];
  abort = new AbortController();

  constructor(model) {
    this.model = model;
  }

  get last() {
    return this.steps.at(-1);
  }

  get running() {
    return this.last?.state === 'running';
  }
}

function told(headers) {
  const count = name => (headers.has(name) ? Number(headers.get(name)) : null);
  return {
    id: headers.get('x-request-id'),
    server: headers.get('x-cortex-server'),
    model: headers.get('x-cortex-model'),
    attempts: count('x-cortex-attempts'),
    waitMillis: count('x-cortex-queue-wait'),
    cachedTokens: count('x-cortex-cached-tokens'),
    context: count('x-cortex-num-ctx'),
    cache: headers.get('x-cortex-cache'),
    cut: headers.get('x-cortex-truncated'),
    explain: explanation(headers.get('x-cortex-explain')),
  };
}

/** The messages that a step stands for in the conversation. */
function said(step, goesOn) {
  if (!step.content && !step.calls.length) return [];
  const message = { role: 'assistant', content: step.content };
  if (goesOn && step.thinking) message.thinking = step.thinking; // models think on after a call
  if (step.calls.length) message.tool_calls = step.calls;
  const replies = (step.replies ?? []).map((content, at) => {
    const { id, function: called } = step.calls[at];
    return { role: 'tool', tool_name: called?.name, ...(id ? { tool_call_id: id } : {}), content };
  });
  return [message, ...replies];
}

const TOKENS = ['A whole number from 1 on is wanted.', value => Number.isInteger(value) && value > 0];

/** What each number may be; an empty text is none. */
const NUMBERS = { temperature: ['A number from 0 on is wanted.', value => value >= 0], context: TOKENS, longest: TOKENS };

/** What is wrong with the tools; empty where nothing is. */
function toolProblem(tools) {
  if (!Array.isArray(tools)) return 'A list is wanted: [ … ].';
  const at = tools.findIndex(tool => typeof tool?.function?.name !== 'string');
  return at < 0 ? '' : `Tool ${at + 1} has no name: {"type": "function", "function": {"name": …}}.`;
}

export class Chat {
  turns = []; // {text, images, answers}: an answer of each model
  models = [''];
  settings = { ...PLAIN };
  changed = () => {};

  get running() {
    return this.turns.some(turn => turn.answers.some(answer => answer.running));
  }

  /** Whether the last turn waits for what tools answer. */
  get pending() {
    return this.turns.at(-1)?.answers.some(({ last }) => last?.state === 'complete' && last.calls.length && !last.replies) ?? false;
  }

  /** How many settings are not as a model has them itself. */
  get set() {
    return Object.entries(this.settings).filter(([name, value]) => name !== 'schema' && value.trim()).length;
  }

  /** What is wrong with the settings, by their names, in words. */
  problems() {
    const { tools, format, schema } = this.settings;
    const found = {};
    for (const [name, [words, fits]] of Object.entries(NUMBERS)) {
      const text = this.settings[name];
      if (text !== '' && !fits(Number(text))) found[name] = words;
    }
    const read = readJson(tools);
    const wrong = read.problem ?? (read.value === undefined ? '' : toolProblem(read.value));
    if (wrong) found.tools = wrong;
    if (format === 'schema') {
      const { value, problem = value === undefined ? 'A schema is wanted.' : '' } = readJson(schema);
      const object = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (problem || !object) found.schema = problem || 'An object is wanted: { … }.';
    }
    return found;
  }

  /** A request for /api/chat. */
  body(model, messages) {
    const { system, think, temperature, context, longest, tools, format, schema } = this.settings;
    const options = {};
    if (temperature !== '') options.temperature = Number(temperature);
    if (context !== '') options.num_ctx = Number(context);
    if (longest !== '') options.num_predict = Number(longest);
    const body = { model, messages: system.trim() ? [{ role: 'system', content: system }, ...messages] : messages, stream: true };
    if (think) body.think = EFFORTS.includes(think) ? think : think === 'on';
    if (tools.trim()) body.tools = JSON.parse(tools);
    if (format) body.format = format === 'schema' ? JSON.parse(schema) : 'json';
    if (Object.keys(options).length) body.options = options;
    return body;
  }

  /** What has been said to and by one of the models, `turns` of the conversation; where it was not there yet, the first one's answers. */
  messages(lane, turns = this.turns) {
    return turns.flatMap((turn, at) => {
      const user = { role: 'user', content: turn.text };
      if (turn.images.length) user.images = turn.images.map(image => image.base64);
      const answer = turn.answers[lane] ?? turn.answers[0];
      return [user, ...(answer?.steps ?? []).flatMap(step => said(step, at === turns.length - 1))];
    });
  }

  /** Asks each of the models. */
  ask(text, images) {
    const turn = { text, images, answers: this.models.map(model => new Answer(model)) };
    this.turns.push(turn);
    turn.answers.forEach((answer, lane) => this.#step(answer, lane));
  }

  /** Asks something else in the place of the last message. */
  askInstead(text, images) {
    this.stop();
    this.turns.pop();
    this.ask(text, images);
  }

  /** Has one of the models, as it is chosen now, answer the last message anew. */
  again(lane) {
    const turn = this.turns.at(-1);
    turn.answers[lane].abort.abort();
    turn.answers[lane] = new Answer(this.models[lane] ?? turn.answers[lane].model);
    this.#step(turn.answers[lane], lane);
  }

  /** Goes on with what the tools that a model has called have answered. */
  reply(lane, replies) {
    const answer = this.turns.at(-1).answers[lane];
    answer.last.replies = replies;
    this.#step(answer, lane);
  }

  stop() {
    for (const turn of this.turns) for (const answer of turn.answers) answer.abort.abort();
  }

  clear() {
    this.stop();
    for (const turn of this.turns) for (const image of turn.images) URL.revokeObjectURL(image.url);
    this.turns = [];
  }

  async #step(answer, lane) {
    const body = this.body(answer.model, this.messages(lane));
    const step = new Step();
    answer.steps.push(step);
    answer.abort = new AbortController();
    const { signal } = answer.abort;
    this.changed();
    try {
      const head = await call('/api/chat', { method: 'POST', body, headers: { 'X-Cortex-Explain': '1' }, signal });
      step.told = told(head.headers);
      for await (const line of lines(head)) {
        step.hear(JSON.parse(line));
        this.changed();
      }
      if (!step.counts) throw new ApiError(200, 'The answer broke off: its stream ended early.');
      step.state = 'complete';
    } catch (error) {
      step.state = signal.aborted ? 'stopped' : 'failed';
      step.error = signal.aborted ? '' : wordsOf(error);
    } finally {
      step.endedAt = performance.now();
      this.changed();
    }
  }
}

function wordsOf(error) {
  if (error instanceof ApiError) return error.message;
  return error instanceof SyntaxError ? 'The answer has a line that is no JSON.' : 'The answer broke off: the connection was lost.';
}
