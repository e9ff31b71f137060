// JSON that people write, and where it is wrong.

const TOKEN = /[ \t\n\r]*("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)|[{}[\],:])/y;
const SPACE = /[ \t\n\r]*/y;

/** Finds the first place where a text is no JSON; browsers do not all tell, nor always. */
class Check {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  /** `{line, wanted, found}`; null where none is found. */
  problem() {
    try {
      this.#value();
      if (this.#rest() !== '') this.#fail('the end');
      return null;
    } catch (problem) {
      return problem instanceof Error ? null : problem; // nested too deep to look at
    }
  }

  #fail(wanted) {
    this.#rest();
    const before = this.#text.slice(0, this.#at);
    throw { line: before.split('\n').length, wanted, found: /^[^\n]{0,20}/.exec(this.#text.slice(this.#at))[0].trim() };
  }

  #rest() {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
    return this.#text.slice(this.#at, this.#at + 1);
  }

  /** Takes the next token if it is one of these. */
  #take(accept) {
    TOKEN.lastIndex = this.#at;
    const token = TOKEN.exec(this.#text)?.[1];
    if (token === undefined || !accept(token)) return null;
    this.#at = TOKEN.lastIndex;
    return token;
  }

  #sign(sign) {
    return this.#take(token => token === sign) !== null;
  }

  #value() {
    const token = this.#take(token => !'}],:'.includes(token));
    if (token === null) this.#fail('a value');
    if (token === '{') this.#members();
    if (token === '[') this.#elements();
  }

  #members() {
    if (this.#sign('}')) return;
    do {
      if (this.#take(token => token.startsWith('"')) === null) this.#fail('a name in double quotes');
      if (!this.#sign(':')) this.#fail('":"');
      this.#value();
    } while (this.#sign(','));
    if (!this.#sign('}')) this.#fail('"," or "}"');
  }

  #elements() {
    if (this.#sign(']')) return;
    do this.#value(); while (this.#sign(','));
    if (!this.#sign(']')) this.#fail('"," or "]"');
  }
}

/** `{value}`, or `{problem}` in words with the line; no value for a blank text. */
export function readJson(text) {
  if (!text.trim()) return {};
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const problem = new Check(text).problem();
    if (!problem) return { problem: error.message };
    return { problem: `Line ${problem.line}: ${problem.wanted} is wanted ${problem.found ? `where “${problem.found}” stands` : 'at the end'}.` };
  }
}
