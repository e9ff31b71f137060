// What a model says to one message, and what is told of how it came to be.
import { html, nothing } from '../lib/lit-html.js';
import { copyButton, facts } from '../core/parts.js';
import { millis, number, words } from '../core/format.js';
import { Markdown, codeBlock } from '../core/markdown.js';
import { kept } from '../core/kept.js';
import { reasons } from '../core/explain.js';

const ENDINGS = { stop: 'complete', length: 'cut at the longest length' };

/** How many of something: 1 attempt, 2 attempts. */
const count = (many, thing) => `${number(many)} ${thing}${many === 1 ? '' : 's'}`;

/** Seconds that go on. */
const passing = value => `${Math.floor(value / 1000)} s`;

/** How a server is called: its name where this client may know it, else its host. */
function serverName(app, address) {
  const known = app.fleet.servers.get(address)?.name;
  if (known) return known;
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

/** Draws the answers of one conversation; `again(lane)`, `stop(answer)` and `reply(lane, texts)` are what its buttons do. */
export class Answers {
  #app;
  #does;
  #texts = new WeakMap(); // the Markdown of each step
  #replies = new WeakMap(); // what is being written for each step's calls

  constructor(app, does) {
    this.#app = app;
    this.#does = does;
  }

  /** `latest`: it belongs to the last turn, and may be asked for anew. */
  render(answer, lane, latest) {
    const open = latest && answer.last?.state === 'complete' && answer.last.calls.length && !answer.last.replies;
    return html`<article class="answer panel" aria-label=${`Answer of ${answer.model}`}>
      <header><h2>${answer.model}</h2><span class="spread"></span>${this.#state(answer)}</header>
      ${answer.steps.map((step, at) => this.#step(step, answer.model, lane, open && at === answer.steps.length - 1))}
      ${answer.running ? nothing : html`<footer class="bar">
        ${answer.last?.content ? copyButton(this.#app, () => answer.steps.map(step => step.content).join('\n\n')) : nothing}
        ${latest ? html`<button class="quiet" @click=${() => this.#does.again(lane)}>Answer again</button>` : nothing}</footer>`}
    </article>`;
  }

  #state(answer) {
    const { last } = answer;
    if (!answer.running) return last?.state === 'stopped' ? html`<span class="badge">stopped</span>` : nothing;
    const since = passing(performance.now() - last.sentAt);
    const doing = last.firstAt !== null ? 'answering' : `${last.progress || 'waiting'} · ${since}`;
    return html`<span class="faint">${doing}</span><button @click=${() => this.#does.stop(answer)}>Stop</button>`;
  }

  #step(step, model, lane, open) {
    return html`
      ${step.thinking ? this.#thinking(step) : nothing}
      ${this.#content(step)}
      ${step.calls.map((call, at) => this.#call(step, call, at, open))}
      ${open ? html`<div class="actions"><button class="main" @click=${() => this.#does.reply(lane, this.#written(step))}>Send what the ${step.calls.length === 1 ? 'tool answers' : 'tools answer'}</button></div>` : nothing}
      ${step.error ? html`<p class="failure" role="alert">${step.error}</p>` : nothing}
      ${step.state === 'stopped' && !step.content && !step.thinking ? html`<p class="faint">It was stopped before it said anything.</p>` : nothing}
      ${step.told?.cut === 'true' ? html`<p class="warning">The server read only the end of this prompt: it is longer than the context length. Set a longer one in the settings.</p>` : nothing}
      ${step.state === 'running' || !step.told ? nothing : this.#told(step, model)}`;
  }

  #thinking(step) {
    const over = step.thoughtUntil !== null || step.state !== 'running';
    return html`<details class="thinking"><summary>${over ? `Thought for ${millis(step.thoughtMillis)}` : `Thinking … ${passing(step.thoughtMillis)}`}</summary>
      <p>${step.thinking.trim()}</p></details>`;
  }

  #content(step) {
    if (!this.#texts.has(step)) this.#texts.set(step, new Markdown(this.#app));
    const ended = step.state !== 'running';
    return html`<div class="markdown">${kept(ended ? step : {}, () => this.#texts.get(step).render(step.content, ended))}</div>`;
  }

  #written(step) {
    if (!this.#replies.has(step)) this.#replies.set(step, step.calls.map(() => ''));
    return this.#replies.get(step);
  }

  #call(step, { function: called }, at, open) {
    return html`<section class="call" aria-label=${`Call of ${called?.name}`}>
      <h3>Calls <code>${called?.name}</code></h3>
      ${codeBlock(this.#app, JSON.stringify(called?.arguments ?? {}, null, 2), 'json')}
      ${open ? html`<label class="field"><span>What ${called?.name} answers</span>
        <textarea class="mono" rows="3" spellcheck="false" .value=${this.#written(step)[at]} @input=${event => { this.#written(step)[at] = event.target.value; }}></textarea></label>` : nothing}
      ${step.replies ? html`<p class="faint">It answered:</p><pre class="wraps" tabindex="0">${step.replies[at]}</pre>` : nothing}
    </section>`;
  }

  #told(step, model) {
    const { told, counts } = step;
    const server = told.server && serverName(this.#app, told.server);
    const line = [
      server,
      told.attempts && count(told.attempts, 'attempt'),
      step.firstMillis !== null && `first token after ${millis(step.firstMillis)}`,
      step.speed && `${number(step.speed)} tokens/s`,
      counts && `${count(counts.prompt_eval_count ?? 0, 'token')} in, ${number(counts.eval_count ?? 0)} out`,
      counts?.done_reason && (ENDINGS[counts.done_reason] ?? words(counts.done_reason)),
    ].filter(Boolean);
    return html`<details class="told"><summary>${line.map(text => html`<span>${text}</span>`)}<span class="link">${told.explain && server ? 'why that server' : 'more'}</span></summary>
      ${told.explain && server ? html`<h3>Why ${server}</h3><ul>${reasons(told.explain).map(reason => html`<li>${reason}</li>`)}</ul>` : nothing}
      ${told.attempts > 1 ? html`<p>${told.attempts - 1 === 1 ? 'One server was' : `${number(told.attempts - 1)} servers were`} asked before it, without an answer.</p>` : nothing}
      ${facts([
        ['Server', told.server],
        ['Model behind the alias', told.model === model ? '' : told.model],
        ['Waited for a place, or a load', told.waitMillis ? millis(told.waitMillis) : ''],
        ['Cached tokens, as expected', told.cachedTokens ? number(told.cachedTokens) : ''],
        ['Context length', told.context ? number(told.context) : ''],
        ['Cache of answers', told.cache],
        ['Request', told.id && (this.#app.may('admin') ? html`<a href=${`#/requests?request=${encodeURIComponent(told.id)}`}>${told.id}</a>` : told.id)],
      ])}</details>`;
  }
}
