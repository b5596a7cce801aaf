/**
 * `npm run bench`: prints the figures with their goals and writes them to bench.json. Ratios are within this one run: what else the machine
 * does slows both sides of them alike.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { benchApp } from './app/app.ts';
import { benchStart } from './app/start.ts';
import { benchExchange } from './exchange.ts';
import { benchFeed } from './feed.ts';
import { coreShare, median } from './measure.ts';
import { benchOrders } from './orders.ts';

interface Row {
  what: string;
  figure: number;
  unit: string;
  goal?: { text: string; isMet: boolean };
}

const shares = [coreShare()];
const feed = await benchFeed();
const orders = await benchOrders();
const exchange = await benchExchange();
const app = await benchApp();
shares.push(coreShare());
const start = await benchStart();
shares.push(coreShare());

const atLeast = (figure: number, least: number) => ({ text: `>= ${least}`, isMet: figure >= least });
const atMost = (figure: number, most: number) => ({ text: `<= ${most}`, isMet: figure <= most });
const MEGABYTE = 1_000_000;
const outRatio = app.outP50Us / app.floorP50Us;

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
  { what: 'flow: frame in to decision, p50', figure: app.decisionP50Us, unit: 'us' },
  { what: 'flow: frame in to decision, p99', figure: app.decisionP99Us, unit: 'us', goal: atMost(app.decisionP99Us, 1_000) },
  { what: 'flow: commit + sign + POST by hand, p50', figure: app.floorP50Us, unit: 'us' },
  { what: 'flow: commit + sign + POST by hand, p99', figure: app.floorP99Us, unit: 'us' },
  { what: 'flow: frame in to order bytes out, p50', figure: app.outP50Us, unit: 'us' },
  { what: 'flow: frame in to order bytes out, p99', figure: app.outP99Us, unit: 'us', goal: atMost(app.outP99Us, 5_000) },
  { what: 'flow: bytes out / by hand', figure: outRatio, unit: 'ratio', goal: atMost(outRatio, 1.5) },
  ...Object.entries(app.parts).map(([what, figure]) => ({ what: `  ${what}`, figure, unit: 'us' })),
  { what: 'flow: fill at the exchange to report, p50', figure: app.fillP50Us, unit: 'us' },
  { what: 'flow: fill at the exchange to report, p99', figure: app.fillP99Us, unit: 'us' },
  { what: 'flow: updates decided on', figure: app.updatesPerS, unit: 'updates/s' },
  { what: 'flow: quotes behind them', figure: app.quotesPerS, unit: 'quotes/s' },
  { what: 'flow: processor time of one update', figure: app.updateCpuUs, unit: 'us' },
  {
    what: 'flow: memory of 1,000 followed markets',
    figure: app.memoryMB,
    unit: 'MB',
    goal: atMost(app.memoryMB, 64),
  },
  { what: 'flow: the same as the system counts', figure: app.residentMB, unit: 'MB' },
  { what: 'start: process to armed, first time', figure: start.freshMs, unit: 'ms', goal: atMost(start.freshMs, 5_000) },
  { what: 'start: process to armed, again', figure: start.warmMs, unit: 'ms', goal: atMost(start.warmMs, 5_000) },
  ...(typeof start.overviewMs === 'string'
    ? []
    : [{ what: 'page: Overview ready', figure: start.overviewMs, unit: 'ms', goal: atMost(start.overviewMs, 1_000) }]),
  { what: 'machine: share of a core that was free', figure: median(shares), unit: 'ratio' },
];

for (const { what, figure, unit, goal } of rows) {
  const shown = figure >= 100 ? Math.round(figure).toLocaleString('en-US') : figure.toFixed(2);
  const verdict = goal === undefined ? '' : `goal ${goal.text}: ${goal.isMet ? 'met' : 'MISSED'}`;
  console.log(`${what.padEnd(42)} ${shown.padStart(12)} ${unit.padEnd(9)} ${verdict}`.trimEnd());
}
if (typeof start.overviewMs === 'string') console.log(`skipped: Overview ready: ${start.overviewMs}`);
const machine = { node: process.version, cores: cpus().length, processor: cpus()[0]?.model, load: loadavg()[0] };
writeFileSync('bench.json', `${JSON.stringify({ machine, rows }, undefined, 2)}\n`);
