// Where the gateway is, and the simulated servers behind it as one check at a time sees them.
export const { GATEWAY, GATEWAY_KEY: KEY, CONTROL, SERVER } = process.env;

export const CHAT = 'llama3.2:3b';
export const EMBED = 'nomic-embed-text';
export const SLASHED = 'hf.co/user/repo:q4';
export const UNKNOWN = 'no-such-model:1b';

export const QUESTION = 'Why is the sky blue?';
// A red dot.
export const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIAAAY/gL/6k8a6wAAAABJRU5ErkJggg==';

const ask = async (path, options) => {
  const answer = await fetch(CONTROL + path, options);
  if (!answer.ok) throw new Error(`the fleet answers ${answer.status}`);
  return answer.text();
};

/** The next request that reaches a server meets this fault there. */
export const begin = (fault) => ask('/begin', { method: 'POST', body: fault });

/** The bodies of the requests that reached the servers in this check. */
export const received = async () => JSON.parse(await ask('/received')).map((request) => request.body);

export const reached = async () => {
  const count = (await received()).length;
  return `${count} server${count === 1 ? '' : 's'} reached`;
};

/** Waits until a server has seen its client leave. */
export const awaitCancelled = async () => {
  await ask('/cancelled');
  return 'the server sees it';
};
