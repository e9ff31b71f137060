// A request as it is written in several languages, for /v1/chat/completions.

const WIDTH = 80;
const EFFORT = { true: 'medium', false: 'none' };

/** Text in single quotes for a shell. */
export const shell = text => `'${text.replaceAll("'", "'\\''")}'`;

/** How a value is written: how deep it goes in, names of members, what follows the last one, what true, false and null are called. */
const JSON_STYLE = { step: '  ', name: text => JSON.stringify(text), last: '', space: '', constants: {} };
const PYTHON = { ...JSON_STYLE, step: '    ', last: ',', constants: { true: 'True', false: 'False', null: 'None' } };
const JAVASCRIPT = { ...JSON_STYLE, name: text => (/^[A-Za-z_$][\w$]*$/.test(text) ? text : JSON.stringify(text)), last: ',', space: ' ' };

/** A JSON value as code: what is short stands in one line. */
function written(value, style, indent = '') {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value !== 'object') return style.constants[value] ?? JSON.stringify(value);
  const deeper = indent + style.step;
  const list = Array.isArray(value);
  const parts = list
    ? value.map(each => written(each, style, deeper))
    : Object.entries(value).map(([name, each]) => `${style.name(name)}: ${written(each, style, deeper)}`);
  const [open, close] = list ? '[]' : '{}';
  const space = list || !parts.length ? '' : style.space;
  const line = `${open}${space}${parts.join(', ')}${space}${close}`;
  if (line.length + indent.length <= WIDTH && !line.includes('\n')) return line;
  return `${open}\n${parts.map(part => deeper + part).join(',\n')}${style.last}\n${indent}${close}`;
}

/** What /api/chat is sent, as OpenAI has it: `{body, headers}`. The data of pictures is left out. */
export function openAi(request) {
  const { model, messages, options = {}, think, tools, format } = request;
  const body = { model, messages: converted(messages), stream: true };
  if (options.temperature !== undefined) body.temperature = options.temperature;
  if (options.num_predict !== undefined) body.max_tokens = options.num_predict;
  if (think !== undefined) body.reasoning_effort = EFFORT[think] ?? think;
  if (tools) body.tools = tools;
  if (format === 'json') body.response_format = { type: 'json_object' };
  else if (format) body.response_format = { type: 'json_schema', json_schema: { name: 'answer', schema: format } };
  return { body, headers: options.num_ctx === undefined ? {} : { 'X-Cortex-Num-Ctx': String(options.num_ctx) } };
}

/** Calls have ids there, which their answers name. */
function converted(messages) {
  let calls = [];
  return messages.map(({ role, content, images, tool_calls: called }) => {
    if (role === 'tool') return { role, tool_call_id: calls.shift(), content };
    const message = { role, content };
    if (images) {
      const pictures = images.map(() => ({ type: 'image_url', image_url: { url: 'data:image/png;base64,…' } }));
      message.content = [{ type: 'text', text: content }, ...pictures];
    }
    if (called) {
      message.tool_calls = called.map(({ id, function: { name, arguments: given } }, at) =>
        ({ id: id ?? `call_${at + 1}`, type: 'function', function: { name, arguments: JSON.stringify(given) } }));
      calls = message.tool_calls.map(each => each.id);
    }
    return message;
  });
}

/** `[language, title, code(origin, keys, request)]`: `keys` is whether the gateway asks for one. */
export const LANGUAGES = [
  ['sh', 'curl', (origin, keys, { body, headers }) => [
    `curl -N ${origin}/v1/chat/completions`,
    `-H 'Content-Type: application/json'`,
    ...(keys ? ['-H "Authorization: Bearer $CORTEX_KEY"'] : []),
    ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`),
    `-d ${shell(written(body, JSON_STYLE))}`,
  ].join(' \\\n  ')],

  ['python', 'Python', (origin, keys, { body, headers }) => `${keys ? 'import os\n' : ''}from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(`${origin}/v1`)}, api_key=${keys ? 'os.environ["CORTEX_KEY"]' : '"none"'})
stream = client.chat.completions.create(
${Object.entries(body).map(([name, value]) => `    ${name}=${written(value, PYTHON, '    ')},\n`).join('')}${
  Object.keys(headers).length ? `    extra_headers=${written(headers, PYTHON, '    ')},\n` : ''})
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
`],

  ['javascript', 'JavaScript', (origin, keys, { body, headers }) => `import OpenAI from "openai";

const client = new OpenAI({ baseURL: ${JSON.stringify(`${origin}/v1`)}, apiKey: ${keys ? 'process.env.CORTEX_KEY' : '"none"'} });
const stream = await client.chat.completions.create(${written(body, JAVASCRIPT)}${
  Object.keys(headers).length ? `, { headers: ${written(headers, JAVASCRIPT)} }` : ''});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}
`],

  ['java', 'Java', (origin, keys, { body, headers }) => `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

class Ask {
    public static void main(String[] args) throws Exception {
        String body = """
${written(body, JSON_STYLE).replaceAll('\\', '\\\\').split('\n').map(line => `                ${line}`).join('\n')}
                """;
        HttpRequest request = HttpRequest.newBuilder(URI.create(${JSON.stringify(`${origin}/v1/chat/completions`)}))
                .header("Content-Type", "application/json")
${keys ? '                .header("Authorization", "Bearer " + System.getenv("CORTEX_KEY"))\n' : ''}${
  Object.entries(headers).map(([name, value]) => `                .header("${name}", "${value}")\n`).join('')
}                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(request, HttpResponse.BodyHandlers.ofLines()).body().forEach(System.out::println);
        }
    }
}
`],
];
