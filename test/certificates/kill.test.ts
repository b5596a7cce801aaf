import assert from 'node:assert/strict';
import { Random } from '../../lib/exchange/scenario/random.ts';
import { assertKept, ExchangeDoor, type Memory, readMemory, unsettled } from './books.ts';
import { busyFlows } from './flow.ts';
import { untilFirstGame } from './night.ts';
import { type KillPlan, MOMENTS } from './observed.ts';
import { Program } from './program.ts';

const SEED = 5;
const KILLS = 20;
const SPEED = 120;
/** A game that has been entered often enough is traded no more, and the next may be far: then it is killed as it is. */
const LONGEST_LIFE_MS = 6_000;

/** That an order never arrived is proven half a minute after it was signed, by two reads. */
const ABSENCE_MS = 60_000;

/**
 * - `order`: while an order is at an exact moment of its way · `armed`: some market time after it was armed
 * - `starting`: after some lines of its start · `command`: at once after a command was answered
 */
type Death =
  | { kind: 'order'; plan: KillPlan }
  | { kind: 'armed'; afterMs: number }
  | { kind: 'starting'; lines: number }
  | { kind: 'command' };

describe('the whole program, killed', function () {
  this.timeout(600_000);
  let program: Program;
  beforeEach(() => {
    program = new Program();
  });
  afterEach(() => program.close());

  it('comes back with nothing doubled and nothing lost, twenty times in a night', async () => {
    const flows = busyFlows();
    const [account] = await untilFirstGame(program, flows, { seed: SEED });
    assert.ok(account);
    const memory = () => readMemory(program.database, account.id);
    const random = new Random(SEED, 'kill');
    const met = { order: 0, leftUnsettled: 0 };
    const plan = deaths(random);
    assert.equal(plan.length, KILLS);
    for (const death of plan) {
      const before = memory();
      const life = program.begin({ seed: SEED, speed: SPEED });
      if (death.kind === 'starting') {
        await program.until('it is starting', () => life.lines.length >= death.lines);
        await program.kill();
        continue;
      }
      await program.until('it is armed', () => program.isArmed(1));
      await assertBack(before);
      if (death.kind === 'command') {
        const isOn = memory().entriesEnabled;
        assert.equal((await program.command(isOn ? '/bot/pause' : '/bot/resume')).done, true);
        await program.kill();
        assert.equal(memory().entriesEnabled, !isOn, 'what was answered is remembered');
        continue;
      }
      const checkedMs = performance.now();
      const untilMs = (await nowMs()) + (death.kind === 'armed' ? death.afterMs : Number.POSITIVE_INFINITY);
      if (death.kind === 'order') program.killAt(death.plan);
      await program.until('it dies', async () => {
        if (hasDied() || performance.now() - checkedMs > LONGEST_LIFE_MS) return true;
        return death.kind === 'armed' && (await nowMs()) >= untilMs;
      });
      if (hasDied()) met.order += 1;
      await program.kill();
      if (unsettled(memory()).length > 0) met.leftUnsettled += 1;
    }

    const before = memory();
    await program.start({ seed: SEED, speed: SPEED });
    await assertBack(before);
    assert.equal((await program.command('/bot/pause')).done, true);
    const settled = () => unsettled(memory()).length === 0;
    // Where two rules hold the same, neither is sold before it is known what an exit of the other has sold.
    await program.until('what the last kill has left is settled', settled, { patienceMs: ABSENCE_MS });
    await program.until('everything is sold', async () => {
      await program.command('/positions/close-all');
      return memory().lots.length === 0;
    });
    await program.until('every intent is settled', settled, { patienceMs: ABSENCE_MS });
    const last = await assertBack(memory());
    assert.ok(last.trades >= KILLS / 2, `it has traded: ${last.trades} trades`);
    assert.ok(met.order >= 8, `killed with an order on its way ${met.order} times`);
    assert.ok(met.leftUnsettled >= 8, `found an order unsettled ${met.leftUnsettled} times`);

    function hasDied(): boolean {
      return program.life.child.signalCode !== null;
    }

    async function nowMs(): Promise<number> {
      return ((await program.practice('/clock')) as { now_ms: number }).now_ms;
    }

    /** Waits until all that was on its way before is proven, and both sides say the same. */
    async function assertBack(before: Memory): Promise<Memory> {
      const door = await ExchangeDoor.of(program);
      const { memory: now } = await door.untilAgreed(memory);
      assertKept(before, now);
      assert.equal(now.orphans, 0);
      const { engine } = await program.status();
      assert.equal(engine.reconciled?.agreed, true, engine.reconciled?.text);
      return now;
    }
  });
});

function deaths(random: Random): Death[] {
  const onTheWay = MOMENTS.flatMap((moment) =>
    [1, 2, 3].map((): Death => ({ kind: 'order', plan: { moment, order: random.whole(1, 6) } })),
  );
  const others: Death[] = [
    ...[1, 2, 3, 4].map((): Death => ({ kind: 'armed', afterMs: random.whole(0, 180_000) })),
    ...[1, 2].map((): Death => ({ kind: 'starting', lines: random.whole(1, 14) })),
    { kind: 'command' },
    { kind: 'command' },
  ];
  return random.shuffled([...onTheWay, ...others]);
}
