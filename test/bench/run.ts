/** `npm run bench`: prints the figures with their goals and writes them to bench.json. Speeds are ratios within this one run. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { benchExchange } from './exchange.ts';
import { benchFeed } from './feed.ts';
import { benchOrders } from './orders.ts';

interface Row {
  what: string;
  figure: number;
  unit: string;
  goal?: { text: string; isMet: boolean };
}

const feed = await benchFeed();
const orders = await benchOrders();
const exchange = await benchExchange();

const atLeast = (figure: number, least: number) => ({ text: `>= ${least}`, isMet: figure >= least });
const atMost = (figure: number, most: number) => ({ text: `<= ${most}`, isMet: figure <= most });
const MEGABYTE = 1_000_000;

const rows: Row[] = [
  { what: 'feed: raw ws + JSON.parse + book', figure: feed.rawPerS, unit: 'msg/s' },
  { what: 'feed: client with 1,000 books', figure: feed.clientPerS, unit: 'msg/s' },
  { what: 'feed: client / raw', figure: feed.ratio, unit: 'ratio', goal: atLeast(feed.ratio, 0.7) },
  {
    what: 'feed: first message after subscribing',
    figure: feed.firstMessageMs,
    unit: 'ms',
    goal: atMost(feed.firstMessageMs, 100),
  },
  { what: 'feed: memory of one followed market', figure: feed.heapPerMarketBytes, unit: 'bytes' },
  {
    what: 'feed: memory of 1,000 followed markets',
    figure: (feed.heapPerMarketBytes * 1_000) / MEGABYTE,
    unit: 'MB',
    goal: atMost((feed.heapPerMarketBytes * 1_000) / MEGABYTE, 64),
  },
  {
    what: 'feed: memory left after unsubscribing',
    figure: feed.heapLeftBytes / MEGABYTE,
    unit: 'MB',
    goal: atMost(feed.heapLeftBytes / MEGABYTE, 0.5),
  },
  { what: 'order: sign + raw POST, p50', figure: orders.rawP50Us, unit: 'us' },
  { what: 'order: client, p50', figure: orders.clientP50Us, unit: 'us' },
  { what: 'order: client, p99', figure: orders.clientP99Us, unit: 'us' },
  { what: 'order: client, signed ahead, p50', figure: orders.aheadP50Us, unit: 'us' },
  { what: 'order: client / raw', figure: orders.ratio, unit: 'ratio', goal: atMost(orders.ratio, 1.3) },
  { what: 'exchange: matching engine', figure: exchange.engineOrdersPerS, unit: 'orders/s' },
  { what: 'exchange: over REST', figure: exchange.restOrdersPerS, unit: 'orders/s' },
  { what: 'exchange: generated games', figure: exchange.scenarioEventsPerS, unit: 'events/s' },
];

for (const { what, figure, unit, goal } of rows) {
  const shown = figure >= 100 ? Math.round(figure).toLocaleString('en-US') : figure.toFixed(2);
  const verdict = goal === undefined ? '' : `goal ${goal.text}: ${goal.isMet ? 'met' : 'MISSED'}`;
  console.log(`${what.padEnd(42)} ${shown.padStart(12)} ${unit.padEnd(9)} ${verdict}`.trimEnd());
}
const machine = { node: process.version, cores: cpus().length, processor: cpus()[0]?.model };
writeFileSync('bench.json', `${JSON.stringify({ machine, rows }, undefined, 2)}\n`);
