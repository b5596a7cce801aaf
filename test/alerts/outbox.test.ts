import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Channel, Delivery } from '../../lib/alerts/channel.ts';
import { discordChannel } from '../../lib/alerts/discord/channel.ts';
import { type OpenOutbox, openOutbox } from '../../lib/alerts/outbox.ts';
import type { Activity } from '../../lib/trading/ports/clock.ts';
import type { Alert } from '../../lib/trading/ports/outbox.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { DiscordStandIn, reply, WEBHOOK_URL } from './discord-stand-in.ts';
import { PaperAlerts } from './memory.ts';

const HOUR_MS = 3_600_000;
const alertOf = (key: string): Alert => ({
  kind: 'trip',
  key,
  accountId: 'account',
  environment: 'practice',
  level: 'error',
  title: `Alert ${key}`,
  facts: [['Reason', 'a test']],
  atMs: Date.UTC(2026, 10, 20),
});

/** Counts what is under way. */
class Counter implements Activity {
  count = 0;

  begin(): () => void {
    this.count += 1;
    return () => {
      this.count -= 1;
    };
  }
}

async function atRest(...outboxes: OpenOutbox[]): Promise<void> {
  while (outboxes.some((outbox) => outbox.state().some(({ state }) => state === 'sending'))) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('the outbox', () => {
  let discord: DiscordStandIn;
  let wall: VirtualClock;
  let memory: PaperAlerts;
  let activity: Counter;
  let baseUrl = '';
  let outbox: OpenOutbox;
  let opened: OpenOutbox[] = [];

  function open(channels?: readonly Channel[], random = () => 0): OpenOutbox {
    const all = channels ?? [discordChannel({ webhookUrl: WEBHOOK_URL, wall, baseUrl })];
    outbox = openOutbox({ memory, channels: all, wall, activity, random });
    opened.push(outbox);
    return outbox;
  }

  async function post(...keys: string[]): Promise<void> {
    for (const key of keys) await outbox.post(alertOf(key));
    await atRest(outbox);
  }

  async function passMs(ms: number): Promise<void> {
    wall.advance(ms);
    await atRest(outbox);
  }

  beforeEach(async () => {
    discord = new DiscordStandIn();
    baseUrl = await discord.open();
    wall = new VirtualClock();
    memory = new PaperAlerts();
    activity = new Counter();
    opened = [];
  });

  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await discord.close();
    assert.equal(wall.timers, 0);
    assert.equal(activity.count, 0);
  });

  const states = () => memory.rows.map(({ key, state }) => `${key} ${state}`);
  const failing = (status: number) => discord.troubles.push((response) => reply(response, status, {}));

  it('stores an alert, delivers it, and remembers that it did', async () => {
    open().start();
    await post('a');
    assert.deepEqual(discord.titles(), ['Alert a']);
    assert.deepEqual(states(), ['a delivered']);
    const deliveredMs = wall.nowMs();
    assert.deepEqual(outbox.state(), [{ channel: 'discord', state: 'idle', reason: undefined, nextMs: undefined, deliveredMs }]);
  });

  it('stores before it sends: nothing goes out before the start, and all of it after', async () => {
    open();
    await post('a', 'b');
    assert.deepEqual([discord.requests, states()], [0, ['a waiting', 'b waiting']]);
    outbox.start();
    await atRest(outbox);
    assert.deepEqual(discord.titles(), ['Alert a', 'Alert b']);
  });

  it('sends the same key once', async () => {
    open().start();
    await post('a', 'a', 'b', 'a');
    assert.deepEqual(discord.titles(), ['Alert a', 'Alert b']);
  });

  it('says so where an alert cannot be stored', async () => {
    open().start();
    memory.failing.add('enqueue');
    await assert.rejects(outbox.post(alertOf('a')), { code: 'STORE_FULL' });
    assert.equal(discord.requests, 0);
  });

  it('tries again, later and later, and keeps the order meanwhile', async () => {
    open().start();
    for (let failure = 0; failure < 3; failure++) failing(500);
    await post('a', 'b');
    for (const restMs of [1_000, 2_000, 4_000]) {
      const [state] = outbox.state();
      assert.deepEqual(
        [state?.state, state?.nextMs, state?.reason],
        ['resting', wall.nowMs() + restMs, 'Discord answered with HTTP status 500'],
      );
      assert.equal(memory.rows[0]?.nextMs, wall.nowMs() + restMs);
      await passMs(restMs - 1);
      assert.equal(discord.posted.length, 0);
      await passMs(1);
    }
    assert.deepEqual(discord.titles(), ['Alert a', 'Alert b']);
    assert.deepEqual(
      memory.rows.map(({ attempts, reason }) => [attempts, reason]),
      [
        [4, 'Discord answered with HTTP status 500'],
        [1, undefined],
      ],
    );
    assert.equal(outbox.state()[0]?.reason, undefined);
  });

  it('takes up to half of the rest off, by chance', async () => {
    open(undefined, () => 0.999).start();
    failing(500);
    await post('a');
    assert.equal(outbox.state()[0]?.nextMs, wall.nowMs() + 501);
  });

  it('waits as long as Discord says', async () => {
    open().start();
    discord.troubles.push((response) => reply(response, 429, { message: 'x', retry_after: 17.5, global: true }));
    await post('a');
    await passMs(17_499);
    assert.equal(discord.requests, 1);
    await passMs(1);
    assert.deepEqual(discord.titles(), ['Alert a']);
  });

  it('keeps to the limits of Discord without meeting them', async () => {
    discord.nowMs = () => wall.monotonicMs();
    open().start();
    const keys = Array.from({ length: 40 }, (_, index) => `n${index}`);
    await post(...keys);
    assert.equal(discord.posted.length, 5);
    for (let passed = 0; passed < 80; passed++) await passMs(1_000);
    assert.deepEqual(
      discord.titles(),
      keys.map((key) => `Alert ${key}`),
    );
    assert.equal(discord.limited, 0);
  });

  it('gives up after a day, with the reason to be seen, and goes on with the next', async () => {
    open().start();
    for (let failure = 0; failure < 100; failure++) failing(500);
    await post('a');
    for (let hour = 0; hour < 12; hour++) await passMs(HOUR_MS);
    await post('b');
    for (let hour = 12; hour < 24; hour++) await passMs(HOUR_MS);
    assert.deepEqual(states(), ['a given_up', 'b waiting']);
    assert.equal(memory.rows[0]?.reason, 'not delivered within a day: Discord answered with HTTP status 500');
    assert.ok((memory.rows[0]?.attempts ?? 0) > 20);
    discord.troubles.length = 0;
    await passMs(300_000);
    assert.deepEqual(states(), ['a given_up', 'b delivered']);
  });

  it('gives up at once what Discord refuses, and goes on with the next', async () => {
    open().start();
    discord.troubles.push((response) => reply(response, 400, { message: 'Invalid Form Body', code: 50_035 }));
    await post('a', 'b');
    assert.deepEqual(states(), ['a given_up', 'b delivered']);
    assert.equal(memory.rows[0]?.reason, 'Discord refused the message (Invalid Form Body, code 50035)');
  });

  it('gives up what is stored and is no alert', async () => {
    open().start();
    await memory.enqueue({
      key: 'x',
      accountId: undefined,
      kind: 'x',
      channel: 'discord',
      payload: { odd: 1 },
      atMs: wall.nowMs(),
    });
    await post('a');
    assert.deepEqual(states(), ['x given_up', 'a delivered']);
  });

  describe('whose webhook is gone', () => {
    beforeEach(async () => {
      open().start();
      discord.troubles.push((response) => reply(response, 404, { message: 'Unknown Webhook', code: 10_015 }));
      await post('a');
    });

    it('is down, says why, asks no more, and keeps what waits', async () => {
      await post('b');
      await passMs(HOUR_MS);
      assert.equal(discord.requests, 1);
      const [state] = outbox.state();
      assert.equal(state?.state, 'down');
      assert.match(
        state?.reason ?? '',
        /^Discord does not know the webhook any more \(Unknown Webhook, code 10015\): set a new one$/,
      );
      assert.deepEqual(states(), ['a waiting', 'b waiting']);
      assert.match(memory.rows[0]?.reason ?? '', /does not know the webhook/);
    });

    it('is up again when a test arrives', async () => {
      assert.equal(await outbox.sendTest('pigeon'), undefined);
      discord.troubles.push((response) => reply(response, 404, {}));
      assert.equal((await outbox.sendTest('discord'))?.kind, 'down');
      await post('b');
      assert.deepEqual(discord.titles(), []);
      assert.deepEqual(await outbox.sendTest('discord'), { kind: 'delivered' });
      await atRest(outbox);
      assert.deepEqual(discord.titles(), ['Test: alerts of Courtside arrive here.', 'Alert a', 'Alert b']);
    });

    it('delivers under a new one what is younger than a day', async () => {
      wall.advance(12 * HOUR_MS);
      await post('b');
      await outbox.close();
      wall.advance(12 * HOUR_MS);
      open().start();
      await atRest(outbox);
      assert.deepEqual(states(), ['a given_up', 'b delivered']);
      assert.match(memory.rows[0]?.reason ?? '', /^not delivered within a day: Discord does not know/);
    });
  });

  it('keeps alerts for a channel that is not set up yet', async () => {
    open([]).start();
    await post('a');
    const [state] = outbox.state();
    assert.deepEqual([state?.channel, state?.state], ['discord', 'missing']);
    await outbox.close();
    assert.equal(outbox.state()[0]?.state, 'closed');
    open().start();
    await atRest(outbox);
    assert.deepEqual(discord.titles(), ['Alert a']);
  });

  it('gives up after a day what no channel was set up for', async () => {
    open([]).start();
    await post('a');
    await passMs(23 * HOUR_MS);
    await post('b');
    for (let hour = 0; hour < 2; hour++) await passMs(HOUR_MS);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    assert.deepEqual(states(), ['a given_up', 'b waiting']);
    assert.equal(memory.rows[0]?.reason, 'not delivered within a day');
    assert.deepEqual([outbox.state()[0]?.state, await outbox.sendTest('discord')], ['missing', undefined]);
  });

  it('delivers what a former process has left, at once, in its order', async () => {
    open().start();
    failing(500);
    await post('a', 'b');
    await outbox.close();
    assert.deepEqual(states(), ['a waiting', 'b waiting']);
    open().start();
    await atRest(outbox);
    assert.deepEqual(discord.titles(), ['Alert a', 'Alert b']);
  });

  it('sends twice what it could not remember as sent before it ended', async () => {
    open().start();
    memory.failing.add('delivered');
    await post('a');
    assert.match(outbox.state()[0]?.reason ?? '', /the alerts cannot be read or written: the disk is full/);
    await outbox.close();
    memory.failing.clear();
    open().start();
    await atRest(outbox);
    assert.deepEqual(discord.titles(), ['Alert a', 'Alert a']);
  });

  it('sends it once where it does not end, and remembers it when it can', async () => {
    open().start();
    memory.failing.add('delivered');
    await post('a');
    await passMs(5_000);
    memory.failing.clear();
    await passMs(60_000);
    assert.deepEqual([discord.titles(), states()], [['Alert a'], ['a delivered']]);
  });

  it('waits for a memory that cannot be read', async () => {
    open().start();
    memory.failing.add('due');
    await post('a');
    assert.equal(outbox.state()[0]?.state, 'resting');
    memory.failing.clear();
    await passMs(1_000);
    assert.deepEqual(discord.titles(), ['Alert a']);
  });

  it('ends soon though Discord does not answer, and sends again what was under way', async () => {
    open().start();
    let arrived: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    discord.troubles.push(() => arrived());
    await outbox.post(alertOf('a'));
    await asked;
    const closed = outbox.close();
    wall.advance(1_000);
    await closed;
    assert.deepEqual([outbox.state()[0]?.state, states()], ['closed', ['a waiting']]);
    open().start();
    await atRest(outbox);
    assert.deepEqual(discord.titles(), ['Alert a']);
  });

  it('is at work while it stores or sends, and not while it waits for time to pass', async () => {
    open().start();
    let during = -1;
    discord.troubles.push((response) => {
      during = activity.count;
      reply(response, 500, {});
    });
    await post('a');
    assert.deepEqual([during, activity.count, outbox.state()[0]?.state], [1, 0, 'resting']);
  });

  it('delivers to each channel for itself', async () => {
    const taken: string[] = [];
    const answers: Delivery[] = [{ kind: 'later', reason: 'busy', afterMs: 5_000 }];
    const other: Channel = {
      name: 'other',
      restMs: () => 0,
      async deliver(alert) {
        taken.push(alert.key);
        return answers.shift() ?? { kind: 'delivered' };
      },
      sendTest: async () => ({ kind: 'delivered' }),
      close: async () => {},
    };
    open([discordChannel({ webhookUrl: WEBHOOK_URL, wall, baseUrl }), other]).start();
    await post('a', 'b');
    assert.deepEqual([discord.titles(), taken], [['Alert a', 'Alert b'], ['a']]);
    await passMs(4_999);
    assert.deepEqual(taken, ['a']);
    await passMs(1);
    assert.deepEqual(taken, ['a', 'a', 'b']);
  });

  it('delivers everything at least once, in order, through any troubles and restarts', async () => {
    const event = fc.oneof(
      { weight: 4, arbitrary: fc.constant('post' as const) },
      fc.constantFrom('restart' as const, 'wait' as const, 'disk fails' as const, 'disk works' as const),
      fc.constantFrom(500, 429, 0),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
        memory = new PaperAlerts();
        discord.posted.length = 0;
        discord.troubles.length = 0;
        open().start();
        const keys: string[] = [];
        for (const one of events) {
          if (one === 'post') {
            keys.push(String(keys.length));
            await outbox.post(alertOf(String(keys.length - 1)));
          } else if (one === 'restart') {
            await outbox.close();
            open().start();
          } else if (one === 'disk fails') for (const call of ['delivered', 'failed', 'due']) memory.failing.add(call);
          else if (one === 'disk works') memory.failing.clear();
          else if (one === 0) discord.troubles.push((response) => response.destroy());
          else if (one === 429) discord.troubles.push((response) => reply(response, 429, { retry_after: 1 }));
          else if (one === 500) failing(500);
          await atRest(outbox);
          if (one === 'wait') await passMs(2_000);
        }
        memory.failing.clear();
        for (let passed = 0; passed < 60; passed++) await passMs(300_000);
        const firsts = [...new Set(discord.titles())];
        assert.deepEqual(
          firsts,
          keys.map((key) => `Alert ${key}`),
        );
        assert.ok(memory.rows.every(({ state }) => state === 'delivered'));
        await outbox.close();
      }),
      { numRuns: 60 },
    );
  });
});
