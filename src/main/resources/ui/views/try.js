// A conversation with any model of the fleet, or with two side by side.
import { html, nothing } from '../lib/lit-html.js';
import { live } from '../lib/directives/live.js';
import { repeat } from '../lib/directives/repeat.js';
import { get } from '../core/api.js';
import { Chat, speaks } from '../core/chat.js';
import { LANGUAGES, openAi } from '../core/samples.js';
import { codeBlock } from '../core/markdown.js';
import { choice, empty, failure, loading, options } from '../core/parts.js';
import { Answers } from './answer.js';
import { settingsPanel } from './asking.js';

const TICK_MILLIS = 500;
const NEAR = 48; // pixels from the end of the page that count as its end
const PICTURES = ['image/png', 'image/jpeg', 'image/webp'];
const IDEAS = ['Why is the sky blue?', 'Explain load balancing to a child.', 'A table of the planets and their moons.'];

/** It goes on while another view is open, and is forgotten with the tab. */
let chat = null;

/** Of a file of the user's: `{name, url, base64}`. */
function picture(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(new Error(`${file.name} cannot be read.`));
    reader.onload = () => resolve({ name: file.name || 'picture', url: URL.createObjectURL(file), base64: reader.result.slice(reader.result.indexOf(',') + 1) });
    reader.readAsDataURL(file);
  });
}

export function open(app) {
  chat ??= new Chat();
  let models = null;
  let problem = null;
  let draft = '';
  let images = [];
  let editing = false; // the last message is written anew
  let dropping = false;
  let settings = chat.set > 0 && innerWidth > 1100;
  let language = 'curl';
  let following = true; // the end of the conversation is in sight
  let drawing = 0;

  const answers = new Answers(app, {
    again: lane => follow(() => chat.again(lane)),
    stop: answer => answer.abort.abort(),
    reply: (lane, texts) => follow(() => chat.reply(lane, [...texts])),
  });

  // ---- models

  async function load() {
    try {
      const [listed, resident] = await Promise.all([get('/api/tags'), get('/api/ps')]);
      models = listed.models.filter(speaks);
      problem = null;
      const ready = models.find(model => resident.models.some(loaded => loaded.name === model.name));
      if (!chat.models[0] && models.length) choose(0, (ready ?? models[0]).name);
    } catch (error) {
      problem = error;
    }
    app.update();
  }

  /** The models that are chosen stand in the address bar. */
  function choose(lane, name) {
    app.setParams(lane === 0 ? { model: name } : { beside: name });
  }

  function moved() {
    const { params } = app;
    const first = params.get('model') ?? chat.models[0];
    const second = params.get('beside');
    chat.models = second ? [first, second] : [first];
  }

  const other = () => models?.find(model => model.name !== chat.models[0])?.name ?? chat.models[0];

  function modelPicker(lane) {
    const chosen = chat.models[lane];
    const names = models.map(model => model.name);
    return html`<select class="model" aria-label=${lane === 0 ? 'Model' : 'Second model'} @change=${event => choose(lane, event.target.value)}>
      ${options((names.includes(chosen) ? names : [chosen, ...names]).map(name => [name, name]), chosen)}</select>`;
  }

  // ---- asking

  const box = () => document.getElementById('ask');

  /** Does something after which the end of the conversation is to be seen. */
  function follow(action) {
    if (wrong()) return;
    following = true;
    action();
  }

  /** Whether the settings keep a request from being made; then the first that does is shown. */
  function wrong() {
    const [name] = Object.keys(chat.problems());
    if (!name) return false;
    settings = true;
    app.notify(`Not sent: the ${name} cannot be used.`, 'wrong');
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`set-${name}`)?.focus()));
    return true;
  }

  function ask(text = draft) {
    if (!text.trim() && !images.length || chat.running || !chat.models[0]) return;
    follow(() => {
      if (editing) chat.askInstead(text, images);
      else chat.ask(text, images);
      draft = '';
      images = [];
      editing = false;
      box()?.focus();
    });
  }

  function edit(turn) {
    draft = turn.text;
    images = turn.images;
    editing = true;
    app.update();
    requestAnimationFrame(() => box()?.focus());
  }

  function leaveAsItWas() {
    draft = '';
    images = [];
    editing = false;
    app.update();
    box()?.focus();
  }

  function anew() {
    chat.clear();
    leaveAsItWas();
  }

  function typed(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      ask();
    } else if (event.key === 'Escape' && editing) {
      leaveAsItWas();
    }
  }

  const attach = files => app.attempt(async () => {
    for (const file of files) {
      if (!PICTURES.includes(file.type)) throw new Error(`${file.name || 'That'} is no PNG, JPEG or WebP picture, which models take.`);
      const added = await picture(file);
      images = [...images, added];
    }
  });

  function paste(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    attach([...event.clipboardData.files]);
  }

  function drag(event, inside) {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (dropping !== inside) app.update();
    dropping = inside;
    if (event.type === 'drop') attach([...event.dataTransfer.files]);
  }

  // ---- following

  const atEnd = () => innerHeight + scrollY >= document.documentElement.scrollHeight - NEAR;

  function scrolled() {
    const now = atEnd();
    if (now !== following) app.update();
    following = now;
  }

  function toEnd() {
    following = true;
    scrollTo(0, document.documentElement.scrollHeight);
    app.update();
  }

  /** Many lines may come between two frames. */
  function changed() {
    app.update();
    if (!following || drawing) return;
    drawing = requestAnimationFrame(() => {
      drawing = 0;
      if (following) scrollTo(0, document.documentElement.scrollHeight);
    });
  }

  const tick = setInterval(() => chat.running && app.update(), TICK_MILLIS);
  addEventListener('scroll', scrolled, { passive: true });
  chat.changed = changed;
  if (!app.params.get('model') && chat.models[0]) app.setParams({ model: chat.models[0], beside: chat.models[1] });
  moved();
  load();
  if (matchMedia('(pointer: fine)').matches) requestAnimationFrame(() => requestAnimationFrame(() => box()?.focus()));

  // ---- what is drawn

  function bar() {
    const both = chat.models.length > 1;
    return html`<div class="bar">
      ${modelPicker(0)}
      ${both
        ? html`<span class="pair"><span class="faint">and</span>${modelPicker(1)}<button class="quiet" aria-label="Leave out the second model" @click=${() => choose(1, '')}>✕</button></span>`
        : html`<button @click=${() => choose(1, other())}>Compare</button>`}
      <span class="spread"></span>
      ${chat.turns.length ? html`<button @click=${anew}>New chat</button>` : nothing}
      <button @click=${showCode}>As code</button>
      <button aria-expanded=${settings} aria-controls="settings" @click=${() => { settings = !settings; app.update(); }}>Settings${chat.set ? html` <span class="badge note">${chat.set}</span>` : nothing}</button>
    </div>`;
  }

  /** The conversation as it stands, with what is being written as its end. */
  function request() {
    const last = chat.turns.at(-1);
    const text = draft.trim() || images.length ? draft : last ? null : IDEAS[0];
    const past = text === null || editing ? chat.turns.slice(0, -1) : chat.turns;
    const end = text === null ? { ...last, answers: [] } : { text, images, answers: [] };
    return openAi(chat.body(chat.models[0], chat.messages(0, [...past, end])));
  }

  function showCode() {
    if (wrong()) return;
    const shown = request();
    app.open('The same request as code', () => {
      const [name, , code] = LANGUAGES.find(([, title]) => title === language);
      return html`
        ${choice('Language', LANGUAGES.map(([, title]) => [title, title]), language, title => { language = title; app.update(); })}
        ${codeBlock(app, code(location.origin, app.session.keys, shown), name)}
        <p class="faint">It goes to <code>/v1/chat/completions</code>. ${app.session.keys
          ? html`<code>CORTEX_KEY</code> is the variable that holds your key.` : 'This gateway asks for no key.'} ${
          shown.body.messages.some(message => Array.isArray(message.content)) ? 'Put the data of the pictures where … stands.' : nothing}</p>`;
    });
  }

  const thumbnails = (shown, leave) => shown.length === 0 ? nothing : html`<ul class="thumbnails">${shown.map((image, at) => html`<li>
    <img src=${image.url} alt=${image.name}>${leave ? html`<button aria-label=${`Leave out ${image.name}`} @click=${() => leave(at)}>✕</button>` : nothing}</li>`)}</ul>`;

  function talk() {
    const { turns } = chat;
    return html`<section class="talk" aria-label="Conversation">${turns.length
      ? repeat(turns, turn => turn, (turn, at) => {
          const latest = at === turns.length - 1;
          return html`<div class="turn">
            <div class="asked">${thumbnails(turn.images)}<p>${turn.text}</p></div>
            ${latest && !chat.running && !editing ? html`<button class="quiet edit" @click=${() => edit(turn)}>Edit</button>` : nothing}
            <div class=${turn.answers.length > 1 ? 'answers two' : 'answers'}>${turn.answers.map((answer, lane) => answers.render(answer, lane, latest))}</div>
          </div>`;
        })
      : html`<div class="welcome"><h2>Ask a model</h2>
          <p>What you write goes through the gateway as any client's request does, and is kept in this tab alone${app.session.captures
            ? ', but for your last requests, which the gateway keeps for its operators' : ''}.</p>
          <div class="bar">${IDEAS.map(idea => html`<button @click=${() => ask(idea)}>${idea}</button>`)}</div></div>`}</section>`;
  }

  function composer() {
    return html`<div class="composer">
      ${following || !chat.turns.length ? nothing : html`<button class="to-end" @click=${toEnd}>↓ To the end</button>`}
      <form class="panel" @submit=${event => { event.preventDefault(); ask(); }}>
        ${editing ? html`<p class="bar faint">Your last message; its answer goes when you send this. <button type="button" class="quiet" @click=${leaveAsItWas}>Leave it as it was</button></p>` : nothing}
        ${thumbnails(images, at => { images = images.filter((_, index) => index !== at); app.update(); })}
        <label class="sr" for="ask">Message</label>
        <textarea id="ask" rows="2" placeholder="Ask something …" enterkeyhint="send" .value=${live(draft)}
          @input=${event => { draft = event.target.value; app.update(); }} @keydown=${typed} @paste=${paste}></textarea>
        <div class="bar">
          <label class="button file">Add pictures<input class="sr" type="file" multiple accept=${PICTURES.join(',')}
            @change=${event => { attach([...event.target.files]); event.target.value = ''; }}></label>
          <small class="hint">Enter sends, Shift+Enter begins a new line.</small>
          <span class="spread"></span>
          ${chat.running
            ? html`<button type="button" class="main" @click=${() => { chat.stop(); box()?.focus(); }}>Stop</button>`
            : html`<button class="main" ?disabled=${!draft.trim() && !images.length || !chat.models[0]}>Send</button>`}
        </div>
      </form></div>`;
  }

  /** In words, for those who hear the page. */
  function state() {
    if (chat.running) return 'Answering.';
    const ended = chat.turns.at(-1)?.answers.map(({ last }) => last?.state) ?? [];
    if (ended.includes('failed')) return 'The answer failed.';
    if (ended.includes('stopped')) return 'The answer was stopped.';
    if (!ended.length) return '';
    return chat.pending ? 'The model waits for what its tools answer.' : 'The answer is complete.';
  }

  return {
    render() {
      if (problem) return failure(problem, load);
      if (!models) return loading();
      if (!models.length && !chat.models[0]) {
        return empty('No model to talk to', 'No server of the fleet has a model that chats. Pull one, or add a server that has one.',
          html`<a class="button" href="#/models">Models</a>`);
      }
      return html`<div class=${`try${settings ? ' with-settings' : ''}${dropping ? ' dropping' : ''}`}
          @dragover=${event => drag(event, true)} @dragleave=${event => !event.currentTarget.contains(event.relatedTarget) && drag(event, false)} @drop=${event => drag(event, false)}>
        ${bar()}
        <div class="main-column">${talk()}${composer()}</div>
        ${settings ? settingsPanel(app, chat.settings, chat.problems(), models.find(model => model.name === chat.models[0])) : nothing}
        <p class="sr" role="status" aria-live="polite">${state()}</p>
      </div>`;
    },

    moved,

    close() {
      clearInterval(tick);
      removeEventListener('scroll', scrolled);
      cancelAnimationFrame(drawing);
      chat.changed = () => {};
    },
  };
}
