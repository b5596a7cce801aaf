/** The floor's other end, in a thread of its own: answers every request at once, with what an order would be answered with. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';

const ORDER = JSON.stringify({
  order_id: '0d2f6c1a-8f6e-4a43-9a55-1f5a2f1f0a01',
  client_order_id: 'bench',
  fill_count: '0.00',
  remaining_count: '10.00',
  ts_ms: 1_795_197_600_000,
});
const PLENTY = { refill_rate: 1_000_000, bucket_capacity: 1_000_000 };
const ANSWERS: Record<string, string> = {
  '/trade-api/v2/account/limits': JSON.stringify({ usage_tier: 'bench', read: PLENTY, write: PLENTY, grants: [] }),
  '/trade-api/v2/account/endpoint_costs': JSON.stringify({ default_cost: 10, endpoint_costs: [] }),
};

const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
  request.resume();
  request.on('end', () => {
    const known = ANSWERS[request.url ?? ''];
    const text = known ?? ORDER;
    response.writeHead(known === undefined ? 201 : 200, { 'content-type': 'application/json', 'content-length': text.length });
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
