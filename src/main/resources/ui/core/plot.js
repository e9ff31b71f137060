// Stacked bars over time. uPlot and its sheet are loaded with the first plot that is drawn.

const HEIGHT = 260;
const LABEL = 64; // pixels that one label of the time axis needs
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [1, 2, 5, 10, 15, 30].map(each => each * MINUTE)
  .concat([1, 2, 3, 6, 12].map(each => each * HOUR), [1, 2, 4, 7, 14, 28, 56, 112, 224].map(each => each * DAY));
const WHOLE = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map(each => each * 10 ** power)).flat();

let library;

async function load() {
  const sheet = document.createElement('link');
  sheet.rel = 'stylesheet';
  sheet.href = 'lib/uPlot.css';
  const dressed = new Promise((resolve, reject) => {
    sheet.onload = resolve;
    sheet.onerror = () => reject(new Error('lib/uPlot.css cannot be loaded'));
  });
  document.head.append(sheet);
  const [module] = await Promise.all([import('../lib/uPlot.js'), dressed]);
  return module.default;
}

const format = options => new Intl.DateTimeFormat('en-GB', options);

/** A time on the axis or in words: days are those of UTC, as sums by the day are; the rest is of this browser's place. */
export function timeWords(step) {
  if (step < DAY) {
    const clock = format({ hour: '2-digit', minute: '2-digit' });
    const day = format({ day: 'numeric', month: 'short' });
    const whole = format({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
    return {
      tick: (at, apart) => (apart >= DAY || (new Date(at).getHours() === 0 && new Date(at).getMinutes() * MINUTE < step) ? day : clock).format(at),
      long: at => `${whole.format(at)} – ${clock.format(at + step)}`,
    };
  }
  const day = format({ day: 'numeric', month: 'short', timeZone: 'UTC' });
  const whole = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return { tick: at => day.format(at), long: at => whole.format(at) };
}

/**
 * A plot of `{from, until, step, series: [{name, values, colour}]}`: times and step in milliseconds,
 * a value for each step, the first series at the bottom; `colour` is 1 to 8, of app.css's `--p1` to
 * `--p8`. `pointed(index)` is told which step is under the pointer or chosen with the arrow keys, -1
 * for none. The element goes into a template as it is.
 */
export class Plot {
  element = document.createElement('div');
  #canvas = document.createElement('div');
  #band = document.createElement('div');
  #data = null;
  #uPlot = null;
  #plot = null;
  #shown = -1;
  #drawn = '';
  #pointed;
  #told;
  #values;
  #watch = new ResizeObserver(() => this.#draw());
  #themes = new MutationObserver(() => this.#draw());
  #system = matchMedia('(prefers-color-scheme: dark)');
  #redraw = () => this.#draw();

  /** `told(index)` gives the words for a step, for screen readers; `values` the words for a number on the axis. */
  constructor({ pointed, told, values }) {
    this.#pointed = pointed;
    this.#told = told;
    this.#values = values;
    this.element.className = 'plot';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'slider');
    this.element.setAttribute('aria-valuemin', '0');
    this.element.setAttribute('aria-valuenow', '0');
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#band.className = 'plot-band';
    this.element.append(this.#canvas);
    this.element.addEventListener('keydown', event => this.#key(event));
    this.element.addEventListener('blur', () => this.#choose(-1));
    this.#watch.observe(this.element);
    this.#themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.#system.addEventListener('change', this.#redraw);
  }

  /** Resolves when it is drawn; rejects where the library cannot be loaded. */
  async show(label, data) {
    this.#data = data;
    this.element.setAttribute('aria-label', label);
    this.element.setAttribute('aria-valuemax', String(this.#times.length - 1));
    this.element.setAttribute('aria-valuetext', this.#told(-1));
    library ??= load();
    try {
      this.#uPlot = await library;
    } catch (error) {
      library = null;
      throw error;
    }
    this.#draw(true);
  }

  close() {
    this.#watch.disconnect();
    this.#themes.disconnect();
    this.#system.removeEventListener('change', this.#redraw);
    this.#plot?.destroy();
    this.#plot = null;
    this.#data = null;
  }

  /** The middle of each step: the bar under the pointer is the nearest one. */
  get #times() {
    const { from, until, step } = this.#data;
    return Array.from({ length: Math.max(1, Math.round((until - from) / step)) }, (_, at) => from + at * step + step / 2);
  }

  #draw(anew = false) {
    const width = this.element.clientWidth;
    if (!this.#data || !this.#uPlot || !width) return;
    const drawn = `${width} ${getComputedStyle(this.element).getPropertyValue('--p1')}`;
    if (!anew && drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#plot?.destroy();
    this.#plot = null;
    this.#plot = new this.#uPlot(this.#options(width), [this.#times, ...this.#stack()], this.#canvas);
    this.#plot.under.append(this.#band);
    this.#choose(-1);
  }

  /** Each bar reaches from the bottom to its top; the highest is drawn first, so that the others lie before it. */
  #stack() {
    const sums = this.#times.map(() => 0);
    return this.#data.series.map(({ values }) => values.map((value, at) => (sums[at] += value))).reverse();
  }

  #options(width) {
    const style = getComputedStyle(this.element);
    const colour = name => style.getPropertyValue(name).trim();
    const { from, until, step, series } = this.#data;
    const font = `12px ${style.fontFamily}`;
    const line = { stroke: colour('--line'), width: 1 };
    const axis = { stroke: colour('--faint'), font, grid: line, ticks: { ...line, size: 5 } };
    const words = timeWords(step);
    const apart = this.#apart(width);
    return {
      width,
      height: HEIGHT,
      ms: 1,
      padding: [10, 22, 0, 0],
      legend: { show: false },
      cursor: { y: false, x: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { range: () => [from, until] }, y: { range: (_, low, high) => [0, high > 0 ? high * 1.05 : 1] } },
      axes: [
        { ...axis, size: 34, grid: { show: false }, splits: () => this.#ticks(apart), values: (_, all) => all.map(at => words.tick(step < DAY ? at : at - step / 2, apart)) },
        { ...axis, incrs: WHOLE, values: (_, all) => all.map(this.#values), ticks: { show: false }, gap: 8, size: (_, all) => 18 + 7 * Math.max(2, ...(all ?? []).map(text => text.length)) },
      ],
      series: [{}, ...series.map(each => ({
        fill: colour(`--p${each.colour}`),
        width: 0,
        points: { show: false },
        paths: this.#uPlot.paths.bars({ size: [0.82, 48, 1] }),
      })).reverse()],
      hooks: { setCursor: [plot => this.#point(plot.cursor.idx ?? -1)] },
    };
  }

  /** How far the labels of the time axis are apart. */
  #apart(width) {
    const { from, until, step } = this.#data;
    const most = Math.max(1, Math.floor(width / LABEL));
    return STEPS.find(each => each >= step && (until - from) / each <= most) ?? STEPS.at(-1);
  }

  /** Round times of the clock; of days the middle of their bars. */
  #ticks(apart) {
    const { from, until, step } = this.#data;
    const ticks = [];
    if (step >= DAY) {
      for (let at = from; at < until; at += apart) ticks.push(at + step / 2);
      return ticks;
    }
    const local = at => at - new Date(at).getTimezoneOffset() * MINUTE;
    const round = Math.min(apart, DAY);
    for (let at = from; at <= until; at += step) {
      if (local(at) % round < step && at - (ticks.at(-1) ?? -Infinity) >= apart - HOUR) ticks.push(at); // a day may have 23 hours
    }
    return ticks;
  }

  #key(event) {
    const last = this.#times.length - 1;
    const next = {
      ArrowLeft: this.#shown < 0 ? last : Math.max(0, this.#shown - 1),
      ArrowRight: this.#shown < 0 ? 0 : Math.min(last, this.#shown + 1),
      Home: 0,
      End: last,
      Escape: -1,
    }[event.key];
    if (next === undefined || !this.#plot) return;
    event.preventDefault();
    this.#choose(next);
  }

  #choose(index) {
    if (!this.#plot) return;
    const left = index < 0 ? -10 : this.#plot.valToPos(this.#times[index], 'x');
    this.#plot.setCursor({ left, top: index < 0 ? -10 : 1 });
    if (index < 0) this.#point(-1);
  }

  #point(index) {
    const { from, step } = this.#data;
    this.#band.hidden = index < 0;
    if (index >= 0 && this.#plot) {
      const left = this.#plot.valToPos(from + index * step, 'x');
      this.#band.style.left = `${left}px`;
      this.#band.style.width = `${this.#plot.valToPos(from + (index + 1) * step, 'x') - left}px`;
    }
    if (index === this.#shown) return;
    this.#shown = index;
    this.element.setAttribute('aria-valuenow', String(Math.max(0, index)));
    this.element.setAttribute('aria-valuetext', this.#told(index));
    this.#pointed(index);
  }
}
