// How each client is pointed at the gateway. docs/agents.md says more of the agents.
import { shell } from '../core/samples.js';

const QUESTION = 'Why is the sky blue?';
const text = value => JSON.stringify(value);
const json = value => JSON.stringify(value, null, 2);

/** Lines of a shell that set variables. */
const variables = values => Object.entries(values).map(([name, value]) => `export ${name}=${/[^\w./:@-]/.test(value) ? shell(value) : value}`).join('\n');

const LONG_PROMPTS = 'Agents send long prompts, and servers cut what is longer than their context length without a word. CORTEX_CONTEXT_NUM_CTX=65536 for the gateway sets one for all of them.';

/**
 * `parts` are `{title, language, code}` or `{title, fields}` with names and values to type in.
 * They are made of `origin` (of the gateway), `model`, `context` (what the model takes, or nothing),
 * `key` (what stands for one) and `keys` (whether the gateway asks for one).
 */
export const CLIENTS = [
  {
    id: 'open-webui', name: 'Open WebUI', group: 'Chat', route: '/api/chat or /v1/chat/completions',
    note: 'In a container, localhost is the container: put the address of this machine there.',
    parts: ({ origin, key, keys }) => [
      ...(keys ? [] : [{ title: 'As an Ollama server, in its environment', language: 'sh', code: `OLLAMA_BASE_URL=${origin}\nENABLE_FORWARD_USER_INFO_HEADERS=true` }]),
      { title: `${keys ? '' : 'Or as '}OpenAI's API, in its environment`, language: 'sh', code: `OPENAI_API_BASE_URL=${origin}/v1\nOPENAI_API_KEY=${key}\nENABLE_FORWARD_USER_INFO_HEADERS=true` },
      { title: 'Or in Admin Panel → Settings → Connections → OpenAI API', fields: [['URL', `${origin}/v1`], ['Key', key]] },
    ],
  },
  {
    id: 'claude-code', name: 'Claude Code', group: 'Agents', route: '/v1/messages', note: LONG_PROMPTS,
    parts: ({ origin, model, key }) => [{ title: 'In a shell', language: 'sh', code: `${variables({
      ANTHROPIC_BASE_URL: origin, ANTHROPIC_AUTH_TOKEN: key, ANTHROPIC_API_KEY: '',
      ANTHROPIC_DEFAULT_OPUS_MODEL: model, ANTHROPIC_DEFAULT_SONNET_MODEL: model, ANTHROPIC_DEFAULT_HAIKU_MODEL: model, CLAUDE_CODE_SUBAGENT_MODEL: model,
    })}\nclaude` }],
  },
  {
    id: 'codex', name: 'Codex', group: 'Agents', route: '/v1/responses', note: LONG_PROMPTS,
    parts: ({ origin, model, key, keys }) => [
      { title: '~/.codex/config.toml', language: 'toml', code: `model = ${text(model)}
model_provider = "cortex"

[model_providers.cortex]
name = "AI Cortex"
base_url = ${text(`${origin}/v1`)}
wire_api = "responses"${keys ? '\nenv_key = "CORTEX_KEY"' : ''}` },
      { title: 'In a shell', language: 'sh', code: `${keys ? `${variables({ CORTEX_KEY: key })}\n` : ''}codex` },
    ],
  },
  {
    id: 'opencode', name: 'opencode', group: 'Agents', route: '/v1/chat/completions', note: LONG_PROMPTS,
    parts: ({ origin, model, key }) => [{ title: '~/.config/opencode/opencode.json', language: 'json', code: json({
      model: `cortex/${model}`,
      provider: { cortex: { npm: '@ai-sdk/openai-compatible', name: 'AI Cortex', options: { baseURL: `${origin}/v1`, apiKey: key }, models: { [model]: {} } } },
    }) }],
  },
  {
    id: 'qwen-code', name: 'qwen-code', group: 'Agents', route: '/v1/chat/completions', note: LONG_PROMPTS,
    parts: ({ origin, model, key }) => [{ title: 'In a shell', language: 'sh', code: `${variables({ OPENAI_BASE_URL: `${origin}/v1`, OPENAI_API_KEY: key, OPENAI_MODEL: model })}\nqwen --auth-type openai` }],
  },
  {
    id: 'aider', name: 'aider', group: 'Agents', route: '/api/chat',
    parts: ({ origin, model, key, keys }) => [{ title: 'In a shell', language: 'sh', code: `${variables({ OLLAMA_API_BASE: origin, ...(keys ? { OLLAMA_API_KEY: key } : {}) })}\naider --model ${shell(`ollama_chat/${model}`)}` }],
  },
  {
    id: 'pi', name: 'pi', group: 'Agents', route: '/v1/chat/completions', note: LONG_PROMPTS,
    parts: ({ origin, model, key }) => [
      { title: '~/.pi/agent/models.json', language: 'json', code: json({ providers: { cortex: { baseUrl: `${origin}/v1`, api: 'openai-completions', apiKey: key, models: [{ id: model }] } } }) },
      { title: 'In a shell', language: 'sh', code: `pi --provider cortex --model ${shell(model)}` },
    ],
  },
  {
    id: 'continue', name: 'Continue', group: 'Editors', route: '/v1/chat/completions', note: LONG_PROMPTS,
    parts: ({ origin, model, key }) => [{ title: '~/.continue/config.yaml', language: 'yaml', code: `name: AI Cortex
version: 0.0.1
schema: v1
models:
  - name: ${text(model)}
    provider: openai
    model: ${text(model)}
    apiBase: ${text(`${origin}/v1`)}
    apiKey: ${text(key)}
    roles: [chat, edit, apply]` }],
  },
  {
    id: 'cline', name: 'Cline', group: 'Editors', route: '/api/chat or /v1/chat/completions', note: 'Its context window becomes the context length of each request.',
    parts: ({ origin, model, key, keys }) => [
      { title: 'In its settings', fields: [['API Provider', 'Ollama'], ['Base URL', origin], ...(keys ? [['API Key', key]] : []), ['Model', model]] },
      { title: 'Or', fields: [['API Provider', 'OpenAI Compatible'], ['Base URL', `${origin}/v1`], ['API Key', key], ['Model ID', model]] },
    ],
  },
  {
    id: 'openai-sdk', name: 'OpenAI SDK', group: 'Libraries', route: '/v1/chat/completions',
    parts: ({ origin, model, key }) => [
      { title: 'Python: pip install openai', language: 'python', code: `from openai import OpenAI

client = OpenAI(base_url=${text(`${origin}/v1`)}, api_key=${text(key)})
answer = client.chat.completions.create(
    model=${text(model)},
    messages=[{"role": "user", "content": ${text(QUESTION)}}],
)
print(answer.choices[0].message.content)` },
      { title: 'JavaScript: npm install openai', language: 'javascript', code: `import OpenAI from "openai";

const client = new OpenAI({ baseURL: ${text(`${origin}/v1`)}, apiKey: ${text(key)} });
const answer = await client.chat.completions.create({
  model: ${text(model)},
  messages: [{ role: "user", content: ${text(QUESTION)} }],
});
console.log(answer.choices[0].message.content);` },
    ],
  },
  {
    id: 'ollama-sdk', name: 'Ollama SDK', group: 'Libraries', route: '/api/chat',
    parts: ({ origin, model, key, keys }) => [
      { title: 'Python: pip install ollama', language: 'python', code: `from ollama import Client

client = Client(${text(origin)}${keys ? `, headers={"Authorization": ${text(`Bearer ${key}`)}}` : ''})
answer = client.chat(${text(model)}, messages=[{"role": "user", "content": ${text(QUESTION)}}])
print(answer.message.content)` },
      { title: 'JavaScript: npm install ollama', language: 'javascript', code: `import { Ollama } from "ollama";

const client = new Ollama({ host: ${text(origin)}${keys ? `, headers: { Authorization: ${text(`Bearer ${key}`)} }` : ''} });
const answer = await client.chat({
  model: ${text(model)},
  messages: [{ role: "user", content: ${text(QUESTION)} }],
});
console.log(answer.message.content);` },
    ],
  },
  {
    id: 'anthropic-sdk', name: 'Anthropic SDK', group: 'Libraries', route: '/v1/messages',
    parts: ({ origin, model, key }) => [
      { title: 'Python: pip install anthropic', language: 'python', code: `import anthropic

client = anthropic.Anthropic(base_url=${text(origin)}, api_key=${text(key)})
answer = client.messages.create(
    model=${text(model)},
    max_tokens=200,
    messages=[{"role": "user", "content": ${text(QUESTION)}}],
)
print(answer.content[0].text)` },
      { title: 'JavaScript: npm install @anthropic-ai/sdk', language: 'javascript', code: `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: ${text(origin)}, apiKey: ${text(key)} });
const answer = await client.messages.create({
  model: ${text(model)},
  max_tokens: 200,
  messages: [{ role: "user", content: ${text(QUESTION)} }],
});
console.log(answer.content[0].text);` },
    ],
  },
  {
    id: 'langchain', name: 'LangChain', group: 'Libraries', route: '/v1/chat/completions or /api/chat',
    parts: ({ origin, model, key, keys }) => [
      { title: 'Python: pip install langchain-openai', language: 'python', code: `from langchain_openai import ChatOpenAI

llm = ChatOpenAI(model=${text(model)}, base_url=${text(`${origin}/v1`)}, api_key=${text(key)})
print(llm.invoke(${text(QUESTION)}).content)` },
      { title: 'Or as an Ollama server: pip install langchain-ollama', language: 'python', code: `from langchain_ollama import ChatOllama

llm = ChatOllama(
    model=${text(model)},
    base_url=${text(origin)},
${keys ? `    client_kwargs={"headers": {"Authorization": ${text(`Bearer ${key}`)}}},\n` : ''})
print(llm.invoke(${text(QUESTION)}).content)` },
    ],
  },
  {
    id: 'llamaindex', name: 'LlamaIndex', group: 'Libraries', route: '/v1/chat/completions',
    parts: ({ origin, model, key, context }) => [{ title: 'Python: pip install llama-index-llms-openai-like', language: 'python', code: `from llama_index.llms.openai_like import OpenAILike

llm = OpenAILike(
    model=${text(model)},
    api_base=${text(`${origin}/v1`)},
    api_key=${text(key)},
    is_chat_model=True,
${context ? `    context_window=${context},\n` : ''})
print(llm.complete(${text(QUESTION)}))` }],
  },
  {
    id: 'langchain4j', name: 'LangChain4j', group: 'Libraries', route: '/v1/chat/completions',
    parts: ({ origin, model, key }) => [{ title: 'Java: dev.langchain4j:langchain4j-open-ai', language: 'java', code: `ChatModel model = OpenAiChatModel.builder()
        .baseUrl(${text(`${origin}/v1`)})
        .apiKey(${text(key)})
        .modelName(${text(model)})
        .build();
System.out.println(model.chat(${text(QUESTION)}));` }],
  },
  {
    id: 'curl', name: 'curl', group: 'Commands', route: 'all of them',
    parts: ({ origin, model, key, keys }) => {
      const messages = [{ role: 'user', content: QUESTION }];
      const asked = (path, body, header = 'Authorization: Bearer ') => [
        `curl ${origin}${path}`, `-H 'Content-Type: application/json'`, ...(keys ? [`-H ${shell(header + key)}`] : []), `-d ${shell(JSON.stringify(body))}`,
      ].join(' \\\n  ');
      return [
        { title: 'As OpenAI\'s API', language: 'sh', code: asked('/v1/chat/completions', { model, messages }) },
        { title: 'As an Ollama server', language: 'sh', code: asked('/api/chat', { model, messages, stream: false }) },
        { title: 'As Anthropic\'s API', language: 'sh', code: asked('/v1/messages', { model, max_tokens: 200, messages }, 'x-api-key: ') },
      ];
    },
  },
  {
    id: 'ollama', name: 'ollama', group: 'Commands', route: '/api/…',
    note: 'The command can send no key, so a gateway that asks for one refuses it.',
    parts: ({ origin, model }) => [{ title: 'In a shell', language: 'sh', code: `${variables({ OLLAMA_HOST: origin })}\nollama run ${shell(model)}` }],
  },
];
