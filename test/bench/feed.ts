import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { MarketFeed } from '../../lib/kalshi/feed.ts';
import { KalshiSocket } from '../../lib/kalshi/socket/socket.ts';
import { median } from './measure.ts';

export interface FeedBench {
  /** Deltas a second through raw `ws`, JSON.parse, a sequence check and plain books of the same markets. */
  rawPerS: number;
  /** Deltas a second through the client, from the socket to the feed's change callback. */
  clientPerS: number;
  /** Median of the rounds' own ratios: a busy machine slows both halves of a round alike. */
  ratio: number;
  /** From following 1,000 markets on an open connection to the first good book. */
  firstMessageMs: number;
  /** Memory of one followed market, with a book of 80 levels. */
  heapPerMarketBytes: number;
  /** Memory left over after all markets have been dropped. */
  heapLeftBytes: number;
}

const HEADERS = { 'KALSHI-ACCESS-KEY': '', 'KALSHI-ACCESS-TIMESTAMP': '', 'KALSHI-ACCESS-SIGNATURE': '' };
const MARKETS = 1_000;
const PER_COMMAND = 500;
const MESSAGES = 200_000;
const ROUNDS = 7;

/** Measures the market feed against its floor: both in this process, by turns, over a real loopback socket. */
export async function benchFeed(): Promise<FeedBench> {
  const tickers = Array.from({ length: MARKETS }, (_, index) => `KXNBAGAME-26NOV20TEAM${String(index).padStart(4, '0')}-YES`);
  const server = new Worker(new URL('./feed-server.ts', import.meta.url), { workerData: { tickers, messages: MESSAGES } });
  const [port] = (await once(server, 'message')) as [number];
  const url = `ws://127.0.0.1:${port}/trade-api/ws/v2`;
  const blast = () => server.postMessage('blast', []);
  try {
    const memory = await measureMemory(url, tickers);
    const raw: number[] = [];
    const client: number[] = [];
    const ratios: number[] = [];
    // The first round of each warms up and does not count.
    for (let round = 0; round <= ROUNDS; round++) {
      collectGarbage();
      const rawPerS = await runRaw(url, tickers, blast);
      collectGarbage();
      const clientPerS = await runClient(url, tickers, blast);
      if (round === 0) continue;
      raw.push(rawPerS);
      client.push(clientPerS);
      ratios.push(clientPerS / rawPerS);
    }
    return { rawPerS: median(raw), clientPerS: median(client), ratio: median(ratios), ...memory };
  } finally {
    await server.terminate();
  }
}

interface OpenFeed {
  feed: MarketFeed;
  socket: KalshiSocket;
  close: () => void;
}

async function openFeed(url: string, onChange: (ticker: string) => void): Promise<OpenFeed> {
  const marketNow = () => Date.now();
  const socket = new KalshiSocket({
    url,
    headers: () => Promise.resolve(HEADERS),
    marketNow,
    channels: ['orderbook_delta'],
    limits: { marketsPerCommand: PER_COMMAND },
  });
  const feed = new MarketFeed({ socket, fetchOrderbooks: () => Promise.resolve([]), readsPerS: 5, onChange, marketNow });
  const opened = new Promise<void>((resolve) => {
    socket.listen({ state: ({ kind }) => kind === 'connected' && resolve() });
  });
  socket.start();
  await opened;
  const close = () => {
    feed.close();
    socket.close();
  };
  return { feed, socket, close };
}

async function runClient(url: string, tickers: string[], blast: () => void): Promise<number> {
  let seen = -tickers.length;
  let startedAt = 0;
  let ready: () => void = () => {};
  let finished: (perS: number) => void = () => {};
  const { feed, close } = await openFeed(url, () => {
    seen++;
    if (seen === 0) ready();
    else if (seen === 1) startedAt = performance.now();
    else if (seen === MESSAGES) finished((MESSAGES - 1) / ((performance.now() - startedAt) / 1000));
  });
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  const rate = new Promise<number>((resolve) => (finished = resolve));
  feed.follow(tickers);
  await isReady;
  blast();
  const perS = await rate;
  const flawed = tickers.filter((ticker) => feed.quote(ticker)?.source !== 'socket');
  close();
  if (flawed.length > 0) throw new Error(`${flawed.length} books of the client were not good at the end`);
  return perS;
}

interface RawFrame {
  type: string;
  seq: number;
  msg: { market_ticker: string; price_dollars: string; delta_fp: string; side: string };
}

/** The least that any client has to do: parse, count, find the book, change the level, keep the best price. */
async function runRaw(url: string, tickers: string[], blast: () => void): Promise<number> {
  const books = new Map<string, { yes: Float64Array; no: Float64Array; bid: number; ask: number }>();
  for (const ticker of tickers) {
    books.set(ticker, { yes: new Float64Array(101).fill(100), no: new Float64Array(101).fill(100), bid: 49, ask: 51 });
  }
  const ws = new WebSocket(url, { perMessageDeflate: false });
  await once(ws, 'open');
  let seq = 0;
  let seen = 0;
  let startedAt = 0;
  const command = (body: object) => ws.send(JSON.stringify(body));
  command({ id: 1, cmd: 'subscribe', params: { market_tickers: tickers.slice(0, PER_COMMAND) } });
  command({ id: 2, cmd: 'update_subscription', params: { action: 'add_markets', market_tickers: tickers.slice(PER_COMMAND) } });
  const perS = await new Promise<number>((resolve, reject) => {
    ws.on('message', (data: Buffer) => {
      const { type, seq: next, msg } = JSON.parse(data.toString()) as RawFrame;
      if (type === 'subscribed') return;
      if (next !== ++seq) reject(new Error('a frame is missing'));
      if (type !== 'orderbook_delta') {
        if (seq === tickers.length + 1) blast();
        return;
      }
      if (++seen === 1) startedAt = performance.now();
      const book = books.get(msg.market_ticker);
      if (book === undefined) return;
      const cents = Math.round(Number(msg.price_dollars) * 100);
      const levels = msg.side === 'yes' ? book.yes : book.no;
      const size = (levels[cents] ?? 0) + Number(msg.delta_fp);
      levels[cents] = size;
      if (msg.side === 'yes') {
        if (size > 0 && cents > book.bid) book.bid = cents;
        while (book.bid > 0 && levels[book.bid] === 0) book.bid--;
      } else {
        if (size > 0 && cents < book.ask) book.ask = cents;
        while (book.ask < 100 && levels[book.ask] === 0) book.ask++;
      }
      if (seen === MESSAGES) resolve((MESSAGES - 1) / ((performance.now() - startedAt) / 1000));
    });
  });
  ws.terminate();
  return perS;
}

type Memory = Pick<FeedBench, 'firstMessageMs' | 'heapPerMarketBytes' | 'heapLeftBytes'>;

async function measureMemory(url: string, tickers: string[]): Promise<Memory> {
  let changed: () => void = () => {};
  const { feed, socket, close } = await openFeed(url, () => changed());
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => (holds() ? resolve() : setImmediate(look));
      look();
    });
  const cycle = async () => {
    const before = usedBytes();
    let firstMessageMs = 0;
    const startedAt = performance.now();
    changed = () => {
      firstMessageMs = performance.now() - startedAt;
      changed = () => {};
    };
    feed.follow(tickers);
    await until(() => socket.state().kind === 'connected' && socket.state().flawedMarkets.length === 0);
    const followed = usedBytes();
    feed.drop(tickers);
    await until(() => socket.state().channels.every(({ markets }) => markets === 0));
    const left = usedBytes() - before;
    return { firstMessageMs, heapPerMarketBytes: Math.round((followed - before) / tickers.length), heapLeftBytes: left };
  };
  // Compiled code and caches of the first cycles are no memory of markets.
  for (let i = 0; i < 3; i++) await cycle();
  const measured = await cycle();
  close();
  return measured;
}

function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const gc: () => void = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

function collectGarbage(): void {
  gc();
  gc();
}
