// The frame of the page: who is signed in, which view is open, dialogs and notes.
import { html, render, nothing } from './lib/lit-html.js';
import { call, get, send } from './core/api.js';
import { Fleet } from './core/fleet.js';
import { badge, failure } from './core/parts.js';

const NOTE_MILLIS = 6000;

/** The views in their order, and the least role that sees each. */
const VIEWS = [
  { id: 'fleet', title: 'Fleet', role: 'admin', icon: 'M3 4h18v6H3zM3 14h18v6H3zM7 7h.01M7 17h.01' },
  { id: 'models', title: 'Models', role: 'use', icon: 'M12 2 21 7v10l-9 5-9-5V7zM3 7l9 5 9-5M12 12v10' },
  { id: 'requests', title: 'Requests', role: 'admin', icon: 'M4 6h16M4 12h10M4 18h13' },
  { id: 'usage', title: 'Usage', role: 'use', icon: 'M4 20V10M10 20V4M16 20v-7M22 20H2' },
  { id: 'keys', title: 'Keys', role: 'admin', icon: 'M15 3a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM10.5 13.5 3 21M6 18l2 2' },
  { id: 'try', title: 'Try it', role: 'use', icon: 'M4 5h16v11H9l-5 4z' },
  { id: 'refresh', title: 'Refresh', role: 'admin', icon: 'M20 11a8 8 0 1 0-2 6M20 4v7h-7' },
  { id: 'connect', title: 'Connect', role: 'use', icon: 'M9 7V3M15 7V3M7 7h10v5a5 5 0 0 1-10 0zM12 17v5' },
];
const ROLES = ['none', 'use', 'manage', 'admin'];

/** What views get: everything they share. */
class App {
  session = null;
  fleet = new Fleet();
  #root = document.getElementById('app');
  #view = null;
  #current = '';
  #due = false;
  #menu = false;
  #dialog = null;
  #leaving = false; // the address bar is the next view's already
  #closing = false; // the event of it comes later, when another dialog may be open
  #note = null;
  #problem = null;
  #theme = localStorage.getItem('theme') ?? 'auto';

  /** The part of the address bar that belongs to the view. */
  get params() {
    return new URLSearchParams(location.hash.split('?')[1] ?? '');
  }

  /** Changes some of it, without a step in the browser's history; empty values go. */
  setParams(changes) {
    if (this.#leaving) return;
    const params = this.params;
    for (const [name, value] of Object.entries(changes)) {
      if (value === '' || value === null || value === undefined) params.delete(name);
      else params.set(name, value);
    }
    const text = params.toString();
    history.replaceState(null, '', `#/${this.#current}${text ? `?${text}` : ''}`);
    this.#view?.moved?.();
    this.update();
  }

  /** Goes to a view. */
  go(id, params = {}) {
    const text = new URLSearchParams(params).toString();
    location.hash = `#/${id}${text ? `?${text}` : ''}`;
  }

  /** Whether the client may do what this role may. */
  may(role) {
    return ROLES.indexOf(this.session?.role ?? 'none') >= ROLES.indexOf(role);
  }

  /** Whether models may be pulled and deleted. */
  get manages() {
    return this.session?.manage && this.may('manage');
  }

  /** Draws everything anew with the next frame. */
  update() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      render(this.#frame(), this.#root);
    });
  }

  /** A note in the corner; `kind` is `wrong` for what has failed. */
  notify(text, kind = '') {
    clearTimeout(this.#note?.timer);
    this.#note = { text, kind, timer: setTimeout(() => { this.#note = null; this.update(); }, NOTE_MILLIS) };
    this.update();
  }

  /** Runs what a button does; what fails is told in words. */
  async attempt(action, done) {
    try {
      await action();
      if (done) this.notify(done);
      return true;
    } catch (error) {
      if (error.name !== 'AbortError') this.notify(error.message, 'wrong');
      return false;
    } finally {
      this.update();
    }
  }

  /** Opens a dialog; `content()` is drawn with everything else. `closed` is called at its end. */
  open(title, content, closed) {
    this.#dialog = { title, content, closed };
    this.update();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const element = document.querySelector('dialog');
      if (element && !element.open) element.showModal();
    }));
  }

  closeDialog() {
    const closed = this.#dialog?.closed;
    const element = document.querySelector('dialog');
    this.#closing ||= element?.open ?? false;
    element?.close();
    this.#dialog = null;
    closed?.();
    this.update();
  }

  /** The browser closes it for the Escape key. */
  #closed() {
    if (!this.#closing && this.#dialog) this.closeDialog();
    this.#closing = false;
  }

  /** Asks before something that cannot be taken back; resolves to whether it is wanted. */
  confirm(title, text, verb) {
    return new Promise(answer => {
      let wanted = false;
      this.open(title, () => html`<p>${text}</p><div class="actions">
        <button @click=${() => this.closeDialog()}>Cancel</button>
        <button class="danger" @click=${() => { wanted = true; this.closeDialog(); }}>${verb}</button></div>`,
        () => answer(wanted));
    });
  }

  async start() {
    this.#root.replaceChildren();
    window.addEventListener('hashchange', () => this.#move());
    window.addEventListener('signed-out', () => this.#signedOut());
    window.addEventListener('forbidden', () => this.#askWho());
    document.addEventListener('visibilitychange', () => { if (!document.hidden && this.session?.keys) this.#askWho(); });
    document.addEventListener('keydown', event => this.#key(event));
    this.fleet.on(() => this.update());
    this.#shade();
    await this.#meet();
  }

  async #meet() {
    try {
      const answer = await fetch('session', { cache: 'no-store' });
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.session = await answer.json();
      this.#problem = null;
    } catch {
      this.#problem = 'The gateway does not answer. This page tries again.';
      setTimeout(() => this.#meet(), 2000);
    }
    if (this.session && this.may('admin')) this.fleet.open();
    await this.#move();
  }

  async #move() {
    const id = location.hash.slice(2).split('?')[0];
    const allowed = VIEWS.filter(view => this.may(view.role));
    const wanted = allowed.find(view => view.id === id) ?? allowed[0];
    this.#menu = false;
    if (!wanted) {
      this.#leave();
      this.update();
      return;
    }
    if (wanted.id !== id) history.replaceState(null, '', `#/${wanted.id}`);
    if (this.#current !== wanted.id) {
      this.#leave();
      this.#current = wanted.id;
      document.title = `${wanted.title} · AI Cortex`;
      this.update();
      try {
        const { open } = await import(`./views/${wanted.id}.js`);
        if (this.#current === wanted.id) this.#view = open(this);
      } catch (error) {
        this.#view = { render: () => failure({ message: `This view cannot be shown: ${error.message}` }, () => location.reload()) };
      }
    } else {
      this.#view?.moved?.();
    }
    this.update();
  }

  #leave() {
    this.#leaving = true;
    if (this.#dialog) this.closeDialog();
    this.#view?.close?.();
    this.#leaving = false;
    this.#view = null;
    this.#current = '';
  }

  /** What was allowed is not any more: the cookie's time may be over, or the key another's. */
  async #askWho() {
    const answer = await fetch('session', { cache: 'no-store' }).catch(() => null);
    if (!answer?.ok) return;
    const { role, name } = await answer.json();
    if (role === 'none') this.#signedOut();
    else if (role !== this.session?.role || name !== this.session.name) location.reload();
  }

  #signedOut() {
    if (!this.session || this.session.role === 'none') return;
    this.session = { ...this.session, role: 'none', signed_in: false, expired: true };
    this.fleet.close();
    this.#leave();
    this.update();
  }

  async #signIn(event) {
    event.preventDefault();
    const key = new FormData(event.target).get('key').trim();
    try {
      const answer = await fetch('session', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ key }),
      });
      if (!answer.ok) {
        const said = await answer.json().catch(() => ({}));
        throw new Error(said.error?.message ?? said.error ?? `The gateway answered ${answer.status}.`);
      }
      location.reload(); // nothing stays of whoever was here before
    } catch (error) {
      this.#problem = error.message;
    }
    this.update();
  }

  async #signOut() {
    await fetch('session', { method: 'DELETE' }).catch(() => {});
    location.hash = '';
    location.reload();
  }

  #key(event) {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target.closest?.('input, textarea, select, [contenteditable]')) return;
    const search = document.querySelector('main input[type=search]');
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }

  #shade() {
    document.documentElement.dataset.theme = this.#theme;
  }

  #nextTheme() {
    this.#theme = { auto: 'light', light: 'dark', dark: 'auto' }[this.#theme];
    localStorage.setItem('theme', this.#theme);
    this.#shade();
    this.update();
  }

  #frame() {
    if (!this.session) return html`<p class="starting" role="status">${this.#problem ?? 'AI Cortex'}</p>`;
    if (this.session.role === 'none') return this.#door();
    const view = VIEWS.find(each => each.id === this.#current);
    return html`
      <a class="skip" href="#main" @click=${event => { event.preventDefault(); document.getElementById('main').focus(); }}>Skip to the content</a>
      <header class="top">
        <button class="menu" aria-expanded=${this.#menu} aria-controls="nav" @click=${() => { this.#menu = !this.#menu; this.update(); }}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 6h16M4 12h16M4 18h16"/></svg><span class="sr">Menu</span></button>
        <a class="brand" href="#/"><img src="icon.svg" alt="" width="26" height="26"><span>AI Cortex</span></a>
        <span class="spread"></span>
        <div class="signs">${this.#signs()}</div>
      </header>
      <nav id="nav" class=${this.#menu ? 'shown' : ''} aria-label="Views">
        ${VIEWS.filter(each => this.may(each.role)).map(each => html`<a href=${`#/${each.id}`} aria-current=${each.id === this.#current ? 'page' : nothing}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${each.icon}/></svg>${each.title}</a>`)}
        <div class="foot">
          ${this.session.signed_in ? html`<p>${this.session.name} <small>${this.session.role}</small></p>
            <button class="quiet" @click=${() => this.#signOut()}>Sign out</button>` : nothing}
          <button class="quiet" @click=${() => this.#nextTheme()}>${{ auto: 'Colours: system', light: 'Colours: light', dark: 'Colours: dark' }[this.#theme]}</button>
          <small>AI Cortex ${this.session.version}</small>
        </div>
      </nav>
      <main id="main" tabindex="-1">
        <h1 class="sr">${view?.title ?? ''}</h1>
        ${this.#view ? this.#view.render() : html`<p class="loading" role="status">Loading…</p>`}
      </main>
      ${this.#dialog ? html`<dialog aria-labelledby="dialog-title" @close=${() => this.#closed()}
          @click=${event => event.target.tagName === 'DIALOG' && this.closeDialog()}>
        <div class="dialog"><div class="head"><h2 id="dialog-title">${this.#dialog.title}</h2>
          <button class="quiet" aria-label="Close" @click=${() => this.closeDialog()}>✕</button></div>
        ${this.#dialog.content()}</div></dialog>` : nothing}
      <div class="notes" role="status" aria-live="polite">${this.#note ? html`<p class=${this.#note.kind}>${this.#note.text}</p>` : nothing}</div>`;
  }

  #signs() {
    const { fleet, session } = this;
    return html`
      ${session.captures ? badge('prompts are kept', 'wrong', `The gateway keeps the prompts and answers of its last ${session.captures} requests; operators can read them.`) : nothing}
      ${session.simulated ? badge('simulated', 'note') : nothing}
      ${fleet.state === 'lost' ? badge('reconnecting…', 'wrong') : nothing}
      ${fleet.state === 'open' && fleet.snapshots ? html`<span class=${`fleet-status ${fleet.serving}`} title="Whether all servers, some or none take requests">${fleet.serving}</span>` : nothing}`;
  }

  #door() {
    return html`<main id="main" class="door"><form @submit=${event => this.#signIn(event)}>
      <img src="icon.svg" alt="" width="48" height="48">
      <h1>AI Cortex</h1>
      <p>${this.session.expired ? 'Your key does not count any more. Sign in again.' : 'Sign in with your key.'}</p>
      <label class="field"><span>Key</span><input name="key" type="password" autocomplete="current-password" required autofocus spellcheck="false"></label>
      ${this.#problem ? html`<p class="failure" role="alert">${this.#problem}</p>` : nothing}
      <button class="main">Sign in</button>
      <small>An operator makes keys with <code>aicortex key create NAME</code>.</small>
    </form></main>`;
  }
}

const app = new App();
app.start();
