// Stands in for the gateway's stream of events: 500 servers, of which 500 change twice a second.
(() => {
  const real = window.fetch;
  const server = (at, round) => ({
    id: `http://gpu-${at}:11434`, name: `gpu-${at}`, url: `http://gpu-${at}:11434`, state: at % 50 === 7 ? 'down' : 'up',
    reason: at % 50 === 7 ? 'connection refused' : '', since: '2026-11-30T00:00:00Z', version: '0.33.0', labels: [], priority: 0, weight: 1,
    models: 4, running: [{ model: 'llama3.2:3b', size_bytes: 4e9, vram_bytes: 4e9, context: 8192 }],
    in_flight: (at + round) % 5, places: 4, waiting: 0, tokens_per_second: (at * 7 + round) % 90, strikes: 0,
  });
  const servers = round => Array.from({ length: 500 }, (_, at) => server(at, round));
  const history = { p50: Array(60).fill(90), p95: Array(60).fill(300) };
  const totals = { in_flight: 900, waiting: 0, requests_per_second: 1000, tokens_per_second: 9000 };
  const said = (id, event, data) => new TextEncoder().encode(`id: busy-${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const stream = () => new ReadableStream({
    start(controller) {
      let round = 0;
      controller.enqueue(said(round, 'snapshot', {
        status: 'up', totals, waiting: [], requests: [], servers: servers(0).map(each => ({ ...each, history })),
      }));
      setInterval(() => controller.enqueue(said(++round, 'change', { totals, servers: servers(round) })), 500);
    },
  });
  window.fetch = (input, init) => String(input).endsWith('/admin/events')
    ? Promise.resolve(new Response(stream(), { headers: { 'Content-Type': 'text/event-stream' } }))
    : real(input, init);
})();
