// Markdown of models as templates. Nothing of it is ever HTML: tags are shown as the text that they are.
import { html, nothing } from '../lib/lit-html.js';
import { Lexer } from '../lib/marked.js';
import { kept } from './kept.js';
import { copyButton } from './parts.js';

const DIALECT = { gfm: true, breaks: true };
const DEEPEST = 40; // lists in lists; below that it is shown as written
const SHARE = 8; // of the time between two readings of a text that grows, at most one part in so many goes into reading
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', reg: '®', trade: '™', hellip: '…', mdash: '—', ndash: '–', times: '×', deg: '°', rarr: '→', larr: '←', le: '≤', ge: '≥', ne: '≠', euro: '€' };
const SAFE = ['http:', 'https:', 'mailto:'];
/** A line of which it is not clear yet what it begins: a list, a heading, the line under one. */
const UNCLEAR = /^[ \t]*(?:[-=*_+#>`~| ]+|\d+[.)]?)$/;

/** What `&lt;` and `&#8594;` stand for. */
const decoded = text => text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/gi, (whole, decimal, hexadecimal, name) => {
  if (name) return ENTITIES[name] ?? whole;
  const code = decimal ? Number(decimal) : parseInt(hexadecimal, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
});

/** An address that a link may lead to; null for scripts, files and the like. */
function address(href) {
  try {
    const url = new URL(href);
    return SAFE.includes(url.protocol) ? url.href : null;
  } catch {
    return null; // a path of a page that is not here
  }
}

/** Tokens of marked as templates. */
class Drawing {
  #app;
  #depth = 0;

  constructor(app) {
    this.#app = app;
  }

  blocks(tokens) {
    if (this.#depth > DEEPEST) return tokens.map(token => token.raw);
    this.#depth++;
    const drawn = tokens.map(token => this.#block(token));
    this.#depth--;
    return drawn;
  }

  #block(token) {
    switch (token.type) {
      case 'space':
      case 'def': return nothing;
      case 'hr': return html`<hr>`;
      case 'heading': return this.#heading(token.depth, this.#inline(token.tokens));
      case 'paragraph': return html`<p>${this.#inline(token.tokens)}</p>`;
      case 'code': return this.#code(token);
      case 'blockquote': return html`<blockquote>${this.blocks(token.tokens)}</blockquote>`;
      case 'list': return this.#list(token);
      case 'table': return this.#table(token);
      case 'checkbox': return html`<span class="box" role="img" aria-label=${token.checked ? 'done' : 'open'}>${token.checked ? '☑' : '☐'}</span> `;
      case 'text': return token.tokens ? this.#inline(token.tokens) : decoded(token.text);
      case 'html': return html`<p class="as-written">${token.raw.trimEnd()}</p>`;
      default: return token.raw;
    }
  }

  /** Below the page's own headings. */
  #heading(depth, content) {
    switch (depth) {
      case 1: return html`<h3>${content}</h3>`;
      case 2: return html`<h4>${content}</h4>`;
      case 3: return html`<h5>${content}</h5>`;
      default: return html`<h6>${content}</h6>`;
    }
  }

  #list(token) {
    const items = token.items.map(item => html`<li class=${item.task ? 'task' : nothing}>${this.blocks(item.tokens)}</li>`);
    return token.ordered ? html`<ol start=${token.start === 1 ? nothing : token.start}>${items}</ol>` : html`<ul>${items}</ul>`;
  }

  #table({ header, rows }) {
    const align = cell => cell.align ?? nothing;
    return html`<div class="table-box" role="region" aria-label="Table" tabindex="0"><table class="plain">
      <thead><tr>${header.map(cell => html`<th scope="col" class=${align(cell)}>${this.#inline(cell.tokens)}</th>`)}</tr></thead>
      <tbody>${rows.map(row => html`<tr>${row.map(cell => html`<td class=${align(cell)}>${this.#inline(cell.tokens)}</td>`)}</tr>`)}</tbody>
    </table></div>`;
  }

  #code({ text, lang }) {
    return codeBlock(this.#app, text, /^[\w+#.-]*/.exec(lang ?? '')[0]);
  }

  #inline(tokens) {
    return tokens.map(token => {
      switch (token.type) {
        case 'text':
        case 'escape': return token.tokens ? this.#inline(token.tokens) : decoded(token.text);
        case 'strong': return html`<strong>${this.#inline(token.tokens)}</strong>`;
        case 'em': return html`<em>${this.#inline(token.tokens)}</em>`;
        case 'del': return html`<del>${this.#inline(token.tokens)}</del>`;
        case 'codespan': return html`<code>${token.text}</code>`;
        case 'br': return html`<br>`;
        case 'link': return this.#link(token.href, this.#inline(token.tokens), token);
        case 'image': return this.#link(token.href, html`Picture${token.text ? html`: ${decoded(token.text)}` : nothing}`, token);
        case 'html': return /^<br\s*\/?>$/i.test(token.raw) ? html`<br>` : token.raw;
        case 'checkbox': return this.#block(token);
        default: return token.raw;
      }
    });
  }

  /** A link that cannot be followed safely is shown as it was written. A picture is never loaded, only linked. */
  #link(href, content, token) {
    const to = address(href);
    return to === null ? token.raw : html`<a href=${to} title=${to} target="_blank" rel="noopener noreferrer nofollow">${content}</a>`;
  }
}

/** Code in a box, with its language and a button that copies it. */
export const codeBlock = (app, text, language = '') => html`<div class="code">
  <div class="bar"><span>${language || 'text'}</span>${copyButton(app, text)}</div>
  <pre tabindex="0"><code>${text}</code></pre></div>`;

/**
 * A text that may still grow. Of one that does, only the last blocks are read again with each look;
 * what stands before them stays as it was drawn. Its end is read as a whole, once.
 */
export class Markdown {
  #drawing;
  #settled = []; // blocks that no further text can change
  #until = 0; // where they end in the text
  #tail = [];
  #seen = '';
  #ended = false;
  #next = 0; // when it is time to read again

  constructor(app) {
    this.#drawing = new Drawing(app);
  }

  /** Templates of its blocks. */
  render(written, ended) {
    const text = written.includes('\r') ? written.replace(/\r\n?/g, '\n') : written; // as marked counts
    if (ended && !this.#ended) {
      this.#settled = this.#read(text).drawn;
      this.#tail = [];
      this.#ended = true;
    } else if (!ended && text !== this.#seen && performance.now() >= this.#next) {
      this.#grow(text);
    }
    return [...this.#settled, ...this.#tail];
  }

  #grow(text) {
    const begun = performance.now();
    const line = text.lastIndexOf('\n') + 1;
    const clear = UNCLEAR.test(text.slice(line)) ? line : text.length;
    const { tokens, drawn } = this.#read(text.slice(this.#until, clear));
    const settled = settledOf(tokens);
    this.#settled.push(...drawn.slice(0, settled).map(block => kept(block, () => block)));
    this.#until += tokens.slice(0, settled).reduce((length, token) => length + token.raw.length, 0);
    this.#tail = drawn.slice(settled);
    this.#seen = text;
    const now = performance.now();
    this.#next = now + (now - begun) * SHARE;
  }

  /** A text that no rule of Markdown can be applied to, nested too deep say, is shown as it is. */
  #read(text) {
    try {
      const tokens = Lexer.lex(text, DIALECT);
      return { tokens, drawn: this.#drawing.blocks(tokens) };
    } catch {
      return { tokens: [], drawn: [html`<p class="as-written">${text}</p>`] };
    }
  }
}

/** How many of the blocks are over for good: a list or a quote may go on behind an empty line, so two stay open. */
function settledOf(tokens) {
  let open = 0;
  let at = tokens.length;
  while (at > 0 && open < 2) if (tokens[--at].type !== 'space') open++;
  return open < 2 ? 0 : at;
}
