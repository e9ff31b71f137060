// What the requests of a conversation are made with.
import { html, nothing } from '../lib/lit-html.js';
import { live } from '../lib/directives/live.js';
import { field, options } from '../core/parts.js';
import { context } from '../core/format.js';

const TOOLS = `[
  {
    "type": "function",
    "function": {
      "name": "weather",
      "description": "The weather of a place",
      "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"]
      }
    }
  }
]`;
const SCHEMA = `{
  "type": "object",
  "properties": {
    "answer": {"type": "string"},
    "sure": {"type": "boolean"}
  },
  "required": ["answer", "sure"]
}`;
const THINKING = [['', 'As the model does'], ['on', 'Yes'], ['off', 'No'], ['low', 'A little'], ['medium', 'Some'], ['high', 'Much']];
const FORMATS = [['', 'Text'], ['json', 'JSON'], ['schema', 'JSON by a schema']];

/** `settings` and `problems` of a Chat; `model` is the first one's entry in the list of models. */
export function settingsPanel(app, settings, problems, model) {
  const set = (name, value) => {
    settings[name] = value;
    app.update();
  };
  const typed = name => event => set(name, event.target.value);

  const choose = (label, name, choices) => field(label, html`<select @change=${typed(name)}>${options(choices, settings[name])}</select>`);

  const amount = (label, name, { hint, ...limits }) => field(label, html`<input id=${`set-${name}`} type="number" aria-invalid=${problems[name] ? 'true' : nothing} min=${limits.min} max=${limits.max ?? nothing} step=${limits.step}
    placeholder="as the model has it" .value=${live(settings[name])} @input=${typed(name)}>`, problems[name] ?? hint);

  const code = (label, name, example) => html`<div class="field">
    <span class="bar"><label for=${`set-${name}`}>${label}</label><span class="spread"></span>
      ${settings[name].trim() ? nothing : html`<button class="link" @click=${() => set(name, example)}>Put in an example</button>`}</span>
    <textarea id=${`set-${name}`} class="mono" rows="7" spellcheck="false" aria-invalid=${problems[name] ? 'true' : nothing} aria-describedby=${problems[name] ? `wrong-${name}` : nothing}
      .value=${live(settings[name])} @input=${typed(name)}></textarea>
    ${problems[name] ? html`<p class="failure" id=${`wrong-${name}`}>${problems[name]}</p>` : nothing}</div>`;

  const longest = model?.details?.context_length;
  return html`<aside class="settings panel" id="settings" aria-label="Settings">
    <h2>Settings</h2>
    ${field('System prompt', html`<textarea rows="4" .value=${live(settings.system)} @input=${typed('system')}></textarea>`)}
    ${choose('Thinks first', 'think', THINKING)}
    ${amount('Temperature', 'temperature', { min: 0, max: 2, step: 0.1, hint: '0 says the likeliest word each time; above 1 it gets wild.' })}
    ${amount('Context length', 'context', { min: 1, step: 1, hint: longest ? `In tokens. The model takes up to ${context(longest)}; a server loads it anew for another length.` : 'In tokens. A server loads a model anew for another length.' })}
    ${amount('Longest answer', 'longest', { min: 1, step: 1, hint: 'In tokens.' })}
    ${choose('Answer as', 'format', FORMATS)}
    ${settings.format === 'schema' ? code('JSON schema', 'schema', SCHEMA) : nothing}
    ${code('Tools, as JSON', 'tools', TOOLS)}
  </aside>`;
}
