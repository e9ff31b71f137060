// A part of a template that is drawn anew only when its key changes.
import { noChange } from '../lib/lit-html.js';
import { directive, Directive } from '../lib/directive.js';

class Kept extends Directive {
  #key = {};

  render(key, draw) {
    if (key === this.#key) return noChange;
    this.#key = key;
    return draw();
  }
}

/** `kept(key, () => template)`. */
export const kept = directive(Kept);
