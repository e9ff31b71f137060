import { Ollama } from 'ollama';
import * as fleet from './fleet.mjs';
import { Client, afterSome, listed, samePicture, words } from './report.mjs';

const MESSAGES = [{ role: 'user', content: fleet.QUESTION }];
const CITY = {
  type: 'object',
  properties: { name: { type: 'string' }, population: { type: 'integer' } },
  required: ['name', 'population'],
};
const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

const connect = (key = fleet.KEY) =>
  new Ollama({ host: fleet.GATEWAY, headers: { Authorization: `Bearer ${key}` } });
const api = connect();

const chat = (more = {}, client = api) =>
  client.chat({ model: fleet.CHAT, messages: MESSAGES, ...more });

const told = async (answer) => {
  const { message, done_reason: reason, eval_count: usage } = await answer;
  return `${words(message.content)}, ${reason}, usage ${usage}`;
};

const streamed = async () => {
  let [text, last] = ['', null];
  for await (const part of await chat({ stream: true })) {
    text += part.message.content;
    last = part;
  }
  return `${words(text)}, ${last.done_reason}, usage ${last.eval_count}`;
};

const abort = async () => {
  const stream = await chat({ stream: true });
  try {
    for await (const _ of stream) stream.abort();
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  }
  return fleet.awaitCancelled();
};

const call = ({ function: { name, arguments: given } }) => `calls ${name} with ${JSON.stringify(given)}`;

const tools = async () => call((await chat({ tools: [WEATHER] })).message.tool_calls[0]);

const streamedTools = async () => {
  const calls = [];
  for await (const part of await chat({ tools: [WEATHER], stream: true })) {
    calls.push(...(part.message.tool_calls ?? []));
  }
  return calls.map(call).join(', ');
};

const image = async () => {
  await chat({ messages: [{ role: 'user', content: 'What is this?', images: [fleet.PICTURE] }] });
  return samePicture();
};

const embed = async () => {
  const { embeddings } = await api.embed({ model: fleet.EMBED, input: ['one', 'two'] });
  return `${embeddings.length} vectors of ${embeddings[0].length}`;
};

const generate = async () => {
  const answer = await api.generate({ model: fleet.CHAT, prompt: fleet.QUESTION });
  return `${words(answer.response)}, ${answer.done_reason}`;
};

const names = ({ models }) => models.map((model) => model.name).sort();

export const run = async () => {
  const client = new Client('ollama (Node)', 'ollama', (e) => listed(e.status_code));
  await client.check('chat', '15 words, stop, usage 16', () => told(chat()));
  await client.check('chat, streamed', '15 words, stop, usage 16', streamed);
  await client.check('generate', '15 words, stop', generate);
  await client.check('unknown model', 'raises ResponseError, 404', () => chat({ model: fleet.UNKNOWN }));
  await client.check('bad key', 'raises ResponseError, 401', () => chat({}, connect('wrong')));
  await client.check(
    'server dies before the first byte',
    '15 words, stop, usage 16, 2 servers reached',
    async () => `${await told(chat())}, ${await fleet.reached()}`,
    'dies before the first byte',
  );
  await client.check(
    'server dies before the first byte, streamed',
    '15 words, stop, usage 16, 2 servers reached',
    async () => `${await streamed()}, ${await fleet.reached()}`,
    'dies before the first byte',
  );
  await client.check(
    'server dies after the first byte',
    'raises Error',
    async () => afterSome(await chat({ stream: true })),
    'dies after the first byte',
  );
  await client.check(
    'model runner dies after the first byte',
    'raises Error',
    async () => afterSome(await chat({ stream: true })),
    'runner dies',
  );
  await client.check('client leaves', 'the server sees it', abort, 'falls silent');
  await client.check('tools', 'calls weather with {"city":"Paris"}', tools);
  await client.check('tools, streamed', 'calls weather with {"city":"Paris"}', streamedTools);
  await client.check(
    'JSON schema',
    '{"name": "Paris", "population": 7}',
    async () => (await chat({ format: CITY })).message.content,
  );
  await client.check('image', 'the picture reaches the server', image);
  await client.check('embed', '2 vectors of 768', embed);
  await client.check(
    'embeddings',
    '768 numbers',
    async () => `${(await api.embeddings({ model: fleet.EMBED, prompt: 'one' })).embedding.length} numbers`,
  );
  await client.check(
    'models',
    'hf.co/user/repo:q4, llama3.2:3b, nomic-embed-text:latest',
    async () => names(await api.list()).join(', '),
  );
  await client.check('running models', 'there', async () =>
    names(await api.ps()).includes(fleet.CHAT) ? 'there' : 'missing',
  );
  await client.check(
    'show with slashes',
    'completion, tools',
    async () => (await api.show({ model: fleet.SLASHED })).capabilities.join(', '),
  );
  await client.check('delete without the right', 'raises ResponseError, 403', () =>
    api.delete({ model: fleet.CHAT }),
  );
};
