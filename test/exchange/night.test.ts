import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { lockstepClock, runningClock } from '../../lib/exchange/clock.ts';
import type { ExchangeEvent } from '../../lib/exchange/engine/events.ts';
import { Refusal } from '../../lib/exchange/engine/refusal.ts';
import { createJournal, hasJournal, type NightHeader, reopenJournal } from '../../lib/exchange/journal.ts';
import { Night } from '../../lib/exchange/night.ts';
import type { Scenario, ScenarioEvent } from '../../lib/exchange/scenario/types.ts';
import { AWAY, event, HOME, market, order, START_MS, series } from './stage.ts';

const HEADER: NightHeader = { night: 'a-night', seed: 1, shards: [0], scenario: { kind: 'test' }, thursdayPause: false };
const SECOND = 1_000;

/** A quote a second that walks up and down, then a result. */
function walk(count: number): Scenario {
  return {
    startMs: START_MS,
    *events(): Iterable<ScenarioEvent> {
      yield {
        atMs: START_MS,
        actions: [
          { kind: 'series', series },
          { kind: 'event', event, markets: [market(AWAY), market(HOME)] },
        ],
      };
      for (let at = 1; at <= count; at++) {
        const bidCC = (40 + (at % 20)) * 100;
        yield {
          atMs: START_MS + at * SECOND,
          actions: [
            {
              kind: 'quote',
              ticker: HOME,
              bids: [{ priceCC: bidCC, countE2: 5_000 }],
              asks: [{ priceCC: bidCC + 100, countE2: 5_000 }],
            },
          ],
        };
      }
      yield {
        atMs: START_MS + (count + 1) * SECOND,
        actions: [{ kind: 'determine', ticker: HOME, result: 'yes', valueCC: 10_000 }],
      };
    },
  };
}

function openNight(dir: string, scenario: Scenario, turnMs = { wall: 0 }): Night {
  const opened = hasJournal(dir) ? reopenJournal(dir) : { header: HEADER, entries: [], journal: createJournal(dir, HEADER) };
  return new Night({
    header: opened.header,
    scenario,
    makeClock: lockstepClock,
    wallMs: () => turnMs.wall,
    readLagMs: 0,
    journal: opened.journal,
    history: opened.entries,
  });
}

/** Everything about a night that a member could see. */
function picture(night: Night): unknown {
  const { state } = night.exchange;
  return {
    nowMs: night.exchange.nowMs,
    delivered: night.delivered,
    trades: night.tape.trades,
    accounts: [...state.accounts.values()].map((account) => ({
      id: account.id,
      purses: [...account.purses],
      feesE6: account.feesE6,
      keys: [...account.keys.keys()],
      view: account.isHouse ? undefined : night.replica.view(account.id),
      resting: [...account.resting.keys()],
      clientOrderIds: [...account.clientOrderIds],
    })),
    books: [...state.markets.values()].map((one) =>
      [...one.bids.levels, ...one.asks.levels].map((level) => [
        level.priceCC,
        level.totalE2,
        [...level.orders].map((each) => each.id),
      ]),
    ),
  };
}

describe('a practice night', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-night-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const openMember = (night: Night) =>
    night.execute<'open_account'>({ kind: 'open_account', name: 'm', tier: 'basic', purses: [[0, 500_000_000]] });

  it('delivers one due thing per step, at its own instant', () => {
    const night = openNight(dir, walk(3));
    const seen: number[] = [];
    while (night.step()) seen.push(night.nowMs() - START_MS);
    assert.deepEqual(seen.slice(0, 5), [0, 1_000, 2_000, 3_000, 4_000]);
    assert.equal(seen.at(-1), 14 * 86_400_000 + SECOND, 'the other market closes at its own date, and is swept');
    assert.equal(night.isOver, true);
  });

  it('resumes at the same instant with the same orders, balances and ids', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            steps: fc.nat(4),
            side: fc.constantFrom('bid' as const, 'ask' as const),
            cents: fc.integer({ min: 35, max: 65 }),
          }),
          { minLength: 1, maxLength: 12, size: 'max' },
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (script, cut) => {
          const folder = mkdtempSync(join(dir, 'run-'));
          const night = openNight(folder, walk(60));
          night.step();
          const member = openMember(night);
          const pictures: unknown[] = [];
          const lengths: number[] = [];
          const path = join(folder, 'journal.jsonl');
          for (const { steps, side, cents } of script) {
            for (let at = 0; at < steps; at++) night.step();
            try {
              night.execute<'place'>({
                kind: 'place',
                accountId: member.id,
                order: order({ side, priceCC: cents * 100, countE2: 700 }),
              });
            } catch (refusal) {
              assert.ok(refusal instanceof Refusal);
            }
            lengths.push(readFileSync(path).length);
            pictures.push(structuredClone(picture(night)));
          }
          night.stop();
          // Cut off anywhere, as a killed process leaves it: what was acknowledged before the cut is there again.
          const whole = readFileSync(path);
          const least = lengths[0] ?? 0;
          const length = Math.floor(least + cut * (whole.length - least));
          writeFileSync(path, whole.subarray(0, length));
          const resumed = openNight(folder, walk(60));
          const at = lengths.findLastIndex((one) => one <= length);
          if (lengths[at] === length) assert.deepEqual(picture(resumed), pictures[at]);
          else assert.ok(resumed.exchange.nowMs >= START_MS);
          resumed.stop();
          const again = openNight(folder, walk(60));
          assert.deepEqual(picture(again), picture(resumed));
          assert.equal(again.exchange.state.ids.next(), resumed.exchange.state.ids.next(), 'the ids go on where they were');
          again.stop();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes on after a resume exactly as it would have gone on', () => {
    const straight = openNight(join(dir), walk(30));
    straight.step();
    const member = openMember(straight);
    for (let at = 0; at < 5; at++) straight.step();
    straight.execute<'place'>({ kind: 'place', accountId: member.id, order: order({ priceCC: 4_300 }) });
    const copy = mkdtempSync(join(dir, 'copy-'));
    writeFileSync(join(copy, 'journal.jsonl'), readFileSync(join(dir, 'journal.jsonl')));
    const resumed = openNight(copy, walk(30));
    for (const night of [straight, resumed]) {
      for (let at = 0; at < 10; at++) night.step();
      night.execute<'place'>({
        kind: 'place',
        accountId: member.id,
        order: order({ side: 'ask', priceCC: 4_000, timeInForce: 'immediate_or_cancel' }),
      });
      while (night.step());
    }
    assert.deepEqual(picture(resumed), picture(straight));
    straight.stop();
    resumed.stop();
  });

  it('says so when a journal is not one', () => {
    writeFileSync(join(dir, 'journal.jsonl'), '{"version":99}\n');
    assert.throws(() => reopenJournal(dir), { code: 'EXCHANGE_JOURNAL_UNREADABLE', message: /another version/ });
    writeFileSync(join(dir, 'journal.jsonl'), '{"version":1}\nnonsense\n');
    assert.throws(() => reopenJournal(dir), { code: 'EXCHANGE_JOURNAL_UNREADABLE', message: /line 2/ });
  });

  it('tells listeners after the journal has it, refused commands leave no line', () => {
    const night = openNight(dir, walk(3));
    night.step();
    const member = openMember(night);
    const lines = () => readFileSync(join(dir, 'journal.jsonl'), 'utf8').split('\n').length;
    const seen: { events: ExchangeEvent[]; lines: number }[] = [];
    const before = lines();
    const stopListening = night.listen((events) => seen.push({ events, lines: lines() }));
    night.execute<'place'>({ kind: 'place', accountId: member.id, order: order({}) });
    assert.equal(seen[0]?.lines, before + 1);
    assert.ok(seen[0]?.events.some((one) => one.kind === 'order'));
    assert.throws(() => night.execute<'place'>({ kind: 'place', accountId: member.id, order: order({ priceCC: 1 }) }), Refusal);
    assert.equal(lines(), before + 1);
    stopListening();
    night.step();
    assert.equal(seen.length, 1);
    night.stop();
  });

  it('lets reads lag behind writes by real time', () => {
    const wall = { ms: 0 };
    const night = new Night({
      header: HEADER,
      scenario: walk(3),
      makeClock: lockstepClock,
      wallMs: () => wall.ms,
      readLagMs: 100,
    });
    night.step();
    const member = openMember(night);
    wall.ms = 100;
    assert.equal(night.replica.view(member.id).balances.get(0)?.availableE6, 500_000_000);
    const { orderId } = night.execute<'place'>({ kind: 'place', accountId: member.id, order: order({}) });
    night.step();
    assert.equal(night.replica.view(member.id).orders.size, 0);
    assert.ok(night.replica.asOfMs(night.nowMs()) < night.nowMs());
    wall.ms = 199;
    assert.equal(night.replica.view(member.id).orders.size, 0);
    wall.ms = 200;
    assert.ok(night.replica.view(member.id).orders.has(orderId));
    assert.equal(night.replica.asOfMs(night.nowMs()), night.nowMs());
  });

  it('runs at a multiple of real time and shows no present without its past', () => {
    const wall = { ms: 1_000 };
    const night = new Night({
      header: HEADER,
      scenario: walk(600),
      makeClock: (startMs) => runningClock(startMs, 60, () => wall.ms),
      wallMs: () => wall.ms,
      readLagMs: 0,
    });
    assert.equal(night.nowMs(), START_MS);
    wall.ms += 500;
    assert.equal(night.nowMs(), START_MS + 30_000);
    assert.equal(night.delivered, 31);
    assert.equal(night.exchange.state.markets.get(HOME)?.bids.best()?.priceCC, 5_000);
    assert.equal(night.clock.untilMs(START_MS + 60_000), 500);
  });

  it('delivers by itself once started, as fast as asked', async () => {
    const night = new Night({
      header: HEADER,
      scenario: walk(2_000),
      makeClock: (startMs) => runningClock(startMs, Number.POSITIVE_INFINITY, performance.now.bind(performance)),
      wallMs: () => performance.now(),
      readLagMs: 0,
    });
    const settled = new Promise<void>((resolve) => {
      night.listen((events) => {
        if (events.some((one) => one.kind === 'market' && one.news === 'settled')) resolve();
      });
    });
    night.start();
    await settled;
    assert.equal(night.delivered, 2_002);
    night.stop();
  });

  it('keeps minute candles and trades', () => {
    const night = openNight(dir, walk(130));
    night.step();
    const member = openMember(night);
    for (let at = 0; at < 59; at++) night.step();
    night.execute<'place'>({
      kind: 'place',
      accountId: member.id,
      order: order({ priceCC: 9_900, countE2: 100, timeInForce: 'immediate_or_cancel' }),
    });
    while (night.nowMs() < START_MS + 130 * SECOND) night.step();
    const startS = START_MS / 1_000;
    const nowS = night.nowMs() / 1_000;
    const read = (ticker: string, from: number, to: number, periodMinutes: number, at = nowS) =>
      night.tape.candles(ticker, { startS: startS + from, endS: startS + to, nowS: at, periodMinutes, isLatestIncluded: true });
    const candles = read(HOME, 0, 180, 1);
    assert.deepEqual(
      candles.map((candle) => [candle.endS - startS, candle.bid.lowCC, candle.bid.highCC, candle.bid.closeCC, candle.volumeE2]),
      [
        [60, 0, 5_900, 4_000, 100],
        [120, 4_000, 5_900, 4_000, 0],
        [180, 4_000, 5_000, 5_000, 0],
      ],
    );
    assert.equal(candles[0]?.price?.closeCC, 6_000);
    assert.equal(candles[1]?.price, undefined);
    assert.equal(candles[1]?.previousCC, 6_000);
    const ends = (found: { endS: number }[]) => found.map((candle) => candle.endS - startS);
    assert.deepEqual(ends(read(HOME, 0, 7_200, 60)), [3_600], 'the period that is under way, and none after it');
    assert.deepEqual(ends(read(HOME, 61, 600, 1, nowS + 200)), [120, 180, 240, 300, 360], 'quiet minutes are there');
    assert.equal(read(HOME, 240, 240, 1, nowS + 200)[0]?.bid.closeCC, 5_000);
    assert.deepEqual(ends(read(HOME, 400, 420, 1)), [420], 'the latest is moved to the boundary');
    assert.deepEqual(read(AWAY, 0, 60, 1), []);
    assert.equal(night.tape.trades.length, 1);
    night.stop();
  });
});
