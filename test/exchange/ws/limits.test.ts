import assert from 'node:assert/strict';
import { once } from 'node:events';
import { systemTimers } from '../../../lib/exchange/ws/timers.ts';
import { HOME } from '../stage.ts';
import { errorText, Pit, type PitOptions } from './pit.ts';

const WIDE = Array.from({ length: 99 }, (_, index) => ({ priceCC: (index + 1) * 100, countE2: 100 }));
const BIDS = WIDE.slice(0, 49);
const ASKS = WIDE.slice(50);

describe('The socket server’s own timers', () => {
  it('run once or again and again, until they are stopped', async () => {
    const stopped = systemTimers.after(1, () => assert.fail('it was stopped'));
    stopped();
    let beats = 0;
    await new Promise<void>((resolve) => {
      const stop = systemTimers.every(1, () => {
        beats++;
        if (beats < 3) return;
        stop();
        systemTimers.after(5, resolve);
      });
    });
    assert.equal(beats, 3);
  });
});

describe('The socket server’s bounds', () => {
  let pit: Pit;
  const open = async (options: PitOptions = {}): Promise<void> => {
    pit = await new Pit(options).open();
  };
  afterEach(() => pit.close());

  /** Says more in one turn than the system takes for a client that cannot read meanwhile: about 15 MB. */
  const flood = (): void => {
    for (let round = 0; round < 300; round++) {
      pit.quote(HOME, BIDS, ASKS);
      pit.quote(HOME, [], []);
    }
  };

  it('pings with "heartbeat" and keeps whoever answers', async () => {
    await open();
    const client = await pit.connect();
    for (let beat = 1; beat <= 5; beat++) {
      const pinged = once(client.ws, 'ping');
      pit.timers.beat();
      await pinged;
      await client.hear();
    }
    assert.deepEqual(client.pings, Array(5).fill('heartbeat'));
    assert.equal(pit.sockets.connections, 1);
  });

  it('drops whoever has not answered two pings when the third is due', async () => {
    await open();
    const client = await pit.connect(pit.member(), { autoPong: false });
    pit.timers.beat();
    pit.timers.beat();
    await client.hear();
    pit.timers.beat();
    assert.equal(await client.closed, 1006);
    assert.deepEqual(client.pings, ['heartbeat', 'heartbeat']);
    assert.equal(pit.sockets.connections, 0);
  });

  it('answers a ping with what it said', async () => {
    await open();
    const client = await pit.connect();
    client.ws.ping('are you there');
    const [data] = (await once(client.ws, 'pong')) as [Buffer];
    assert.equal(data.toString(), 'are you there');
  });

  it('answers more commands than a second may hold with 27, and takes them again in the next', async () => {
    await open({ limits: { commandsPerSecond: 3 } });
    const client = await pit.connect();
    const last = client.next(({ id }) => id === undefined);
    for (let id = 1; id <= 4; id++) client.send({ id, cmd: 'list_subscriptions' });
    client.send('nonsense');
    assert.equal(errorText(await last), '27 Too many requests');
    pit.wallMs += 1_000;
    const heard = await client.hear();
    assert.deepEqual(
      heard.map(({ type, id }) => [type, id]),
      [
        ['ok', 1],
        ['ok', 2],
        ['ok', 3],
        ['error', 4],
        ['error', undefined],
      ],
    );
  });

  it('closes on a message that is larger than any command', async () => {
    await open({ limits: { commandBytes: 1_000 } });
    const client = await pit.connect();
    client.send({ id: 1, cmd: 'list_subscriptions', params: 'x'.repeat(2_000) });
    assert.equal(await client.closed, 1009);
  });

  it('ends the book of a client that reads too slowly with 25, and only the book', async () => {
    await open({ limits: { overflowBytes: 1_000_000, cutBytes: 1_000_000_000 } });
    const client = await pit.connect();
    await client.subscribe(['orderbook_delta', 'ticker', 'user_orders'], { market_ticker: HOME });
    flood();
    const heard = await client.hear();
    const overflow = heard.at(-1) ?? assert.fail();
    assert.deepEqual(overflow.msg, { code: 25, msg: 'Subscription buffer overflow' });
    assert.deepEqual([overflow.type, overflow.id, overflow.sid], ['error', undefined, 1]);
    const books = heard.filter(({ sid }) => sid === 1);
    assert.deepEqual(
      books.map(({ seq }) => seq),
      books.map((_, index) => index + 2),
    );
    assert.deepEqual(await client.ask({ id: 5, cmd: 'list_subscriptions' }), [
      {
        type: 'ok',
        id: 5,
        msg: [
          { channel: 'ticker', sid: 2 },
          { channel: 'user_orders', sid: 3 },
        ],
      },
    ]);
    const [again, snapshot] = await client.subscribe('orderbook_delta', { market_ticker: HOME });
    assert.deepEqual([again?.msg?.sid, snapshot?.seq], [4, 1]);
  });

  it('only sends on where there is no book to end', async () => {
    await open({ limits: { overflowBytes: 1_000_000, cutBytes: 1_000_000_000 } });
    const client = await pit.connect();
    await client.subscribe('trade');
    for (let round = 0; round < 300; round++) {
      pit.quote(HOME, [], WIDE);
      pit.perform({ kind: 'flow', ticker: HOME, side: 'bid', countE2: 9_900, limitCC: 9_900 });
    }
    const heard = await client.hear();
    assert.equal(heard.length, 300 * 99);
    assert.equal(heard.at(-1)?.seq, 300 * 99);
  });

  it('cuts a client that leaves even more unread', async () => {
    await open({ limits: { overflowBytes: 500_000, cutBytes: 1_000_000 } });
    const client = await pit.connect();
    const other = await pit.connect();
    await client.subscribe('orderbook_delta', { market_ticker: HOME });
    flood();
    assert.equal(await client.closed, 1006);
    assert.equal(pit.sockets.connections, 1);
    assert.deepEqual(await other.hear(), []);
  });
});
