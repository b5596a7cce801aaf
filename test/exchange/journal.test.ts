import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { ExchangeEvent } from '../../lib/exchange/engine/events.ts';
import { Refusal } from '../../lib/exchange/engine/refusal.ts';
import { openJournal } from '../../lib/exchange/journal.ts';
import type { Night } from '../../lib/exchange/night.ts';
import type { MilestoneListing, ScenarioAction } from '../../lib/exchange/scenario/types.ts';
import { order, START_MS } from './stage.ts';
import { HEADER, openMember, openNight, picture, runningAt, SECOND, scenarioOf, walk } from './walk.ts';

const LOCK = new URL('../../lib/exchange/lock.ts', import.meta.url).href;

describe('the journal of a night', () => {
  let dir: string;
  let path: string;
  const nights: Night[] = [];
  const open = (...args: Parameters<typeof openNight>): Night => {
    const night = openNight(...args);
    nights.push(night);
    return night;
  };
  const close = () => {
    for (const night of nights.splice(0)) night.stop();
  };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-night-'));
    path = join(dir, 'journal.jsonl');
  });
  afterEach(() => {
    close();
    rmSync(dir, { recursive: true, force: true });
  });
  /** The folder as it is now, as a killed process would leave it. */
  const killed = (): string => {
    const copy = mkdtempSync(join(dir, 'killed-'));
    copyFileSync(path, join(copy, 'journal.jsonl'));
    return copy;
  };

  it('gives back everything that was acknowledged, wherever it is cut off', () => {
    const script = fc.array(
      fc.record({
        steps: fc.nat(4),
        side: fc.constantFrom('bid' as const, 'ask' as const),
        cents: fc.integer({ min: 35, max: 65 }),
      }),
      { minLength: 1, maxLength: 12, size: 'max' },
    );
    fc.assert(
      fc.property(script, fc.nat(), fc.boolean(), (acts, cut, isAtLineEnd) => {
        const folder = mkdtempSync(join(dir, 'run-'));
        const file = join(folder, 'journal.jsonl');
        const night = open(folder, walk(60));
        night.step();
        const member = openMember(night);
        const acknowledged: { length: number; orderId: string | undefined; picture: unknown }[] = [];
        const acknowledge = (orderId?: string) =>
          acknowledged.push({ length: statSync(file).size, orderId, picture: picture(night) });
        acknowledge();
        for (const { steps, side, cents } of acts) {
          for (let at = 0; at < steps; at++) night.step();
          acknowledge(placed(night, member.id, side, cents * 100));
        }
        close();
        const least = acknowledged[0]?.length ?? 0;
        const whole = readFileSync(file);
        const lengths = acknowledged.map((one) => one.length);
        const length = isAtLineEnd ? (lengths[cut % lengths.length] ?? 0) : least + (cut % (whole.length - least + 1));
        writeFileSync(file, whole.subarray(0, length));
        const resumed = open(folder, walk(60));
        const before = acknowledged.filter((one) => one.length <= length);
        const view = resumed.replica.view(member.id);
        for (const { orderId } of before) assert.ok(orderId === undefined || view.orders.has(orderId));
        if (before.at(-1)?.length === length) assert.deepEqual(picture(resumed), before.at(-1)?.picture);
        close();
        const again = open(folder, walk(60));
        assert.deepEqual(picture(again), picture(resumed));
        assert.equal(again.exchange.state.ids.next(), resumed.exchange.state.ids.next(), 'the ids go on where they were');
        close();
      }),
      { numRuns: 100 },
    );
  });

  it('goes on after a resume exactly as it would have gone on', () => {
    const straight = open(dir, walk(30));
    straight.step();
    const member = openMember(straight);
    for (let at = 0; at < 5; at++) straight.step();
    straight.execute<'place'>({ kind: 'place', accountId: member.id, order: order({ priceCC: 4_300 }) });
    const resumed = open(killed(), walk(30));
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
  });

  it('is written before listeners are told, and refused commands leave no line', () => {
    const night = open(dir, walk(3));
    night.step();
    const member = openMember(night);
    const lines = () => readFileSync(path, 'utf8').split('\n').length;
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
  });

  describe('in quiet times', () => {
    const milestone: MilestoneListing = {
      id: 'M',
      type: 'basketball_game',
      title: '',
      category: '',
      startMs: START_MS,
      endMs: undefined,
      relatedEventTickers: [],
      primaryEventTickers: [],
      notificationMessage: '',
      details: {},
    };
    const at = (second: number, action: ScenarioAction) => ({ atMs: START_MS + second * SECOND, actions: [action] });
    const quiet = scenarioOf([
      at(1, { kind: 'milestone', milestone }),
      at(30, { kind: 'live', milestoneId: 'M', details: { score: 7 } }),
      at(3_600, { kind: 'live', milestoneId: 'M', details: { score: 9 } }),
    ]);

    it('has what was delivered without a word to anybody', () => {
      const wall = { ms: 0 };
      const running = runningAt(60, () => wall.ms);
      const night = open(dir, quiet, running);
      wall.ms = 100;
      night.nowMs();
      wall.ms = 500;
      night.nowMs();
      assert.deepEqual(open(killed(), quiet, running).exchange.state.milestones.get('M')?.live, { score: 7 });
    });

    it('goes on at the very instant at which it was stopped', () => {
      const wall = { ms: 0 };
      const running = runningAt(60, () => wall.ms);
      const night = open(dir, quiet, running);
      wall.ms = 10_000;
      const shownMs = night.nowMs();
      night.stop();
      assert.equal(shownMs, START_MS + 600 * SECOND);
      assert.equal(open(dir, quiet, running).nowMs(), shownMs);
    });

    it('goes on about a second earlier where it was killed', async function () {
      this.timeout(10_000);
      const nothing = scenarioOf([]);
      const night = open(
        dir,
        nothing,
        runningAt(60, () => performance.now()),
      );
      night.nowMs();
      const size = statSync(path).size;
      night.start();
      while (statSync(path).size === size) await new Promise((resolve) => setImmediate(resolve));
      const resumed = open(
        killed(),
        nothing,
        runningAt(60, () => 0),
      );
      assert.ok(resumed.nowMs() >= START_MS + 60 * SECOND);
      assert.ok(resumed.nowMs() <= night.nowMs());
    });

    it('writes nothing while market time stands still', () => {
      const night = open(dir, quiet);
      night.start();
      night.step();
      const size = statSync(path).size;
      night.stop();
      assert.equal(statSync(path).size, size);
    });
  });

  describe('that is not as it should be', () => {
    it('is as if never begun without a whole line', () => {
      for (const text of ['', '{"version":2,"nig']) {
        writeFileSync(path, text);
        const opened = openJournal(dir, HEADER);
        opened.journal.append({ delivered: 0, atMs: START_MS });
        opened.journal.close();
        assert.deepEqual([opened.isResumed, opened.entries], [false, []]);
        const { journal, ...again } = openJournal(dir, { ...HEADER, night: 'not this' });
        journal.close();
        assert.deepEqual(again, { isResumed: true, header: HEADER, entries: [{ delivered: 0, atMs: START_MS }] });
      }
    });

    it('says so and is left as it is', () => {
      openJournal(dir, HEADER).journal.close();
      const [header = ''] = readFileSync(path, 'utf8').split('\n');
      const cases: [text: string, message: RegExp][] = [
        ['nonsense\n', /line 1,/],
        ['7\n', /line 1,/],
        ['{"version":99}\n', /another version/],
        [`${header}\nnonsense\n`, /line 2,/],
        [`${header}\n{"delivered":1,"atMs":5}\n{}\n`, /line 3,/],
        [`${header}\n{"delivered":1,"atMs":null}\n`, /line 2,/],
      ];
      for (const [text, message] of cases) {
        writeFileSync(path, `${text}torn`);
        assert.throws(() => openJournal(dir, HEADER), { code: 'EXCHANGE_JOURNAL_UNREADABLE', message });
        assert.equal(readFileSync(path, 'utf8'), `${text}torn`);
      }
    });

    it('is refused and left as it is when it is of another night', () => {
      openJournal(dir, HEADER).journal.close();
      writeFileSync(path, 'torn', { flag: 'a' });
      const text = readFileSync(path, 'utf8');
      assert.throws(() => openJournal(dir, { ...HEADER, seed: 2 }), { code: 'EXCHANGE_NIGHT_DIFFERS' });
      assert.equal(readFileSync(path, 'utf8'), text);
      openJournal(dir, HEADER).journal.close();
      assert.equal(readFileSync(path, 'utf8'), text.slice(0, -4));
    });
  });

  describe('that another one has', () => {
    const IN_USE = { code: 'EXCHANGE_NIGHT_IN_USE', message: new RegExp(`as process ${process.pid}`) };

    it('is not opened and not touched', () => {
      const night = open(dir, walk(3));
      const text = readFileSync(path, 'utf8');
      assert.throws(() => openJournal(dir, HEADER), IN_USE);
      assert.throws(() => openJournal(dir, { ...HEADER, seed: 2 }), IN_USE);
      assert.equal(readFileSync(path, 'utf8'), text);
      night.step();
      night.stop();
      assert.equal(open(dir, walk(3)).delivered, 1);
    });

    it('is taken over when that process is dead, though its number is in use', () => {
      const code = `const { lockNight } = await import(${JSON.stringify(LOCK)}); lockNight(${JSON.stringify(dir)}); process.kill(process.pid, 'SIGKILL')`;
      assert.throws(() => execFileSync(process.execPath, ['--input-type=module', '-e', code]), { signal: 'SIGKILL' });
      writeFileSync(join(dir, 'night.pid'), `${process.pid}\n`);
      assert.equal(open(dir, walk(3)).delivered, 0);
    });
  });
});

/** Places an order and returns its id, or undefined where it is refused. */
function placed(night: Night, accountId: string, side: 'bid' | 'ask', priceCC: number): string | undefined {
  try {
    return night.execute<'place'>({ kind: 'place', accountId, order: order({ side, priceCC, countE2: 700 }) }).orderId;
  } catch (refusal) {
    assert.ok(refusal instanceof Refusal);
    return undefined;
  }
}
