import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateObject, generateText, jsonSchema, streamText, tool } from 'ai';
import * as fleet from './fleet.mjs';
import { Client, listed, samePicture, words } from './report.mjs';

const CITY = jsonSchema({
  type: 'object',
  properties: { name: { type: 'string' }, population: { type: 'integer' } },
  required: ['name', 'population'],
  additionalProperties: false,
});
const weather = tool({
  description: 'The weather of a city',
  inputSchema: jsonSchema({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
});

const connect = (apiKey = fleet.KEY) =>
  createOpenAICompatible({
    name: 'gateway',
    baseURL: `${fleet.GATEWAY}/v1`,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
const provider = connect();

const asked = (more) => ({
  model: provider(fleet.CHAT),
  prompt: fleet.QUESTION,
  maxRetries: 0,
  onError: () => {}, // the stream tells it too
  ...more,
});

const told = async (answer) => {
  const { text, finishReason, usage } = await answer;
  return `${words(text)}, ${finishReason}, usage ${usage.outputTokens}`;
};

const streamed = async () => {
  const result = streamText(asked());
  let text = '';
  for await (const piece of result.textStream) text += piece;
  return `${words(text)}, ${await result.finishReason}, usage ${(await result.usage).outputTokens}`;
};

/** A text stream leaves errors out: whoever wants them reads the full one. */
const broken = async () => {
  let count = 0;
  for await (const part of streamText(asked()).fullStream) {
    if (part.type === 'text-delta') count++;
    if (part.type === 'error') return `an error part after ${count ? 'some words' : 'nothing'}`;
  }
  return 'ends as if nothing had happened';
};

const abort = async () => {
  const leaving = new AbortController();
  const { textStream } = streamText(asked({ abortSignal: leaving.signal }));
  for await (const _ of textStream) leaving.abort();
  return fleet.awaitCancelled();
};

const call = ({ toolName, input }) => `calls ${toolName} with ${JSON.stringify(input)}`;

const tools = async () => (await generateText(asked({ tools: { weather } }))).toolCalls.map(call).join();

const streamedTools = async () =>
  (await streamText(asked({ tools: { weather } })).toolCalls).map(call).join();

const image = async () => {
  const content = [
    { type: 'text', text: 'What is this?' },
    { type: 'image', image: fleet.PICTURE, mediaType: 'image/png' },
  ];
  await generateText(asked({ prompt: undefined, messages: [{ role: 'user', content }] }));
  return samePicture();
};

const embeddings = async () => {
  const { embeddings: vectors } = await embedMany({
    model: provider.textEmbeddingModel(fleet.EMBED),
    values: ['one', 'two'],
    maxRetries: 0,
  });
  return `${vectors.length} vectors of ${vectors[0].length}`;
};

export const run = async () => {
  const client = new Client('ai (Node)', 'ai', (e) => listed(e.statusCode, e.data?.error?.code));
  await client.check('chat', '15 words, stop, usage 16', () => told(generateText(asked())));
  await client.check('chat, streamed', '15 words, stop, usage 16', streamed);
  await client.check('unknown model', 'raises APICallError, 404, model_not_found', () =>
    generateText(asked({ model: provider(fleet.UNKNOWN) })),
  );
  await client.check('bad key', 'raises APICallError, 401, invalid_api_key', () =>
    generateText(asked({ model: connect('wrong')(fleet.CHAT) })),
  );
  await client.check(
    'server dies before the first byte',
    '15 words, stop, usage 16, 2 servers reached',
    async () => `${await told(generateText(asked()))}, ${await fleet.reached()}`,
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
    'an error part after some words',
    broken,
    'dies after the first byte',
  );
  await client.check(
    'model runner dies after the first byte',
    'an error part after some words',
    broken,
    'runner dies',
  );
  await client.check('client leaves', 'the server sees it', abort, 'falls silent');
  await client.check('tools', 'calls weather with {"city":"Paris"}', tools);
  await client.check('tools, streamed', 'calls weather with {"city":"Paris"}', streamedTools);
  await client.check(
    'JSON schema',
    '{"name":"Paris","population":7}',
    async () => JSON.stringify((await generateObject(asked({ schema: CITY }))).object),
  );
  await client.check('image', 'the picture reaches the server', image);
  await client.check('embeddings', '2 vectors of 768', embeddings);
};
