/**
 * Measures the whole program in a process of its own (Node-RED is one per process), against an exchange in another process that it moves
 * itself. Tells its parent what was measured.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountView, OrderReport } from '../../../lib/account/contract.ts';
import type { Courtside } from '../../../lib/app/courtside.ts';
import { median, quantile, until, within } from '../measure.ts';
import type { AppFigures } from './app.ts';
import { Arena } from './arena.ts';
import { type ArenaGame, BEFORE_CC } from './arena-messages.ts';
import { Floor, type FloorTimes } from './floor.ts';
import { Probes, type Way } from './probes.ts';
import { followGames, ROOT, startProgram } from './program.ts';

/** Two markets each. */
const GAMES = 500;
const WARM_UP = 50;
const ENTRIES = 200;
const DECISIONS = 1_200;
const WARM_UP_DECISIONS = 200;
const FLOOD_MS = 3_000;
const FALLEN_CC = BEFORE_CC - 2_000;
const RISEN_CC = BEFORE_CC + 2_000;
const MEGABYTE = 1_000_000;

const home = mkdtempSync(join(tmpdir(), 'courtside-bench-'));
const arena = new Arena();
try {
  const figures = await measure();
  // Run by hand, under a profiler, it has no parent.
  if (process.send === undefined) console.log(figures);
  else await new Promise((resolve) => process.send?.(figures, resolve));
} finally {
  arena.close();
  rmSync(home, { recursive: true, force: true });
}
process.exit(0);

async function measure(): Promise<AppFigures> {
  const exchange = await arena.heard('open');
  const { courtside, account } = await startProgram(home, exchange);
  const idle = await memoryOf(courtside);
  const games = await followGames(courtside, arena, GAMES);
  const followed = await memoryOf(courtside);
  const store = await courtside.engine.database.open();
  const { Account } = (await import(
    join(ROOT, 'dist/lib/account/account.js')
  )) as typeof import('../../../lib/account/account.ts');
  const probes = new Probes(Account.prototype, store);
  const floor = new Floor(store, account.id, exchange);
  const orders = await trade(courtside, account, probes, floor, games.slice(0, WARM_UP + ENTRIES));
  const decisions = await decide(probes, games.slice(WARM_UP + ENTRIES));
  const flow = await flood(courtside, probes);
  await floor.close();
  await courtside.close();
  return {
    ...decisions,
    ...orders,
    ...flow,
    memoryMB: followed.usedMB - idle.usedMB,
    residentMB: followed.residentMB - idle.residentMB,
  };
}

/** Each market falls once, is bought, rises and is sold; nothing else is under way. Before each, the floor. */
async function trade(courtside: Courtside, account: AccountView, probes: Probes, floor: Floor, games: readonly ArenaGame[]) {
  const ways: Way[] = [];
  const floors: FloorTimes[] = [];
  const detectionsUs: number[] = [];
  let reported: (report: OrderReport) => void = () => {};
  account.listen({
    report: (report) => {
      reported(report);
      return false;
    },
  });
  for (const [index, { ticker }] of games.entries()) {
    const floorTimes = await floor.once();
    await courtside.engine.rest();
    for (const bidCC of [FALLEN_CC, RISEN_CC]) {
      const way = probes.watch(ticker);
      let reportedNs = 0n;
      const told = new Promise<OrderReport>((resolve) => {
        reported = (report) => {
          reportedNs = process.hrtime.bigint();
          resolve(report);
        };
      });
      arena.order({ kind: 'quote', ticker, bidCC });
      const { clientOrderId, outcome, reason } = await within(told, `the order in ${ticker}`);
      if (outcome !== 'filled' || clientOrderId === undefined) throw new Error(`${ticker}: ${outcome} ${reason}`);
      await courtside.engine.rest();
      await until('the exchange has told of the fill', () => arena.filledNs.has(clientOrderId));
      if (index < WARM_UP) continue;
      detectionsUs.push(Number(reportedNs - (arena.filledNs.get(clientOrderId) ?? 0n)) / 1_000);
      if (bidCC === FALLEN_CC) ways.push(way);
    }
    if (index >= WARM_UP) floors.push(floorTimes);
  }
  const us = (from: keyof Way, to: keyof Way) => ways.map((way) => 1_000 * ((way[to] ?? Number.NaN) - (way[from] ?? Number.NaN)));
  const outUs = us('inMs', 'outMs');
  const floorUs = floors.map(({ commitUs, signUs, postUs }) => commitUs + signUs + postUs);
  return {
    floorP50Us: median(floorUs),
    floorP99Us: quantile(floorUs, 0.99),
    outP50Us: median(outUs),
    outP99Us: quantile(outUs, 0.99),
    parts: {
      'frame in -> decision': median(us('inMs', 'decidedMs')),
      'decision -> intent asked for': median(us('decidedMs', 'intendedMs')),
      'intent asked for -> committed': median(us('intendedMs', 'committedMs')),
      'committed -> bytes out': median(us('committedMs', 'outMs')),
      'floor: commit': median(floors.map(({ commitUs }) => commitUs)),
      'floor: sign': median(floors.map(({ signUs }) => signUs)),
      'floor: POST until bytes out': median(floors.map(({ postUs }) => postUs)),
    },
    fillP50Us: median(detectionsUs),
    fillP99Us: quantile(detectionsUs, 0.99),
  };
}

/** Quotes one by one, each when the one before has been decided on. */
async function decide(probes: Probes, games: readonly ArenaGame[]) {
  const timesUs: number[] = [];
  for (let index = 0; index < DECISIONS; index++) {
    const { ticker } = games[index % games.length] ?? { ticker: '' };
    const way = probes.watch(ticker);
    const decided = probes.decided();
    // All have fallen by one cent: they go on to two, and back.
    const cents = 2 - (Math.floor(index / games.length) % 2);
    arena.order({ kind: 'quote', ticker, bidCC: BEFORE_CC - cents * 100 });
    await within(decided, `a decision on ${ticker}`);
    if (index >= WARM_UP_DECISIONS) timesUs.push(1_000 * ((way.decidedMs ?? Number.NaN) - (way.inMs ?? Number.NaN)));
  }
  return { decisionP50Us: median(timesUs), decisionP99Us: quantile(timesUs, 0.99) };
}

async function flood(courtside: Courtside, probes: Probes) {
  const begun = { decisions: probes.decisions, ms: performance.now(), cpu: process.cpuUsage() };
  arena.order({ kind: 'flood', ms: FLOOD_MS });
  const { quotes } = await arena.heard('flooded');
  await courtside.engine.rest();
  const seconds = (performance.now() - begun.ms) / 1_000;
  const { user, system } = process.cpuUsage(begun.cpu);
  const updates = probes.decisions - begun.decisions;
  return { updatesPerS: updates / seconds, quotesPerS: quotes / seconds, updateCpuUs: (user + system) / updates };
}

async function memoryOf({ engine }: Courtside): Promise<{ usedMB: number; residentMB: number }> {
  await engine.rest();
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('memory is measured with --expose-gc');
  for (let times = 0; times < 4; times++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { usedMB: (heapUsed + external) / MEGABYTE, residentMB: rss / MEGABYTE };
}
