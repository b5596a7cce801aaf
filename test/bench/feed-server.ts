/**
 * The exchange side of the feed benchmark, in a thread of its own so that it does not take time from what is measured. It
 * answers subscriptions with snapshots, and when told `blast` writes the same ready-made deltas to whoever is connected.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { WebSocketServer } from 'ws';
import { formatCountE2, formatPriceCC } from '../../lib/trading/money.ts';

const { tickers, messages } = workerData as { tickers: string[]; messages: number };
const LEVELS = 40;
const START = 100_00;

const dollars = (cents: number) => formatPriceCC(cents * 100);
const idOf = (ticker: string) => `943fcfe7-68a7-48aa-84b0-${ticker.length.toString().padStart(12, '0')}`;

/** One unmasked text frame as RFC 6455 wants it. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(`${text}\n`);
  const head = Buffer.alloc(body.length < 126 ? 2 : 4);
  head[0] = 0x81;
  head[1] = Math.min(body.length, 126);
  if (body.length >= 126) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** Deltas that go up and down at and near the touch of every market, never below zero, never across. */
function makeDeltas(): Buffer {
  let state = 12_345;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const sizes = new Map<string, number>();
  const frames: Buffer[] = [];
  // One subscribe and one add_markets have come before: a snapshot for each market, and an ok.
  let seq = tickers.length + 1;
  for (let i = 0; i < messages; i++) {
    const ticker = tickers[random(tickers.length)] ?? '';
    const side = random(2) === 0 ? 'yes' : 'no';
    const depth = Math.min(random(8), random(8));
    const cents = side === 'yes' ? 49 - depth : 51 + depth;
    const key = `${ticker} ${cents}`;
    const size = sizes.get(key) ?? START;
    const kind = random(4);
    const delta = size === 0 || kind < 2 ? 100 * (1 + random(500)) : kind === 2 ? -size : -Math.ceil(size / 2);
    sizes.set(key, size + delta);
    const atMs = 1_786_085_188_978 + i;
    const msg = {
      market_ticker: ticker,
      market_id: idOf(ticker),
      price_dollars: dollars(cents),
      delta_fp: formatCountE2(delta),
      side,
      ts: new Date(atMs).toISOString(),
      ts_ms: atMs,
    };
    frames.push(frameOf(JSON.stringify({ type: 'orderbook_delta', sid: 1, seq: ++seq, msg })));
  }
  return Buffer.concat(frames);
}

const deltas = makeDeltas();
const server = createServer();
const sockets = new WebSocketServer({ noServer: true });
let client: Duplex | undefined;

server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (ws) => {
    client = socket;
    let seq = 0;
    const markets = new Set<string>();
    ws.on('message', (data: Buffer) => {
      const { id, cmd, params } = JSON.parse(data.toString()) as {
        id: number;
        cmd: string;
        params: { action?: string; market_tickers: string[] };
      };
      const send = (frame: object) => ws.send(`${JSON.stringify(frame)}\n`);
      if (cmd === 'subscribe') {
        seq = 0;
        send({ type: 'subscribed', id, msg: { channel: 'orderbook_delta', sid: 1 } });
      } else if (cmd === 'unsubscribe') {
        markets.clear();
        send({ type: 'unsubscribed', id, sid: 1, seq: ++seq });
        return;
      }
      for (const ticker of params.market_tickers) {
        if (params.action === 'delete_markets') markets.delete(ticker);
        else markets.add(ticker);
      }
      if (cmd !== 'subscribe') send({ type: 'ok', id, sid: 1, seq: ++seq, msg: { market_tickers: [...markets] } });
      if (params.action === 'delete_markets') return;
      const levels = (first: number, step: number) =>
        Array.from({ length: LEVELS }, (_, index) => [dollars(first + index * step), formatCountE2(START)]);
      for (const ticker of params.market_tickers) {
        const msg = {
          market_ticker: ticker,
          market_id: idOf(ticker),
          yes_dollars_fp: levels(50 - LEVELS, 1),
          no_dollars_fp: levels(50 + LEVELS, -1),
        };
        send({ type: 'orderbook_snapshot', sid: 1, seq: ++seq, msg });
      }
    });
  });
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port, []));
parentPort?.on('message', (order: string) => {
  if (order === 'blast') client?.write(deltas);
  else process.exit();
});
