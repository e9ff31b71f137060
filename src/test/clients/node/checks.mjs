// Runs the checks of all the Node clients.
import { run as anthropic } from './anthropic.mjs';
import { run as endings } from './endings.mjs';
import { run as ollama } from './ollama.mjs';
import { run as openai } from './openai.mjs';
import { run as vercel } from './vercel.mjs';

for (const run of [openai, ollama, anthropic, vercel, endings]) await run();
