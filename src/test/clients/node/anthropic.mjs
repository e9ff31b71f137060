import Anthropic from '@anthropic-ai/sdk';
import * as fleet from './fleet.mjs';
import { Client, afterSome, listed, samePicture, words } from './report.mjs';

const MESSAGES = [{ role: 'user', content: fleet.QUESTION }];
const WEATHER = {
  name: 'weather',
  description: 'The weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const connect = (credentials) => new Anthropic({ baseURL: fleet.GATEWAY, maxRetries: 0, ...credentials });
const api = connect({ apiKey: fleet.KEY });

const asked = (more = {}) => ({ model: fleet.CHAT, max_tokens: 100, messages: MESSAGES, ...more });
const message = (more, client = api) => client.messages.create(asked(more));

const told = async (answer) => {
  const { content, stop_reason: reason, usage } = await answer;
  return `${words(content[0].text)}, ${reason}, usage ${usage.output_tokens}`;
};

const streamed = () => told(api.messages.stream(asked()).finalMessage());

const abort = async () => {
  const stream = await message({ stream: true });
  for await (const _ of stream) break;
  return fleet.awaitCancelled();
};

const tools = async (answer) => {
  const { content, stop_reason: reason } = await answer;
  const call = content.find((part) => part.type === 'tool_use');
  return `calls ${call.name} with ${JSON.stringify(call.input)}, ${reason}`;
};

const image = async () => {
  const source = { type: 'base64', media_type: 'image/png', data: fleet.PICTURE };
  const content = [
    { type: 'image', source },
    { type: 'text', text: 'What is this?' },
  ];
  await message({ messages: [{ role: 'user', content }] });
  return samePicture();
};

const models = async () => {
  const ids = [];
  for await (const model of api.models.list()) ids.push(model.id);
  return ids.sort().join(', ');
};

const counted = async () => {
  const { input_tokens: tokens } = await api.messages.countTokens({ model: fleet.CHAT, messages: MESSAGES });
  return tokens > 0 ? 'some tokens' : `${tokens} tokens`;
};

export const run = async () => {
  const client = new Client('@anthropic-ai/sdk (Node)', '@anthropic-ai/sdk', (e) =>
    listed(e.status, e.error?.error?.type),
  );
  await client.check('message', '15 words, end_turn, usage 16', () => told(message()));
  await client.check('message, streamed', '15 words, end_turn, usage 16', streamed);
  await client.check('key as a bearer token', '15 words, end_turn, usage 16', () =>
    told(message({}, connect({ apiKey: null, authToken: fleet.KEY }))),
  );
  await client.check('unknown model', 'raises NotFoundError, 404, not_found_error', () =>
    message({ model: fleet.UNKNOWN }),
  );
  await client.check('bad key', 'raises AuthenticationError, 401, authentication_error', () =>
    message({}, connect({ apiKey: 'wrong' })),
  );
  await client.check(
    'server dies before the first byte',
    '15 words, end_turn, usage 16, 2 servers reached',
    async () => `${await told(message())}, ${await fleet.reached()}`,
    'dies before the first byte',
  );
  await client.check(
    'server dies before the first byte, streamed',
    '15 words, end_turn, usage 16, 2 servers reached',
    async () => `${await streamed()}, ${await fleet.reached()}`,
    'dies before the first byte',
  );
  await client.check(
    'server dies after the first byte',
    'raises APIError, api_error',
    async () => afterSome(await message({ stream: true })),
    'dies after the first byte',
  );
  await client.check(
    'model runner dies after the first byte',
    'raises APIError, api_error',
    async () => afterSome(await message({ stream: true })),
    'runner dies',
  );
  await client.check('client leaves', 'the server sees it', abort, 'falls silent');
  await client.check('tools', 'calls weather with {"city":"Paris"}, tool_use', () =>
    tools(message({ tools: [WEATHER] })),
  );
  await client.check('tools, streamed', 'calls weather with {"city":"Paris"}, tool_use', () =>
    tools(api.messages.stream(asked({ tools: [WEATHER] })).finalMessage()),
  );
  await client.check('image', 'the picture reaches the server', image);
  await client.check('models', 'hf.co/user/repo:q4, llama3.2:3b, nomic-embed-text:latest', models);
  await client.check(
    'model with slashes',
    fleet.SLASHED,
    async () => (await api.models.retrieve(fleet.SLASHED)).id,
  );
  await client.check('count of tokens', 'some tokens', counted);
};
