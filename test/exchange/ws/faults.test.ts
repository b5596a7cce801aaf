import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Faults } from '../../../lib/exchange/faults.ts';
import { AWAY, HOME } from '../stage.ts';
import { type Client, errorText, type Heard, type Member, Pit } from './pit.ts';

describe('Trouble on the socket', () => {
  let faults: Faults;
  let pit: Pit;
  let member: Member;
  let client: Client;
  beforeEach(async () => {
    faults = new Faults();
    pit = await new Pit({ faults }).open();
    member = pit.member();
    client = await pit.connect(member);
    await client.subscribe(['orderbook_delta', 'user_orders'], { market_tickers: [HOME, AWAY] });
  });
  afterEach(() => pit.close());

  /** Three orders, each one delta and one user_order. */
  const act = (): void => {
    for (const priceCC of [1_000, 2_000, 3_000]) pit.place(member, { priceCC });
  };
  const prices = (frames: Heard[]): unknown[] =>
    frames.filter(({ type }) => type === 'orderbook_delta').map(({ seq, msg }) => [seq, msg?.['price_dollars']]);

  it('is not there unless it is ordered', async () => {
    act();
    const heard = await client.hear();
    assert.deepEqual(prices(heard), [
      [3, '0.1000'],
      [4, '0.2000'],
      [5, '0.3000'],
    ]);
    assert.equal(heard.length, 6);
  });

  it('frame_dropped: its seq is missing', async () => {
    faults.add({ kind: 'frame_dropped' }, { frame: 'orderbook_delta', ticker: HOME });
    pit.place(member, { ticker: AWAY, priceCC: 1_000 });
    act();
    assert.deepEqual(prices(await client.hear()), [
      [3, '0.1000'],
      [5, '0.2000'],
      [6, '0.3000'],
    ]);
  });

  it('frame_doubled: the same frame twice, as often as ordered', async () => {
    faults.add({ kind: 'frame_doubled' }, { frame: 'orderbook_delta' }, 2);
    act();
    assert.deepEqual(
      prices(await client.hear()).map((one) => (one as unknown[])[0]),
      [3, 3, 4, 4, 5],
    );
  });

  it('frame_reordered: after the next frame of any channel', async () => {
    faults.add({ kind: 'frame_reordered' }, { frame: 'orderbook_delta' });
    act();
    const heard = await client.hear();
    assert.deepEqual(
      heard.slice(0, 3).map(({ type, seq }) => [type, seq]),
      [
        ['user_order', undefined],
        ['orderbook_delta', 3],
        ['orderbook_delta', 4],
      ],
    );
    assert.equal(heard.length, 6);
  });

  for (const kind of ['frame_late', 'delay'] as const) {
    it(`${kind}: when real time has passed, after all that was sent meanwhile`, async () => {
      faults.add({ kind, ms: 250 }, { frame: 'user_order', accountId: member.account.id });
      act();
      assert.equal((await client.hear()).length, 5);
      assert.deepEqual(pit.timers.ring(), [250]);
      const late = await client.hear();
      assert.deepEqual(
        late.map(({ type, msg }) => [type, msg?.['yes_price_dollars']]),
        [['user_order', '0.1000']],
      );
    });
  }

  it('delay: one that names no frame is a request’s and waits for one', async () => {
    const delay = faults.add({ kind: 'delay', ms: 250 });
    act();
    assert.equal((await client.hear()).length, 6);
    assert.deepEqual(faults.list(), [delay]);
  });

  it('sequence_gap: a number is skipped, and all that is said is true', async () => {
    faults.add({ kind: 'sequence_gap' });
    act();
    assert.deepEqual(prices(await client.hear()), [
      [4, '0.1000'],
      [5, '0.2000'],
      [6, '0.3000'],
    ]);
    assert.deepEqual(faults.list(), []);
  });

  it('subscription_overflow: the subscription ends with 25, others go on', async () => {
    faults.add({ kind: 'subscription_overflow' }, { frame: 'orderbook_delta' });
    act();
    const heard = await client.hear();
    assert.deepEqual(
      heard.map((frame) => (frame.type === 'error' ? errorText(frame) : frame.type)),
      ['25 Subscription buffer overflow (sid 1 seq 3)', 'user_order', 'user_order', 'user_order'],
    );
    const [again] = await client.subscribe('orderbook_delta', { market_ticker: HOME });
    assert.equal(again?.msg?.sid, 3);
  });

  it('subscription_overflow: waits for something to say, the end of a subscription cannot overflow', async () => {
    faults.add({ kind: 'subscription_overflow' });
    const heard = await client.ask({ id: 3, cmd: 'unsubscribe', params: { sids: [1] } });
    assert.deepEqual(heard, [{ type: 'unsubscribed', id: 3, sid: 1, seq: 3 }]);
    act();
    const [ended] = await client.hear();
    assert.equal(errorText(ended ?? assert.fail()), '25 Subscription buffer overflow (sid 2)');
  });

  it('silent: open, and nothing is heard any more, not even pings and pongs', async () => {
    const other = await pit.connect();
    faults.add({ kind: 'silent' }, { accountId: member.account.id });
    act();
    client.ws.ping();
    client.send({ id: 9, cmd: 'list_subscriptions' });
    for (let beat = 0; beat < 4; beat++) {
      const pinged = once(other.ws, 'ping');
      pit.timers.beat();
      await pinged;
      await other.hear();
    }
    const before = client.texts.length;
    assert.deepEqual([client.pings, client.ws.readyState], [[], client.ws.OPEN]);
    assert.equal(pit.sockets.connections, 2);
    assert.equal(client.texts.length, before);
    assert.equal(
      client.texts.some((text) => text.includes('user_order"') && text.includes('yes_price')),
      false,
    );
  });

  it('disconnect: cut without a close frame, once, and the others stay', async () => {
    const other = await pit.connect();
    await other.subscribe('orderbook_delta', { market_ticker: HOME });
    faults.add({ kind: 'disconnect' }, { accountId: member.account.id });
    act();
    assert.equal(await client.closed, 1006);
    assert.equal(prices(await other.hear()).length, 3);
    const again = await pit.connect(member);
    assert.equal((await again.subscribe('fill')).length, 1);
  });

  it('replies can be struck too', async () => {
    faults.add({ kind: 'frame_dropped' }, { frame: 'subscribed' });
    assert.deepEqual(await client.subscribe('trade'), []);
    assert.equal((await client.update(3, 'add_markets', { market_ticker: HOME }))[0]?.type, 'ok');
  });

  it('what comes late for a connection that is gone is forgotten', async () => {
    faults.add({ kind: 'frame_late', ms: 1 }, { frame: 'user_order' });
    act();
    await client.hear();
    client.ws.terminate();
    await client.closed;
    const other = await pit.connect();
    await other.hear();
    pit.timers.ring();
    assert.deepEqual(await other.hear(), []);
  });
});
