// One line of JSON for each client's version and for each check.
import { readFileSync } from 'node:fs';
import * as fleet from './fleet.mjs';

console.log = console.error; // libraries chat there; our lines alone are the output

const line = (fields) => process.stdout.write(JSON.stringify(fields) + '\n');

const installed = (library) =>
  JSON.parse(readFileSync(new URL(`node_modules/${library}/package.json`, import.meta.url))).version;

export class Client {
  /** describe(error) tells what of an error a program can act on. */
  constructor(name, library, describe) {
    this.name = name;
    this.describe = describe;
    line({ client: name, version: installed(library) });
  }

  /** observe() says in words what it saw; an error is an observation too. */
  async check(feature, expected, observe, fault = 'none') {
    let observed;
    let detail = '';
    try {
      await fleet.begin(fault);
      observed = String(await observe());
    } catch (error) {
      observed = `raises ${error.constructor.name}${this.describe(error)}`;
      detail = String(error);
    }
    line({ client: this.name, feature, expected, observed, ok: observed === expected, detail });
  }
}

export const listed = (...facts) => facts.filter(Boolean).map((fact) => `, ${fact}`).join('');

export const words = (text) => {
  const count = text.split(/\s+/u).filter(Boolean).length;
  return count ? `${count} words` : 'no words';
};

/** Reads a stream to its end; what it raises comes after the pieces that were read. */
export const afterSome = async (pieces) => {
  let count = 0;
  try {
    for await (const _ of pieces) count++;
  } catch (error) {
    if (count === 0) throw new Error('nothing came before it broke', { cause: error });
    throw error;
  }
  return 'ends as if nothing had happened';
};

export const samePicture = async () => {
  const sent = (await fleet.received()).filter((body) => body.includes(fleet.PICTURE));
  return sent.length === 1 ? 'the picture reaches the server' : 'the picture is lost';
};
