// A table that sorts, and that draws only the rows in sight once there are many.
import { html, nothing } from '../lib/lit-html.js';
import { repeat } from '../lib/directives/repeat.js';

const ROW = 44; // pixels; app.css has the same
const MANY = 100;
const BEYOND = 8;
const STRIDE = 8; // rows that come and go together while one scrolls
const TEXTS = new Intl.Collator('en', { numeric: true });

/**
 * Columns are `{id, head, cell(row), sort(row), width, narrow, end}`: `sort` gives what is compared
 * (a column without it does not sort), `width` is of CSS, `narrow` keeps it on small screens, and as
 * `'tablet'` on those that are no phone's, `end` aligns numbers. The order stands in the address bar as `sort=id` or `sort=-id`.
 */
export class Table {
  #box = null;
  #top = 0;

  /**
   * `open(row)` is called for the row that is chosen, of those that `opens(row)`; `label` names the
   * table for screen readers; `key(row, index)` tells rows apart; `param` is what the order is called
   * in the address bar of a view with several tables.
   */
  constructor({ app, label, columns, key, open, opens = () => true, order = '', param = 'sort' }) {
    Object.assign(this, { app, label, columns, key, open, opens, order, param });
  }

  get #order() {
    return this.app.params.get(this.param) ?? this.order;
  }

  /** Whether its first rows are out of sight. */
  get scrolled() {
    return this.#top > 0;
  }

  /** Shows its first rows. */
  toTop() {
    this.#top = 0;
    this.#box?.scrollTo(0, 0);
    this.app.update();
  }

  sorted(rows) {
    const order = this.#order;
    const down = order.startsWith('-');
    const by = this.columns.find(column => column.id === order.replace(/^-/, ''))?.sort;
    if (!by) return rows;
    const ranked = rows.map(row => [by(row) ?? '', row]);
    ranked.sort(([a], [b]) => {
      const less = typeof a === 'string' || typeof b === 'string'
        ? TEXTS.compare(a, b)
        : a - b;
      return down ? -less : less;
    });
    return ranked.map(([, row]) => row);
  }

  #sortBy(column) {
    const order = this.#order;
    const next = order === column.id ? `-${column.id}` : order === `-${column.id}` ? column.id : column.end ? `-${column.id}` : column.id;
    this.app.setParams({ [this.param]: next });
  }

  #scrolled(event) {
    const before = `${this.scrolled} ${this.#drawn}`;
    this.#box = event.currentTarget;
    this.#top = this.#box.scrollTop;
    if (before !== `${this.scrolled} ${this.#drawn}`) this.app.update();
  }

  /** The first of many rows that is drawn, and the one after the last; no table is higher than the window. */
  get #drawn() {
    const whole = rows => Math.floor(rows / STRIDE) * STRIDE;
    const first = whole(this.#top / ROW - BEYOND);
    return [Math.max(0, first), first + whole(innerHeight / ROW + 2 * BEYOND) + 2 * STRIDE];
  }

  /** `total` is a row of sums, which stands below the others and is not sorted. */
  render(rows, total = null) {
    const sorted = this.sorted(rows);
    const many = sorted.length > MANY;
    if (!many) this.#top = 0; // then the page scrolls, not the table
    const [first, end] = many ? this.#drawn : [0, sorted.length];
    const from = Math.max(0, Math.min(first, sorted.length - 1));
    const until = Math.min(end, sorted.length);
    return html`
      <div class=${many ? 'table-box many' : 'table-box'} role="region" aria-label=${this.label} tabindex="0"
          @scroll=${event => many && this.#scrolled(event)}>
        <table aria-rowcount=${sorted.length + (total ? 2 : 1)}>
          <colgroup>${this.columns.map(column => html`<col class=${this.#class(column)} .style=${`width:${column.width ?? 'auto'}`}>`)}</colgroup>
          <thead><tr aria-rowindex="1">${this.columns.map(column => this.#head(column))}</tr></thead>
          <tbody>
            ${from > 0 ? html`<tr class="space" aria-hidden="true"><td .style=${`height:${from * ROW}px`}></td></tr>` : nothing}
            ${repeat(sorted.slice(from, until), (row, index) => this.key(row, from + index), (row, index) => this.#row(row, from + index))}
            ${until < sorted.length ? html`<tr class="space" aria-hidden="true"><td .style=${`height:${(sorted.length - until) * ROW}px`}></td></tr>` : nothing}
          </tbody>
          ${total ? html`<tfoot><tr>${this.columns.map(column => html`<td class=${this.#class(column)}>${column.cell(total)}</td>`)}</tr></tfoot>` : nothing}
        </table>
      </div>`;
  }

  #class(column) {
    return [{ true: '', tablet: 'tablet' }[column.narrow] ?? 'wide', column.end ? 'end' : ''].join(' ').trim();
  }

  #head(column) {
    const order = this.#order;
    const sort = order === column.id ? 'ascending' : order === `-${column.id}` ? 'descending' : 'none';
    return html`<th scope="col" class=${this.#class(column)} aria-sort=${column.sort ? sort : nothing}>
      ${column.sort
        ? html`<button class="sort" @click=${() => this.#sortBy(column)}>${column.head}<span aria-hidden="true">${{ ascending: ' ▲', descending: ' ▼', none: '' }[sort]}</span></button>`
        : column.head}</th>`;
  }

  /** The first cell has the button, for the keyboard; a click anywhere in the row does the same. */
  #row(row, index) {
    const open = this.open && this.opens(row) && (() => this.open(row));
    return html`<tr aria-rowindex=${index + 2} class=${open ? 'opens' : ''}
        @click=${event => open && !event.target.closest('button, a, input, select') && !getSelection().toString() && open()}>
      ${this.columns.map((column, at) => html`<td class=${this.#class(column)}>${at === 0 && open
        ? html`<button class="link" @click=${open}>${column.cell(row)}</button>`
        : column.cell(row)}</td>`)}
    </tr>`;
  }
}
