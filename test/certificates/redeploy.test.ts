import assert from 'node:assert/strict';
import { Random } from '../../lib/exchange/scenario/random.ts';
import type { Overview } from '../../lib/web/contract.ts';
import { assertKept, ExchangeDoor, readMemory, unsettled } from './books.ts';
import { busyFlows, type FlowNode, idsOf } from './flow.ts';
import { untilFirstGame } from './night.ts';
import { Program } from './program.ts';

const SEED = 9;
const SPEED = 120;
const DEPLOYS = 51;
const KINDS = ['full', 'flows', 'nodes'] as const;
/** Answers to orders are kept back for so long, wall time, so that a deploy finds some on their way. */
const ANSWER_MS = 60;
/** Where no order is on its way soon, a deploy comes without one. */
const LONGEST_WAIT_MS = 1_500;
const STRATEGY = ['cs02', 'cs04'];

describe('flows, deployed again in the middle of a night', function () {
  this.timeout(300_000);
  let program: Program;
  beforeEach(() => {
    program = new Program();
  });
  afterEach(() => program.close());

  it('drop no baseline, lock, timer, order or socket', async () => {
    const shipped = busyFlows();
    const [account] = await untilFirstGame(program, shipped, { seed: SEED });
    assert.ok(account);
    const memory = () => readMemory(program.database, account.id);
    // Before the start: an order may follow at once when the account is armed.
    const began = memory();
    const { told, lines } = await program.start({ seed: SEED, speed: SPEED, emitters: idsOf(shipped, 'kalshi-order') });
    const door = await ExchangeDoor.of(program);
    const states: string[] = [];
    const stream = await program.stream(({ engine }) => engine && states.push(engine.state));
    await program.practice('/faults', {
      kind: 'delay',
      ms: ANSWER_MS,
      times: 10_000,
      on: { method: 'POST', path: '/trade-api/v2/portfolio/events/orders' },
    });

    const random = new Random(SEED, 'redeploy');
    const kinds = random.shuffled(Array.from({ length: DEPLOYS }, (_, index) => KINDS[index % KINDS.length] ?? 'full'));
    let flows = await program.flows();
    let before = new Map<string, Baseline>();
    let onTheWay = 0;
    for (const [index, kind] of kinds.entries()) {
      const sent = count('written');
      const waitsMs = performance.now() + (random.chance(0.7) ? LONGEST_WAIT_MS : random.whole(0, 300));
      await program.until('an order is on its way, or time is up', () => count('written') > sent || performance.now() > waitsMs);
      if (count('written') > count('back')) onTheWay += 1;
      flows = altered(flows, random, index);
      await program.deploy(flows, kind);
      const now = baselinesOf(await program.overview());
      for (const ticker of before.keys()) assert.ok(now.has(ticker) || (await door.isOver(ticker)), `${ticker} is followed`);
      assertKeeping(before, now, `deploy ${index + 1}, ${kind}`);
      before = now;
    }
    await stream.stop();
    assert.equal(
      lines.filter((line) => / Stopping (?:modified )?(?:flows|nodes)$/.test(line)).length,
      DEPLOYS,
      'each stopped something',
    );
    assert.ok(onTheWay >= DEPLOYS / 4, `only ${onTheWay} deploys met an order on its way`);
    assert.deepEqual([...new Set(states)], ['running'], 'the account went on as it was');
    assert.equal(memory().armed, 2, 'armed once before the first game and once since');
    assert.deepEqual(sockets(), { opened: 2, closed: 0 });

    assert.equal((await program.command('/bot/pause')).done, true);
    await program.until('everything is sold', async () => {
      await program.command('/positions/close-all');
      return memory().lots.length === 0 && unsettled(memory()).length === 0;
    });
    await program.until('every outcome is told', () => memory().orders.every((order) => order.is_reported === 1));
    const { memory: ended } = await door.untilAgreed(memory);
    assertKept({ ...began, entriesEnabled: false }, ended);
    assert.equal(ended.orphans, 0);

    const known = new Set(began.orders.filter((order) => order.is_reported === 1).map((order) => order.client_order_id));
    const fromFlows = ended.orders.filter(({ client_order_id: id, envelope }) => !known.has(id) && envelope !== 'null');
    const emitted = told.flatMap((one) =>
      one.kind === 'emitted' && one.outcome !== 'unresolved' ? (one.clientOrderId ?? []) : [],
    );
    assert.deepEqual(emitted.toSorted(), fromFlows.map((order) => order.client_order_id).toSorted(), 'each outcome is sent once');
    assert.deepEqual(
      lines.filter((line) => / (?:error|fatal) /.test(line)),
      [],
    );

    function count(moment: 'written' | 'back'): number {
      return told.filter((one) => one.kind === 'order' && one.moment === moment).length;
    }

    function sockets(): { opened: number; closed: number } {
      const all = told.filter((one) => one.kind === 'socket');
      return { opened: all.filter(({ isOpen }) => isOpen).length, closed: all.filter(({ isOpen }) => !isOpen).length };
    }
  });
});

interface Baseline {
  text: string;
  value: string;
  isFrozen: boolean;
  samples: number;
}

function baselinesOf({ live, upcoming, finished }: Overview): Map<string, Baseline> {
  const markets = [...live, ...upcoming, ...finished].flatMap((game) => game.markets);
  return new Map(
    markets.map(({ ticker, baseline, grade, baselineText: text }) => {
      const isFrozen = text.startsWith('frozen');
      const samples = Number(/^collecting (\d+)\//.exec(text)?.[1] ?? 0);
      return [ticker, { text, value: `${baseline} ${grade}`, isFrozen, samples }];
    }),
  );
}

/** Throws where a baseline that was final is another one, or one that is being collected has fewer samples. */
function assertKeeping(before: ReadonlyMap<string, Baseline>, now: ReadonlyMap<string, Baseline>, when: string): void {
  for (const [ticker, was] of before) {
    const is = now.get(ticker);
    if (is === undefined) continue;
    if (was.isFrozen) assert.deepEqual([is.text, is.value], [was.text, was.value], `${when}: ${ticker}`);
    else if (!is.isFrozen) assert.ok(is.samples >= was.samples, `${when}: ${ticker} had ${was.text}, has ${is.text}`);
  }
}

/** The flows with another name for one node of a strategy, or for the account that all of them use. */
function altered(flows: readonly FlowNode[], random: Random, index: number): FlowNode[] {
  const choice = flows.filter(
    ({ z, type }) => type === 'kalshi-auth' || (STRATEGY.includes(z ?? '') && type.startsWith('kalshi-')),
  );
  const { id } = random.pick(choice);
  return flows.map((node) => (node.id === id ? { ...node, name: `changed ${index}` } : node));
}
