import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Channel } from '../../lib/alerts/channel.ts';
import { discordChannel } from '../../lib/alerts/discord/channel.ts';
import type { Alert } from '../../lib/trading/ports/outbox.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { DiscordStandIn, reply, TOKEN, WEBHOOK_ID, WEBHOOK_URL } from './discord-stand-in.ts';

const ALERT: Alert = {
  kind: 'exit',
  key: 'k',
  accountId: undefined,
  environment: 'demo',
  level: 'info',
  title: 'Sold 10 Knicks at 67.0c',
  facts: [],
  atMs: Date.UTC(2026, 10, 20),
};

describe('the Discord channel', () => {
  let discord: DiscordStandIn;
  let wall: VirtualClock;
  let channel: Channel;
  let baseUrl = '';

  beforeEach(async () => {
    discord = new DiscordStandIn();
    baseUrl = await discord.open();
    wall = new VirtualClock();
    channel = discordChannel({ webhookUrl: WEBHOOK_URL, wall, baseUrl });
  });

  afterEach(async () => {
    await channel.close();
    await discord.close();
    assert.equal(wall.timers, 0);
  });

  it('posts an alert, and a test', async () => {
    assert.deepEqual(await channel.deliver(ALERT), { kind: 'delivered' });
    assert.deepEqual(await channel.sendTest(), { kind: 'delivered' });
    assert.deepEqual(discord.titles(), ['Sold 10 Knicks at 67.0c', 'Test: alerts of Courtside arrive here.']);
  });

  it('is down where Discord does not know the webhook', async () => {
    for (const [status, body, said] of [
      [404, { message: 'Unknown Webhook', code: 10_015 }, ' (Unknown Webhook, code 10015)'],
      [401, 'no JSON object', ''],
    ] as const) {
      discord.troubles.push((response) => reply(response, status, body));
      const reason = `Discord does not know the webhook any more${said}: set a new one`;
      assert.deepEqual(await channel.deliver(ALERT), { kind: 'down', reason });
    }
  });

  it('waits as long as Discord says, in the answer or in its head', async () => {
    const cases = [
      [{ message: 'x', retry_after: 1.25, global: false }, {}, 1_250, 'the messages of this webhook'],
      [{ message: 'x', retry_after: 3, global: true }, {}, 3_000, 'all messages of this machine'],
      ['garbage', { 'retry-after': '7' }, 7_000, 'the messages of this webhook'],
      ['garbage', { 'retry-after': '7', 'x-ratelimit-global': 'true' }, 7_000, 'all messages of this machine'],
      [{ retry_after: 1e9 }, {}, 3_600_000, 'the messages of this webhook'],
      [{ retry_after: -1 }, {}, undefined, 'the messages of this webhook'],
    ] as const;
    for (const [body, headers, afterMs, what] of cases) {
      discord.troubles.push((response) => reply(response, 429, body, headers));
      assert.deepEqual(await channel.deliver(ALERT), { kind: 'later', reason: `Discord has limited ${what}`, afterMs });
      assert.equal(channel.restMs(), afterMs ?? 0);
      wall.advance(3_600_000);
      assert.equal(channel.restMs(), 0);
    }
  });

  it('rests by itself after five messages in two seconds, and thirty in a minute', async () => {
    discord.nowMs = () => wall.monotonicMs();
    const startMs = wall.monotonicMs();
    const rests: number[] = [];
    for (let sent = 0; sent < 32; sent++) {
      const restMs = channel.restMs();
      if (restMs > 0) rests.push(restMs);
      wall.advance(restMs);
      assert.deepEqual(await channel.deliver(ALERT), { kind: 'delivered' });
    }
    assert.deepEqual(rests, [2_000, 2_000, 2_000, 2_000, 2_000, 50_000]);
    assert.equal(wall.monotonicMs() - startMs, 60_000);
    assert.equal(discord.limited, 0);
  });

  it('rests when Discord says that a message was the last for now', async () => {
    discord.troubles.push((response) =>
      reply(response, 200, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '1.5' }),
    );
    await channel.deliver(ALERT);
    assert.equal(channel.restMs(), 1_500);
  });

  it('repeats what may go well another time, and gives up what never will', async () => {
    const cases = [
      [500, 'later', 'Discord answered with HTTP status 500'],
      [503, 'later', 'Discord answered with HTTP status 503'],
      [302, 'later', 'Discord answered with HTTP status 302'],
      [403, 'later', 'Discord answered with HTTP status 403'],
      [400, 'refused', 'Discord refused the message'],
    ] as const;
    for (const [status, kind, reason] of cases) {
      discord.troubles.push((response) => response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('<html>'));
      const delivery = await channel.deliver(ALERT);
      assert.deepEqual([delivery.kind, 'reason' in delivery && delivery.reason], [kind, reason]);
    }
    discord.troubles.push((response) => reply(response, 503, {}, { 'retry-after': '9' }));
    assert.deepEqual(await channel.deliver(ALERT), {
      kind: 'later',
      reason: 'Discord answered with HTTP status 503',
      afterMs: 9_000,
    });
  });

  it('repeats what was not answered in time, before the answer and within it', async () => {
    for (const begin of [false, true]) {
      discord.troubles.push((response) => {
        if (begin) response.writeHead(500).write('{');
        setImmediate(() => setImmediate(() => wall.advance(10_000)));
      });
      const reason = 'Discord did not answer within 10 s';
      assert.deepEqual(await channel.deliver(ALERT), { kind: 'later', reason, afterMs: undefined });
    }
  });

  it('repeats where the connection breaks, or none is made', async () => {
    discord.troubles.push((response) => response.destroy());
    const broken = await channel.deliver(ALERT);
    assert.match(broken.kind === 'later' ? broken.reason : '', /^Discord could not be reached \([A-Z_]+\)$/);
    const nowhere = discordChannel({ webhookUrl: WEBHOOK_URL, wall, baseUrl: 'http://127.0.0.1:1' });
    const reason = 'Discord could not be reached (ECONNREFUSED)';
    assert.deepEqual(await nowhere.deliver(ALERT), { kind: 'later', reason, afterMs: undefined });
    await nowhere.close();
  });

  it('reads no more of an answer than it needs', async () => {
    discord.troubles.push((response) => reply(response, 500, { message: 'x'.repeat(1_000_000) }));
    const reason = 'Discord answered with HTTP status 500';
    assert.deepEqual(await channel.deliver(ALERT), { kind: 'later', reason, afterMs: undefined });
  });

  it('keeps its address out of everything that it says', async () => {
    const told: unknown[] = [channel];
    const gossip = { message: `no such webhook ${WEBHOOK_URL}`, code: 1 };
    for (const status of [400, 401, 403, 404, 429, 500]) {
      discord.troubles.push((response) => reply(response, status, gossip));
      told.push(await channel.deliver(ALERT));
    }
    discord.troubles.push((response) => response.destroy());
    told.push(await channel.deliver(ALERT));
    const text = inspect(told, { depth: 10, showHidden: true });
    assert.ok(text.includes('no such webhook'));
    assert.ok(!text.includes(TOKEN) && !text.includes(WEBHOOK_ID), text);
  });

  it('tells no part of its address where what Discord says is cut', async () => {
    for (let before = 70; before <= 125; before++) {
      const message = `${'x'.repeat(before)} ${TOKEN}`;
      discord.troubles.push((response) => reply(response, 500, { message }));
      const delivery = await channel.deliver(ALERT);
      const reason = 'reason' in delivery ? delivery.reason : '';
      assert.match(reason, /^Discord answered with HTTP status 500 \(x+ ?…?\)$/);
    }
  });

  it('tells what Discord says in one line', async () => {
    discord.troubles.push((response) => reply(response, 400, { message: 'Invalid\nForm\u202EBody' }));
    assert.deepEqual(await channel.deliver(ALERT), {
      kind: 'refused',
      reason: 'Discord refused the message (Invalid FormBody)',
    });
  });

  describe('its address', () => {
    const open = (webhookUrl: string, base?: string) => discordChannel({ webhookUrl, wall, baseUrl: base });

    it('is one of a Discord webhook', async () => {
      for (const url of [
        WEBHOOK_URL,
        ` ${WEBHOOK_URL}\n`,
        WEBHOOK_URL.replace('discord.com', 'discordapp.com'),
        WEBHOOK_URL.replace('discord.com', 'canary.discord.com'),
        WEBHOOK_URL.replace('/api/', '/api/v10/'),
        `${WEBHOOK_URL}?thread_id=${WEBHOOK_ID}`,
      ]) {
        await open(url).close();
      }
    });

    it('is nothing else, and is not repeated in the error', () => {
      for (const url of [
        '',
        'not an address',
        WEBHOOK_URL.replace('https', 'http'),
        WEBHOOK_URL.replace('discord.com', 'discord.com.evil.example'),
        WEBHOOK_URL.replace('discord.com', 'evil.example'),
        WEBHOOK_URL.replace('discord.com', 'user:pass@discord.com'),
        WEBHOOK_URL.replace('discord.com', 'discord.com:8443'),
        WEBHOOK_URL.replace('webhooks', 'channels'),
        `${WEBHOOK_URL}/slack`,
        `${WEBHOOK_URL}?thread_id=x`,
        `https://discord.com/api/webhooks/${WEBHOOK_ID}`,
        WEBHOOK_URL.replace('https://discord.com', baseUrl),
      ]) {
        assert.throws(
          () => open(url),
          (error: Error & { code?: string }) => {
            assert.equal(error.code, 'ALERT_WEBHOOK_INVALID');
            assert.ok(!inspect(error).includes(TOKEN), error.message);
            return /^The Discord webhook cannot be used: .+ Copy it from/.test(error.message);
          },
          url,
        );
      }
    });

    it('leads to this machine only where a stand-in is asked for, and to no other', () => {
      for (const base of ['https://127.0.0.1:1', 'http://evil.example', 'http://127.0.0.1.evil.example', 'x']) {
        assert.throws(() => open(WEBHOOK_URL, base), { code: 'ALERT_WEBHOOK_INVALID' });
      }
    });

    it('may name a thread', async () => {
      const threaded = open(`${WEBHOOK_URL}?thread_id=987654321098765432`, baseUrl);
      let asked: string | undefined;
      discord.troubles.push((response, request) => {
        asked = request.url;
        reply(response, 200, {});
      });
      await threaded.deliver(ALERT);
      assert.equal(asked, `/api/webhooks/${WEBHOOK_ID}/${TOKEN}?wait=true&thread_id=987654321098765432`);
      await threaded.close();
    });
  });
});
