/** A venue and market data on the whole practice exchange, with time by hand. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PracticeMarketClock, practiceMarketClock } from '../../lib/app/market-clock.ts';
import type { Scenario, ScenarioAction } from '../../lib/exchange/scenario/types.ts';
import { type KalshiMarketData, type KalshiMarketDataOptions, kalshiMarketData } from '../../lib/kalshi/venue/market-data.ts';
import type { VenueProblem } from '../../lib/kalshi/venue/problems.ts';
import { type KalshiVenue, type KalshiVenueOptions, kalshiVenue } from '../../lib/kalshi/venue/venue.ts';
import { systemClock } from '../../lib/kalshi/wall-clock.ts';
import type { Activity } from '../../lib/trading/ports/clock.ts';
import type { NewOrder, VenueFill, VenueHealth, VenueOrder } from '../../lib/trading/ports/venue.ts';
import { AWAY, event, HOME, market, START_MS, series } from '../exchange/stage.ts';
import { type Member, openPractice, type Practice } from '../practice.ts';
import { TEST_KEY } from './keys.ts';
import { until } from './socket-exchange.ts';

/** Work under way, counted. */
export class Work implements Activity {
  underWay = 0;

  begin(): () => void {
    this.underWay++;
    let isOver = false;
    return () => {
      if (isOver) throw new Error('the same work has ended twice');
      isOver = true;
      this.underWay--;
    };
  }

  rest(): Promise<void> {
    return until(() => this.underWay === 0, 'everything at rest');
  }
}

export interface Floor {
  practice: Practice;
  clock: PracticeMarketClock;
  work: Work;
  problems: VenueProblem[];
  venue(member: Member, change?: Partial<KalshiVenueOptions>): KalshiVenue;
  marketData(member: Member, change?: Partial<KalshiMarketDataOptions>): KalshiMarketData;
  /** Delivers the next event of the night and lets the clock come to it. */
  step(): boolean;
  perform(...actions: ScenarioAction[]): void;
  close(): Promise<void>;
}

export async function openFloor(options: Parameters<typeof openPractice>[0]): Promise<Floor> {
  const practice = await openPractice(options);
  const { night, server } = practice;
  const clock = await practiceMarketClock({
    read: async () => ({ nowMs: night.nowMs(), speed: undefined, isLockstep: true }),
    wall: systemClock,
  });
  const work = new Work();
  const problems: VenueProblem[] = [];
  const ends: (() => Promise<void>)[] = [];
  const common = (member: Member): KalshiMarketDataOptions => ({
    environment: 'practice',
    baseUrl: server.rest,
    wsUrl: server.ws,
    credentials: { keyId: member.keyId, privateKeyPem: TEST_KEY.privateKeyPem },
    marketClock: clock,
    activity: work,
    onProblem: (problem) => problems.push(problem),
  });
  return {
    practice,
    clock,
    work,
    problems,
    venue(member, change = {}) {
      const venue = kalshiVenue({ ...common(member), ...change });
      ends.push(() => venue.close());
      return venue;
    },
    marketData(member, change = {}) {
      const data = kalshiMarketData({ ...common(member), ...change });
      ends.push(() => data.close());
      return data;
    },
    step() {
      const isMore = night.step();
      clock.advanceTo(night.nowMs());
      return isMore;
    },
    perform(...actions) {
      for (const action of actions) night.execute({ kind: 'perform', action });
    },
    async close() {
      for (const end of ends.toReversed()) await end();
      clock.close();
      await practice.close();
    },
  };
}

export interface GatewayAnswer {
  status: number;
  body: string;
  date?: Date;
}

/** Stands before the exchange and answers as it likes. */
export async function openGateway(answer: (request: IncomingMessage) => GatewayAnswer | Promise<GatewayAnswer>) {
  const server = createServer((request, response) => {
    void Promise.resolve(answer(request)).then(({ status, body, date = new Date() }) => {
      response.writeHead(status, { 'content-type': 'application/json', date: date.toUTCString() }).end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    rest: `http://127.0.0.1:${port}/trade-api/v2`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What the exchange itself answers; only what is asked without a body. */
export async function passedOn({ url, headers }: IncomingMessage, floor: Floor): Promise<GatewayAnswer> {
  const { host: _own, connection: _hop, ...signed } = headers;
  const answer = await fetch(`${floor.practice.server.url}${url}`, { headers: signed as Record<string, string> });
  return { status: answer.status, body: await answer.text() };
}

/** One basketball game with a quote of 40 to 42 on the home team, and nothing that happens by itself. */
export function quietScenario(change: { shard?: number } = {}): Scenario {
  const exchangeIndex = change.shard ?? 0;
  return {
    startMs: START_MS,
    events: () => [
      {
        atMs: START_MS,
        actions: [
          { kind: 'series', series: { ...series, exchangeIndex } },
          { kind: 'event', event: { ...event, exchangeIndex }, markets: [market(HOME), market(AWAY)] },
          quote(HOME, 4_000, 4_200),
        ],
      },
    ],
  };
}

export function quote(ticker: string, bidCC: number, askCC: number, countE2 = 10_000): ScenarioAction {
  return { kind: 'quote', ticker, bids: [{ priceCC: bidCC, countE2 }], asks: [{ priceCC: askCC, countE2 }] };
}

/** What a venue has told. */
export interface Heard {
  orders: VenueOrder[];
  fills: VenueFill[];
  books: { clientOrderId: string; ticker: string }[];
  health: VenueHealth[];
}

export function hear(venue: KalshiVenue): Heard {
  const heard: Heard = { orders: [], fills: [], books: [], health: [] };
  venue.listen({
    order: (order) => heard.orders.push(order),
    fill: (fill) => heard.fills.push(fill),
    book: (seen) => heard.books.push(seen),
    health: (health) => heard.health.push(health),
  });
  return heard;
}

let orders = 0;

/** Buys ten contracts of the home team's YES at up to 42 cents. */
export function newOrder(change: Partial<NewOrder> = {}): NewOrder {
  return {
    clientOrderId: `cs1.test.${++orders}`,
    ticker: HOME,
    side: 'bid',
    yesLimitCC: 4_200,
    countE2: 1_000,
    timeInForce: 'ioc',
    reduceOnly: false,
    cancelOnPause: true,
    orderGroupId: undefined,
    purpose: 'entry',
    ...change,
  };
}
