// What each client makes of each end of a stream that breaks: straight at a server, without the gateway.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { streamText } from 'ai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import * as fleet from './fleet.mjs';
import { Client, afterSome } from './report.mjs';

const ASKED = { model: fleet.CHAT, messages: [{ role: 'user', content: fleet.QUESTION }], stream: true };
const SILENT = 'ends as if nothing had happened';

const openai = new OpenAI({ baseURL: `${fleet.SERVER}/v1`, apiKey: 'none', maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: fleet.SERVER, apiKey: 'none', maxRetries: 0 });
const ollama = new Ollama({ host: fleet.SERVER });
const vercel = createOpenAICompatible({ name: 'server', baseURL: `${fleet.SERVER}/v1`, apiKey: 'none' });

const told = (error) => (String(error.message).includes('connection lost') ? ', with the words' : '');

const chat = async () => afterSome(await openai.chat.completions.create(ASKED));
const response = async () =>
  afterSome(await openai.responses.create({ model: fleet.CHAT, input: fleet.QUESTION, stream: true }));
const message = async () => afterSome(await anthropic.messages.create({ ...ASKED, max_tokens: 100 }));
const lines = async () => afterSome(await ollama.chat(ASKED));

const parts = async () => {
  const asked = { model: vercel(fleet.CHAT), prompt: fleet.QUESTION, maxRetries: 0, onError: () => {} };
  for await (const part of streamText(asked).fullStream) {
    if (part.type === 'error') return `an error part${told(part.error)}`;
  }
  return SILENT;
};

const ends = async (client, observe, expected, ...endings) => {
  for (const ending of endings) {
    await client.check(`a break told as: ${ending}`, expected, observe, ending);
  }
};

export const run = async () => {
  let client = new Client('openai (Node)', 'openai', told);
  await ends(client, chat, 'raises TypeError', 'reset', 'closed');
  await ends(client, chat, 'raises APIError, with the words', 'chat, clean end', 'chat, closed');
  await ends(client, response, SILENT, 'failed response, clean end');
  await ends(client, response, 'raises APIError, with the words', 'response, clean end', 'response, closed');

  client = new Client('@anthropic-ai/sdk (Node)', '@anthropic-ai/sdk', told);
  await ends(client, message, 'raises TypeError', 'reset', 'closed');
  await ends(client, message, SILENT, 'clean end');
  await ends(client, message, 'raises APIError, with the words', 'message, clean end', 'message, closed');

  client = new Client('ollama (Node)', 'ollama', told);
  await ends(client, lines, 'raises TypeError', 'reset');
  await ends(client, lines, 'raises Error', 'clean end');
  await ends(client, lines, 'raises Error, with the words', 'line, clean end', 'whole line, closed');

  client = new Client('ai (Node)', 'ai', told);
  await ends(client, parts, 'raises APICallError', 'reset', 'closed');
  await ends(client, parts, 'an error part, with the words', 'chat, clean end', 'chat, closed');
};
