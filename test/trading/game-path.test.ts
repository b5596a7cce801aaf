import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { observeBaseline, startBaseline } from '../../lib/trading/baseline.ts';
import { decideEntry } from '../../lib/trading/entry.ts';
import { decideExit, type ExitReason, NEW_EXIT_STATE } from '../../lib/trading/exit.ts';
import { fillFee } from '../../lib/trading/fees.ts';
import { addFill, addSettlement, type Ledger, openLedger } from '../../lib/trading/fills.ts';
import type { GameState } from '../../lib/trading/game.ts';
import type { OrderWish } from '../../lib/trading/order-wish.ts';
import { holdingsOf } from '../../lib/trading/position.ts';
import { FEES, parametersWith, quoteAt, START_MS } from './stage.ts';

/** A game as one market saw it: what the YES of a team was bid, in whole cents; it is asked a cent higher. Seconds from tip-off. */
interface Game {
  startMs: number;
  rows: readonly Row[];
  result: 'yes' | 'no';
  /** Whether the game is over with its last row, or still on. */
  isWhole: boolean;
}

interface Row {
  s: number;
  bid: number;
}

interface Told {
  entryS: number;
  contracts: number;
  entryCents: number;
  exitS: number;
  exitCents: number;
  reason: ExitReason;
  netE6: number;
}

const QUARTER_S = 34 * 60;
const NBA_FILE = new URL('../../../shared/data/games/nba_kalshi_1m.jsonl.gz', import.meta.url);
const RECORDED = existsSync(NBA_FILE) ? NBA_FILE : undefined;

/** The rules, driven step by step as the program does: baseline, then exit, then entry, orders filled at the quote. */
function byTheRules({ rows, result, startMs, isWhole }: Game): Told[] {
  const parameters = parametersWith({ position_size: 10 });
  const ticker = 'GAME-A';
  let baseline = startBaseline(startMs);
  let ledger: Ledger = openLedger(ticker);
  let exitState = NEW_EXIT_STATE;
  let entries = 0;
  let trades = 0;
  const fill = (order: OrderWish, leg: 'entry' | 'exit', priceCC: number, atMs: number, exitReason: ExitReason | undefined) => {
    trades += 1;
    const fee = fillFee(FEES, { priceCC, countE2: order.countE2, side: order.side, isTaker: true, atMs });
    ledger = addFill(ledger, {
      ticker,
      orderId: `o-${trades}`,
      tradeId: `t-${trades}`,
      side: order.side,
      yesPriceCC: priceCC,
      countE2: order.countE2,
      feeE6: fee.netE6,
      atMs,
      leg,
      exitReason,
      signalYesPriceCC: order.signalPriceCC,
    });
  };
  for (const row of rows) {
    const { s, bid } = row;
    const nowMs = startMs + s * 1_000;
    const quote = quoteAt(bid * 100, (bid + 1) * 100, nowMs);
    const game = nominalGame(s, startMs, isWhole && row === rows.at(-1));
    baseline = observeBaseline(baseline, { kind: 'game', game }, nowMs);
    baseline = observeBaseline(baseline, { kind: 'quote', quote }, nowMs);
    const common = {
      nowMs,
      parameters,
      market: { ticker, status: 'open' as const },
      quote,
      game,
      scoreReadMs: nowMs,
      hasScoreSource: true,
      scheduledStartMs: startMs,
    };
    const { open } = holdingsOf(ledger);
    if (open !== undefined) {
      const decision = decideExit({ ...common, position: open, state: exitState });
      exitState = decision.state;
      if (decision.kind === 'exit') fill(decision.order, 'exit', bid * 100, nowMs, decision.exitReason);
    }
    const tally = { entriesInGame: entries, isGameHeld: holdingsOf(ledger).open !== undefined, openPositions: entries };
    const entry = decideEntry({ ...common, feedAgeMs: 0, baseline: baseline.baseline, tally, fees: FEES, caps: [] });
    if (entry.kind === 'enter') {
      entries += 1;
      exitState = NEW_EXIT_STATE;
      fill(entry.order, 'entry', entry.numbers.askCC ?? 0, nowMs, undefined);
    }
  }
  const lastMs = startMs + (rows.at(-1)?.s ?? 0) * 1_000;
  ledger = addSettlement(ledger, { ticker, valueCC: result === 'yes' ? 10_000 : 0, feeE6: 0, atMs: lastMs });
  return holdingsOf(ledger).trades.map((trade) => ({
    entryS: (trade.entryMs - startMs) / 1_000,
    contracts: trade.countE2 / 100,
    entryCents: trade.entryCostE6 / trade.countE2 / 100,
    exitS: (trade.exitMs - startMs) / 1_000,
    exitCents: trade.exitProceedsE6 / trade.countE2 / 100,
    reason: trade.exitReason ?? 'reconciled',
    netE6: trade.netE6,
  }));
}

/** The nominal clock: quarters of 34 minutes on the wall, the game clock falling evenly in each. */
function nominalGame(s: number, startMs: number, isOver: boolean): GameState {
  const asOfMs = startMs + s * 1_000;
  const known = { league: 'NBA', half: undefined, homeScore: undefined, awayScore: undefined, asOfMs } as const;
  if (s < 0) return { ...known, phase: 'pre', period: undefined, clockS: undefined, startedMs: undefined };
  const period = Math.min(4, Math.floor(s / QUARTER_S) + 1);
  const clockS = (Math.max(0, period * QUARTER_S - s) * 720) / QUARTER_S;
  return { ...known, phase: isOver ? 'final' : 'live', period, clockS, startedMs: startMs };
}

/** The same by hand: whole cents, seconds from tip-off, none of the project's rules. */
function byHand({ rows, result, startMs, isWhole }: Game): Told[] {
  const halfCents: number[] = [];
  const lastWholeMinuteS = (Math.floor(startMs / 60_000) * 60_000 - startMs) / 1_000;
  for (let i = 29; i >= 0; i--) {
    const row = rows.filter((one) => one.s <= lastWholeMinuteS - i * 60).at(-1);
    if (row !== undefined) halfCents.push(2 * row.bid + 1);
  }
  const before = rows.filter((one) => one.s <= 0).at(-1);
  if (before === undefined) return [];
  if (halfCents.length === 0) halfCents.push(2 * before.bid + 1);
  halfCents.sort((a, b) => a - b);
  const middle = Math.floor(halfCents.length / 2);
  const baseline =
    halfCents.length % 2 === 1 ? (halfCents[middle] ?? 0) / 2 : ((halfCents[middle - 1] ?? 0) + (halfCents[middle] ?? 0)) / 4;
  if (baseline < 55) return [];
  const lastS = rows.at(-1)?.s ?? 0;
  const isOn = (s: number) => s > 0 && s < 3 * QUARTER_S && !(isWhole && s === lastS);
  const entry = rows.find(({ s, bid }) => isOn(s) && baseline - bid >= 15 && bid + 1 >= 20 && bid + 1 <= 80);
  if (entry === undefined) return [];
  const paid = entry.bid + 1;
  const limit = paid + 1;
  let contracts = 0;
  while ((contracts + 1) * limit * 10_000 + feeE6(contracts + 1, limit) <= 10_000_000) contracts += 1;
  const told = (exitS: number, exitCents: number, reason: ExitReason, exitFeeE6: number): Told[] => {
    const netE6 = contracts * (exitCents - paid) * 10_000 - feeE6(contracts, paid) - exitFeeE6;
    return [{ entryS: entry.s, contracts, entryCents: paid, exitS, exitCents, reason, netE6 }];
  };
  // Q4 2:00 is five sixths of the way through the fourth quarter.
  const outS = 3 * QUARTER_S + (QUARTER_S * 5) / 6;
  for (const { s, bid } of rows.filter((row) => row.s > entry.s)) {
    const isTime = s >= outS || (isWhole && s === lastS);
    const reason = bid - paid >= 20 ? 'take_profit' : bid - paid <= -10 ? 'stop_loss' : isTime ? 'time_exit' : undefined;
    if (reason !== undefined) return told(s, bid, reason, feeE6(contracts, bid));
  }
  return told(lastS, result === 'yes' ? 100 : 0, 'game_finished', 0);
}

/** 7 % of C x P x (1 - P), up to a micro-dollar, then up to a hundredth of a cent: whole contracts at whole cents leave no other remainder. */
function feeE6(contracts: number, cents: number): number {
  return Math.ceil((7 * contracts * cents * (100 - cents)) / 100) * 100;
}

const PATHS: [name: string, bids: Record<number, number>, reason: ExitReason | undefined][] = [
  ['comes back to the profit', { [-40]: 60, 20: 44, 50: 66 }, 'take_profit'],
  ['falls on to the stop', { [-40]: 60, 20: 44, 50: 35 }, 'stop_loss'],
  ['goes nowhere until the time', { [-40]: 60, 20: 44, 135: 47 }, 'time_exit'],
  ['ends while it is held', { [-40]: 60, 20: 44, 110: 47 }, 'game_finished'],
  ['jumps over the stop', { [-40]: 60, 20: 44, 21: 2 }, 'stop_loss'],
  ['falls at the very tip-off only', { [-40]: 60, 0: 40, 1: 60 }, undefined],
  ['falls when the fourth quarter begins', { [-40]: 60, 102: 40, 120: 70 }, undefined],
  ['falls in the last minute of the third quarter', { [-40]: 60, 101: 40, 120: 70 }, 'take_profit'],
  ['was never a favourite', { [-40]: 54, 20: 30 }, undefined],
  ['falls too little', { [-40]: 60, 20: 46, 50: 70 }, undefined],
  ['falls out of the band', { [-40]: 60, 20: 18 }, undefined],
];

function gameOf(bids: Record<number, number>): Game {
  const rows = Object.entries(bids)
    .map(([minute, bid]) => ({ s: Number(minute) * 60, bid }))
    .toSorted((a, b) => a.s - b.s);
  return { startMs: START_MS, rows, result: 'no', isWhole: false };
}

describe('a game, driven through the rules step by step', () => {
  for (const [name, bids, reason] of PATHS) {
    it(`trades as counted by hand when the price ${name}`, () => {
      const trades = byTheRules(gameOf(bids));
      assert.deepEqual(trades, byHand(gameOf(bids)));
      assert.equal(trades[0]?.reason, reason);
    });
  }

  it('trades as counted by hand on any path', () => {
    const step = fc.record({ afterS: fc.integer({ min: 20, max: 540 }), by: fc.integer({ min: -9, max: 8 }) });
    const arbitrary = fc.record({
      first: fc.integer({ min: 50, max: 85 }),
      steps: fc.array(step, { minLength: 10, maxLength: 60 }),
      result: fc.constantFrom('yes' as const, 'no' as const),
      isWhole: fc.boolean(),
      offsetS: fc.nat(59),
    });
    let traded = 0;
    fc.assert(
      fc.property(arbitrary, ({ first, steps, result, isWhole, offsetS }) => {
        let row: Row = { s: -2_400, bid: first };
        const rows = [row];
        for (const { afterS, by } of steps) {
          row = { s: row.s + afterS, bid: Math.min(98, Math.max(1, row.bid + (row.s < 0 ? Math.sign(by) : by))) };
          rows.push(row);
        }
        const game = { startMs: START_MS + offsetS * 1_000, rows, result, isWhole };
        const trades = byTheRules(game);
        traded += trades.length;
        assert.deepEqual(trades, byHand(game));
      }),
      { numRuns: 400 },
    );
    assert.ok(traded > 40, `${traded} trades`);
  });

  it(`trades every recorded NBA game as counted by hand${RECORDED === undefined ? ' (../shared/data/games is not there)' : ''}`, function () {
    if (RECORDED === undefined) {
      this.skip();
      return;
    }
    const games = gunzipSync(readFileSync(RECORDED))
      .toString('utf8')
      .split('\n')
      .filter((line) => line.length > 0)
      .map(recordedGame);
    const trades = games.map((game) => byTheRules(game));
    assert.deepEqual(
      trades,
      games.map((game) => byHand(game)),
    );
    assert.equal(games.length, 379);
    assert.ok(trades.flat().length > 50, `${trades.flat().length} trades`);
  });
});

/** The exact reading: bid the close rounded down to a cent, at least 1 and at most 98. */
function recordedGame(line: string): Game {
  const { header, columns, rows } = JSON.parse(line) as {
    header: { start_ts: number; result: 'yes' | 'no' };
    columns: string[];
    rows: number[][];
  };
  const [ts, close] = [columns.indexOf('ts'), columns.indexOf('close')];
  const read = rows.map((row) => ({
    s: (row[ts] ?? Number.NaN) - header.start_ts,
    bid: Math.min(98, Math.max(1, Math.floor(row[close] ?? Number.NaN))),
  }));
  return { startMs: header.start_ts * 1_000, rows: read, result: header.result, isWhole: true };
}
