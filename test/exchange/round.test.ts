import assert from 'node:assert/strict';
import { lockstepClock } from '../../lib/exchange/clock.ts';
import type { Account, MarketState } from '../../lib/exchange/engine/state.ts';
import { Faults } from '../../lib/exchange/faults.ts';
import { Night } from '../../lib/exchange/night.ts';
import { generatedScenario, type Scenario } from '../../lib/exchange/scenario/index.ts';
import { type ExchangeServer, startExchangeServer } from '../../lib/exchange/server.ts';
import { attachSocketServer } from '../../lib/exchange/ws/server.ts';
import { systemClock } from '../../lib/kalshi/wall-clock.ts';
import { QUESTIONS } from '../demo/notebook.ts';
import { playRound, type RoundOptions, type RoundReport } from '../demo/round.ts';
import { TEST_KEY } from '../kalshi/keys.ts';
import { event, HOME, market, order, START_MS, series } from './stage.ts';

const EARLIER = 'KXNBAGAME-26NOV19CCCDDD';
const EARLIER_HOME = `${EARLIER}-DDD`;
const READ_LAG_MS = 360;

/** The whole exchange, with time standing still and reads that lag by a clock which only the round's own pauses move. */
class Floor {
  readonly night: Night;
  readonly faults = new Faults();
  readonly account: Account;
  readonly lines: string[] = [];
  readonly keyId: string;
  /** The machine's time, as exchange and round have it. */
  readonly #wallMs: () => number;
  #server: ExchangeServer | undefined;
  #lagClockMs = 0;

  constructor(scenario: Scenario, options: { readLagMs?: number; wallMs?: () => number } = {}) {
    this.#wallMs = options.wallMs ?? (() => systemClock.nowMs());
    this.night = new Night({
      header: { night: 'round', seed: 1, shards: [0], scenario: {}, thursdayPause: false },
      scenario,
      makeClock: lockstepClock,
      wallMs: () => this.#lagClockMs,
      readLagMs: options.readLagMs ?? 0,
    });
    const purses: [number, number][] = [[0, 100_000_000]];
    this.account = this.night.execute<'open_account'>({ kind: 'open_account', name: 'member', tier: 'prestige', purses });
    const key = { name: 'test', publicKeyPem: TEST_KEY.publicKeyPem, scopes: ['read', 'write'] as const };
    this.keyId = this.night.execute<'add_key'>({
      kind: 'add_key',
      accountId: this.account.id,
      ...key,
      scopes: [...key.scopes],
    }).id;
  }

  async open(): Promise<this> {
    const { night, faults } = this;
    this.#server = await startExchangeServer({ night, faults, port: 0, wallMs: this.#wallMs, attach: attachSocketServer });
    return this;
  }

  /** Begins with reads that show all that was before. */
  play(change: Partial<RoundOptions> = {}): Promise<RoundReport> {
    this.#lagClockMs += READ_LAG_MS;
    return playRound({
      rest: this.#server?.rest ?? '',
      ws: this.#server?.ws ?? '',
      credentials: { keyId: this.keyId, privateKeyPem: TEST_KEY.privateKeyPem },
      clock: { ...systemClock, nowMs: this.#wallMs },
      pause: async (ms) => {
        this.#lagClockMs += ms;
      },
      say: (line) => this.lines.push(line),
      ...change,
    });
  }

  market(ticker: string): MarketState {
    const found = this.night.exchange.state.markets.get(ticker);
    assert.ok(found, `${ticker} is not listed`);
    return found;
  }

  /** Of every order that the exchange has taken from the round: its name in the round, and how it ended. */
  orders(): string[] {
    this.#lagClockMs += READ_LAG_MS;
    const { orders } = this.night.replica.view(this.account.id);
    return [...orders.values()].flatMap(({ clientOrderId, status, fillE2 }) => {
      const name = /^round\.[-\w]{36}\.(\w+)$/.exec(clientOrderId)?.[1];
      return name === undefined ? [] : [`${name} ${status} ${fillE2}`];
    });
  }

  cashE6(): number {
    return this.account.purses.get(0)?.cashE6 ?? 0;
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.night.stop();
  }
}

/** A game that is on, wide enough for an order inside its spread, and one of the day before that is over within minutes. */
const twoGames: Scenario = {
  startMs: START_MS,
  *events() {
    const earlier = { closeMs: START_MS + 60_000, settlementTimerS: 60 };
    const milestone = {
      id: 'game-1',
      type: 'basketball_game',
      title: 'A at B',
      category: 'Sports',
      startMs: START_MS - 1_800_000,
      endMs: undefined,
      relatedEventTickers: [event.ticker],
      primaryEventTickers: [event.ticker],
      notificationMessage: '',
      details: {},
    };
    yield {
      atMs: START_MS,
      actions: [
        { kind: 'series', series },
        {
          kind: 'event',
          event: { ...event, ticker: EARLIER },
          markets: [market(EARLIER_HOME, { eventTicker: EARLIER, ...earlier })],
        },
        { kind: 'event', event, markets: [market(HOME)] },
        { kind: 'quote', ticker: EARLIER_HOME, bids: [], asks: [{ priceCC: 9_000, countE2: 500 }] },
        { kind: 'quote', ticker: HOME, bids: [{ priceCC: 4_800, countE2: 5_000 }], asks: [{ priceCC: 5_200, countE2: 5_000 }] },
        { kind: 'milestone', milestone },
        { kind: 'live', milestoneId: milestone.id, details: { status: 'live', home_points: 44, away_points: 40 } },
      ],
    };
    yield { atMs: START_MS + 120_000, actions: [{ kind: 'determine', ticker: EARLIER_HOME, result: 'yes', valueCC: 10_000 }] };
  },
};

/** Has bought the winner of the earlier game, and been paid. */
function settleEarlier(floor: Floor): void {
  floor.night.step();
  const bid = order({ ticker: EARLIER_HOME, countE2: 300, priceCC: 9_000, timeInForce: 'immediate_or_cancel' });
  floor.night.execute<'place'>({ kind: 'place', accountId: floor.account.id, order: bid });
  while (floor.market(EARLIER_HOME).status !== 'finalized') assert.ok(floor.night.step(), 'the night is over');
}

describe('a round on the practice exchange', () => {
  const floors: Floor[] = [];
  afterEach(async () => {
    for (const floor of floors.splice(0)) await floor.close();
  });

  function opened(floor: Floor): Promise<Floor> {
    floors.push(floor);
    return floor.open();
  }

  it('is played on a live basketball game of a generated night, down to the last micro-dollar', async () => {
    const floor = await opened(new Floor(generatedScenario({ games: 1, leagues: ['NBA'] })));
    const { state } = floor.night.exchange;
    const game = () => [...state.milestones.values()].find(({ live }) => live?.['status'] === 'live');
    while (game() === undefined) assert.ok(floor.night.step(), 'the night is over');
    const cashBeforeE6 = floor.cashE6();

    const report = await floor.play();

    assert.deepEqual(report.failures, []);
    const one = floor.market(report.market?.ticker ?? '');
    const [bidCC, askCC] = [one.bids.best()?.priceCC ?? 0, one.asks.best()?.priceCC ?? 0];
    assert.deepEqual(report.market, { ticker: one.ticker, shard: 0, bidCC, askCC });
    assert.deepEqual(floor.orders(), [
      'bid canceled 0',
      'ask canceled 0',
      'buy1 executed 100',
      'batch1 canceled 0',
      'batch2 canceled 0',
      'exit1 executed 100',
    ]);
    const [bought, sold] = floor.night.replica.view(floor.account.id).fills;
    assert.deepEqual(report.bought, {
      orderId: bought?.orderId,
      tradeIds: [bought?.tradeId],
      countE2: 100,
      costE6: askCC * 100,
      feeE6: bought?.feeE6,
    });
    assert.deepEqual(report.flat, {
      netE2: 0,
      exits: [{ orderId: sold?.orderId, tradeIds: [sold?.tradeId], countE2: 100, costE6: bidCC * 100, feeE6: sold?.feeE6 }],
    });
    const costE6 = (askCC - bidCC) * 100 + (bought?.feeE6 ?? 0) + (sold?.feeE6 ?? 0);
    assert.equal(cashBeforeE6 - floor.cashE6(), costE6);
    const { balance, ...counts } = report.portfolio ?? {};
    assert.deepEqual(balance?.byShard, [{ exchangeIndex: 0, cashE6: floor.cashE6() }]);
    assert.deepEqual(counts, { positions: 1, fills: 2, settlements: 0 });
    assert.equal(floor.account.resting.size, 0);
    assert.equal(
      report.learned['liveData']?.split(';')[0],
      `basketball (live) ${Object.keys(game()?.live ?? {})
        .toSorted()
        .join(', ')}`,
    );
    assert.match(report.learned['shards'] ?? '', /^basketball 0 \(KXNBAGAME\); tennis could not be seen here, because/);
  });

  it('sees what the exchange makes of every kind of order', async () => {
    const floor = await opened(new Floor(twoGames));
    settleEarlier(floor);

    const report = await floor.play();

    assert.deepEqual(report.failures, []);
    assert.deepEqual(report.market, { ticker: HOME, shard: 0, bidCC: 4_800, askCC: 5_200 });
    const { orderId, clientOrderId, ...resting } = report.resting ?? {};
    assert.equal(floor.night.replica.view(floor.account.id).orders.get(orderId ?? '')?.clientOrderId, clientOrderId);
    assert.deepEqual(resting, {
      initialE2: [200, 300, 300],
      canceledE2: 100,
      secondCancel: 'KALSHI_NOT_FOUND unknown',
      secondOrder: 'KALSHI_ORDER_EXISTS unknown',
      frames: [
        'resting 2.00 of 2.00 at 0.0100',
        'resting 3.00 of 3.00 at 0.0200 (Amend)',
        'resting 1.00 of 3.00 at 0.0200 (Decrease)',
        'canceled 0.00 of 3.00 at 0.0200',
      ],
    });
    assert.deepEqual(report.selfTrade, { resting: ['resting', 'canceled (SelfTradeCancel)'], incoming: ['canceled'] });
    assert.deepEqual(report.batch?.canceledE2, [100, 100]);
    assert.equal(new Set(report.batch?.orderIds).size, 2);
    assert.equal(report.leftovers, 0);
    assert.deepEqual(floor.orders(), [
      'bid canceled 0',
      'ask canceled 0',
      'buy1 executed 100',
      'own1 canceled 0',
      'against1 canceled 0',
      'batch1 canceled 0',
      'batch2 canceled 0',
      'exit1 executed 100',
    ]);
  });

  it('says one line to each open question, and never a key', async () => {
    const floor = await opened(new Floor(twoGames));
    settleEarlier(floor);

    const { learned } = await floor.play();

    const lines = floor.lines.filter((line) => line.startsWith('learned: '));
    assert.deepEqual(
      lines.toSorted(),
      Object.entries(QUESTIONS)
        .map(([question, title]) => `learned: ${title}: ${learned[question]}`)
        .toSorted(),
    );
    const reduceOnly = 'reduce_only needs time_in_force immediate_or_cancel or fill_or_kill';
    assert.deepEqual(learned, {
      shards:
        'basketball 0 (KXNBAGAME); tennis could not be seen here, because no series of it is listed; ' +
        'baseball could not be seen here, because no series of it is listed',
      limits: 'tier prestige: read 10000/s up to 10000, write 8000/s up to 16000',
      newFields: learned['newFields'],
      liveData:
        'basketball (live) away_points, home_points, status; football could not be seen here, because no game of it has live data; ' +
        'baseball could not be seen here, because no game of it has live data; ' +
        'hockey could not be seen here, because no game of it has live data',
      secondSubscribe: 'answered by "subscribed" with the same sid; snapshots after that: 1; subscriptions listed: 1',
      makerStp: 'the resting order went resting -> canceled (SelfTradeCancel); the incoming one canceled, and filled 0.00',
      settlement:
        'event_ticker, exchange_index, fee_cost, market_result, no_count_fp, no_total_cost_dollars, revenue, settled_time, ticker, ' +
        'value, yes_count_fp, yes_total_cost_dollars',
      legacySides: 'side no and action buy by REST; side no and is_yes false on the socket',
      forbidden: 'could not be seen here, because nothing was forbidden to this key',
      batchMaximum:
        'could not be seen here, because the client sends no batch that does not fit the write bucket (16000 tokens on tier prestige)',
      restingReduceOnly: `refused with a position of 1.00: HTTP 400, invalid_order, invalid order, ${reduceOnly}`,
      amendedInitialCount: '"2.00" became "3.00" by an amend to a count of "3.00" and another price',
    });
    assert.match(
      learned['newFields'] ?? '',
      /^could not be seen here, because none of the answers of this round \(.*Settlement.*\)/,
    );
    for (const secret of [...TEST_KEY.privateKeyPem.split('\n').slice(1, -2), floor.keyId]) {
      assert.ok(!floor.lines.some((line) => line.includes(secret)));
    }
  });

  for (const minutes of [-300, -25, 0, 25, 300]) {
    it(`plays a night by its own time, the machine's being ${minutes} minutes ahead of it`, async () => {
      const aheadOfReal = START_MS + minutes * 60_000 - systemClock.nowMs();
      const floor = await opened(new Floor(twoGames, { wallMs: () => systemClock.nowMs() + aheadOfReal }));
      settleEarlier(floor);

      assert.deepEqual((await floor.play()).failures, []);
    });
  }

  it('waits for reads that lag behind writes', async () => {
    const floor = await opened(new Floor(twoGames, { readLagMs: READ_LAG_MS }));
    settleEarlier(floor);

    const report = await floor.play();

    assert.deepEqual(report.failures, []);
    assert.deepEqual(report.resting?.initialE2, [200, 300, 300]);
    assert.equal(report.flat?.netE2, 0);
    assert.ok(report.staleReads > 5, `only ${report.staleReads} reads were stale`);
  });

  it('finds and cancels an order whose answer was lost, names the step, and goes on', async () => {
    const floor = await opened(new Floor(twoGames, { readLagMs: READ_LAG_MS }));
    settleEarlier(floor);
    const path = '/trade-api/v2/portfolio/events/orders';
    floor.faults.add({ kind: 'answer_lost' }, { accountId: floor.account.id, method: 'POST', path });

    const report = await floor.play();

    const [failure, ...others] = report.failures;
    assert.equal(failure?.step, 'resting bid');
    assert.match(failure?.message ?? '', /has to be looked up$/);
    assert.deepEqual(others, []);
    assert.equal(report.resting, undefined);
    assert.equal(report.learned['amendedInitialCount'], 'could not be seen here, because "resting bid" failed');
    assert.equal(report.leftovers, 1);
    assert.equal(floor.account.resting.size, 0);
    assert.equal(floor.orders()[0], 'bid canceled 0');
    assert.equal(report.flat?.netE2, 0);
  });

  it('is flat also after an exit whose answer was lost', async () => {
    const floor = await opened(new Floor(twoGames));
    settleEarlier(floor);
    const path = '/trade-api/v2/portfolio/events/orders';
    floor.night.listen((events) => {
      const isLastCancel = events.some(
        (one) => one.kind === 'order' && one.order.clientOrderId.endsWith('.batch2') && one.order.status === 'canceled',
      );
      if (isLastCancel) floor.faults.add({ kind: 'answer_lost' }, { accountId: floor.account.id, method: 'POST', path });
    });

    const report = await floor.play();

    assert.deepEqual(report.failures, []);
    assert.deepEqual(report.flat, { exits: [], netE2: 0 });
    assert.equal(floor.orders().at(-1), 'exit1 executed 100');
    assert.equal(floor.account.positions.get(floor.market(HOME))?.quantityE2, 0);
  });

  it('trades nothing without the socket', async () => {
    const floor = await opened(new Floor(twoGames));
    settleEarlier(floor);

    const report = await floor.play({ ws: 'ws://127.0.0.1:1/trade-api/ws/v2', patienceMs: 20 });

    const message = 'the socket did not tell of all its channels and a good book within 0.02 s';
    assert.deepEqual(report.failures, [{ step: 'socket', message }]);
    assert.deepEqual(floor.orders(), []);
    assert.equal(report.learned['restingReduceOnly'], 'could not be seen here, because "socket" failed');
    assert.match(report.learned['shards'] ?? '', /^basketball 0/);
  });

  it('says what it could not sell', async () => {
    const floor = await opened(new Floor(twoGames));
    settleEarlier(floor);
    const asks = [{ priceCC: 5_200, countE2: 5_000 }];
    const stop = floor.night.listen((events) => {
      if (!events.some(({ kind }) => kind === 'fill')) return;
      stop();
      queueMicrotask(() => {
        floor.night.execute<'perform'>({ kind: 'perform', action: { kind: 'quote', ticker: HOME, bids: [], asks } });
      });
    });

    const report = await floor.play();

    assert.deepEqual(report.flat, { exits: [], netE2: 100 });
    assert.ok(floor.lines.includes(`round: 1.00 contracts of ${HOME} are left, which nobody took`));
    assert.deepEqual(report.failures, [{ step: 'self-trade', message: `${HOME} is not quoted on both sides any more` }]);
    assert.equal(floor.account.positions.get(floor.market(HOME))?.quantityE2, 100);
    assert.equal(floor.account.resting.size, 0);
  });

  it('reads what it can where no market can be traded', async () => {
    const floor = await opened(new Floor({ startMs: START_MS, events: () => [] }));

    const report = await floor.play();

    const message = 'of 0 open sports markets none is quoted on both sides and can be paid for';
    assert.deepEqual(report.failures, [{ step: 'market', message }]);
    assert.deepEqual(floor.orders(), []);
    assert.equal(report.portfolio?.balance.cashE6, 100_000_000);
    assert.equal(report.learned['makerStp'], 'could not be seen here, because "market" failed');
    assert.deepEqual(Object.keys(report.learned), Object.keys(QUESTIONS));
  });
});
