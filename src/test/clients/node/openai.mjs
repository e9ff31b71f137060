import OpenAI from 'openai';
import * as fleet from './fleet.mjs';
import { Client, afterSome, listed, samePicture, words } from './report.mjs';

const MESSAGES = [{ role: 'user', content: fleet.QUESTION }];
const CITY = {
  type: 'object',
  properties: { name: { type: 'string' }, population: { type: 'integer' } },
  required: ['name', 'population'],
  additionalProperties: false,
};
const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

const connect = (apiKey = fleet.KEY) =>
  new OpenAI({ baseURL: `${fleet.GATEWAY}/v1`, apiKey, maxRetries: 0 });
const api = connect();

const chat = (more = {}, client = api) =>
  client.chat.completions.create({ model: fleet.CHAT, messages: MESSAGES, ...more });

const told = async (completion) => {
  const { choices, usage } = await completion;
  return `${words(choices[0].message.content)}, ${choices[0].finish_reason}, usage ${usage.completion_tokens}`;
};

const streamed = async (more) => {
  let [text, reason, usage] = ['', null, 'no usage'];
  for await (const chunk of await chat({ stream: true, ...more })) {
    text += chunk.choices[0]?.delta.content ?? '';
    reason = chunk.choices[0]?.finish_reason ?? reason;
    if (chunk.usage) usage = `usage ${chunk.usage.completion_tokens}`;
  }
  return `${words(text)}, ${reason}, ${usage}`;
};

const abort = async () => {
  for await (const _ of await chat({ stream: true })) break;
  return fleet.awaitCancelled();
};

const tools = async () => {
  const call = (await chat({ tools: [WEATHER] })).choices[0].message.tool_calls[0].function;
  return `calls ${call.name} with ${call.arguments}`;
};

const streamedTools = async () => {
  const stream = api.chat.completions.stream({ model: fleet.CHAT, messages: MESSAGES, tools: [WEATHER] });
  const { message, finish_reason: reason } = (await stream.finalChatCompletion()).choices[0];
  const call = message.tool_calls[0].function;
  return `calls ${call.name} with ${call.arguments}, ${reason}`;
};

const schema = async () => {
  const format = { type: 'json_schema', json_schema: { name: 'city', strict: true, schema: CITY } };
  const completion = await api.chat.completions.parse({
    model: fleet.CHAT,
    messages: MESSAGES,
    response_format: format,
  });
  return completion.choices[0].message.content;
};

const image = async () => {
  const url = `data:image/png;base64,${fleet.PICTURE}`;
  const content = [
    { type: 'text', text: 'What is this?' },
    { type: 'image_url', image_url: { url } },
  ];
  await chat({ messages: [{ role: 'user', content }] });
  return samePicture();
};

const embeddings = async (more = {}) => {
  const { data } = await api.embeddings.create({ model: fleet.EMBED, input: ['one', 'two'], ...more });
  const [body] = await fleet.received();
  const asked = body.includes('"base64"') ? 'base64' : 'numbers';
  return `${data.length} vectors of ${data[0].embedding.length} ${typeof data[0].embedding[0]}s, asked for as ${asked}`;
};

const models = async () => {
  const ids = [];
  for await (const model of api.models.list()) ids.push(model.id);
  return ids.sort().join(', ');
};

const response = async () => {
  const answer = await api.responses.create({ model: fleet.CHAT, input: fleet.QUESTION });
  return `${words(answer.output_text)}, ${answer.status}`;
};

const responseStream = () =>
  api.responses.create({ model: fleet.CHAT, input: fleet.QUESTION, stream: true });

const streamedResponse = async () => {
  let [text, last] = ['', ''];
  for await (const event of await responseStream()) {
    if (event.type === 'response.output_text.delta') text += event.delta;
    last = event.type;
  }
  return `${words(text)}, ${last}`;
};

const completion = async () => {
  const answer = await api.completions.create({ model: fleet.CHAT, prompt: fleet.QUESTION });
  return `${words(answer.choices[0].text)}, ${answer.choices[0].finish_reason}`;
};

export const run = async () => {
  const client = new Client('openai (Node)', 'openai', (e) => listed(e.status, e.code));
  await client.check('chat', '15 words, stop, usage 16', () => told(chat()));
  await client.check('chat, streamed', '15 words, stop, no usage', streamed);
  await client.check('chat, streamed with usage', '15 words, stop, usage 16', () =>
    streamed({ stream_options: { include_usage: true } }),
  );
  await client.check('unknown model', 'raises NotFoundError, 404, model_not_found', () =>
    chat({ model: fleet.UNKNOWN }),
  );
  await client.check('bad key', 'raises AuthenticationError, 401, invalid_api_key', () =>
    chat({}, connect('wrong')),
  );
  await client.check(
    'server dies before the first byte',
    '15 words, stop, usage 16, 2 servers reached',
    async () => `${await told(chat())}, ${await fleet.reached()}`,
    'dies before the first byte',
  );
  await client.check(
    'server dies before the first byte, streamed',
    '15 words, stop, no usage, 2 servers reached',
    async () => `${await streamed()}, ${await fleet.reached()}`,
    'dies before the first byte',
  );
  await client.check(
    'server dies after the first byte',
    'raises APIError, stream_interrupted',
    async () => afterSome(await chat({ stream: true })),
    'dies after the first byte',
  );
  await client.check(
    'model runner dies after the first byte',
    'raises APIError, stream_interrupted',
    async () => afterSome(await chat({ stream: true })),
    'runner dies',
  );
  await client.check('client leaves', 'the server sees it', abort, 'falls silent');
  await client.check('tools', 'calls weather with {"city": "Paris"}', tools);
  await client.check('tools, streamed', 'calls weather with {"city": "Paris"}, tool_calls', streamedTools);
  await client.check('JSON schema', '{"name": "Paris", "population": 7}', schema);
  await client.check('image', 'the picture reaches the server', image);
  await client.check('embeddings', '2 vectors of 768 numbers, asked for as base64', embeddings);
  await client.check('embeddings as numbers', '2 vectors of 768 numbers, asked for as numbers', () =>
    embeddings({ encoding_format: 'float' }),
  );
  await client.check('models', 'hf.co/user/repo:q4, llama3.2:3b, nomic-embed-text:latest', models);
  await client.check('model', fleet.CHAT, async () => (await api.models.retrieve(fleet.CHAT)).id);
  await client.check(
    'model with slashes',
    fleet.SLASHED,
    async () => (await api.models.retrieve(fleet.SLASHED)).id,
  );
  await client.check('completion', '15 words, stop', completion);
  await client.check('response', '15 words, completed', response);
  await client.check('response, streamed', '15 words, response.completed', streamedResponse);
  await client.check(
    'response, server dies after the first byte',
    'raises APIError, stream_interrupted',
    async () => afterSome(await responseStream()),
    'dies after the first byte',
  );
};
