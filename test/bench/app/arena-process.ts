/**
 * The practice exchange in a process of its own, moved by hand: what the measured program trades on. Market time is the machine's time
 * at the last thing that happened.
 */
import type { Socket } from 'node:net';
import { lockstepClock } from '../../../lib/exchange/clock.ts';
import type { ExchangeEvent } from '../../../lib/exchange/engine/events.ts';
import { Night } from '../../../lib/exchange/night.ts';
import { basketballDetails } from '../../../lib/exchange/scenario/details/basketball.ts';
import { type ListedGame, listingActions, nameGame } from '../../../lib/exchange/scenario/listing.ts';
import { teamByCode } from '../../../lib/exchange/scenario/teams.ts';
import type { ScenarioAction, ScenarioEvent } from '../../../lib/exchange/scenario/types.ts';
import { startExchangeServer } from '../../../lib/exchange/server.ts';
import { attachSocketServer } from '../../../lib/exchange/ws/server.ts';
import { openMember } from '../../exchange/member.ts';
import { TEST_KEY } from '../../kalshi/keys.ts';
import { type ArenaGame, type ArenaOrder, type ArenaTold, BEFORE_CC } from './arena-messages.ts';

const MINUTE_MS = 60_000;
const LISTED_AGO_MS = 45 * MINUTE_MS;
const BEGUN_AGO_MS = MINUTE_MS;
const CENT_CC = 100;
const DOLLAR_CC = 10_000;
const SIZE_E2 = 1_000_000;
const MONEY_DOLLARS = 1e9;
/** Unsent bytes beyond which a flood waits. */
const FULL_BYTES = 262_144;
const QUOTES_PER_TURN = 50;

/** The one event that comes next: it waits until somebody says what it is. */
let next: ScenarioEvent = waiting();
const startMs = Date.now() - LISTED_AGO_MS;
const night = new Night({
  header: { night: 'bench', seed: 1, shards: [0], scenario: {}, thursdayPause: false },
  scenario: {
    startMs,
    *events() {
      for (;;) {
        next = waiting();
        yield next;
      }
    },
  },
  makeClock: lockstepClock,
  wallMs: () => performance.now(),
  readLagMs: 0,
});
const upgraded = new Set<Socket>();
const server = await startExchangeServer({
  night,
  port: 0,
  wallMs: Date.now,
  attach: (http, context) => {
    http.on('upgrade', (_, socket: Socket) => upgraded.add(socket));
    return attachSocketServer(http, context);
  },
});

function waiting(): ScenarioEvent {
  return { atMs: Number.POSITIVE_INFINITY, actions: [] };
}

function happen(atMs: number, actions: ScenarioAction[]): void {
  const { delivered } = night;
  Object.assign(next, { atMs: Math.max(atMs, night.exchange.nowMs), actions });
  while (night.delivered === delivered) night.step();
}

function tell(told: ArenaTold): void {
  process.send?.(told);
}

function quote(ticker: string, bidCC: number): ScenarioAction {
  const level = (priceCC: number) => [{ priceCC, countE2: SIZE_E2 }];
  return { kind: 'quote', ticker, bids: level(bidCC), asks: level(bidCC + CENT_CC) };
}

const games: ArenaGame[] = [];

function list(count: number): void {
  const nowMs = Date.now();
  const begunMs = nowMs - BEGUN_AGO_MS;
  const listed = Array.from({ length: count }, (_, index) => game(index, begunMs));
  const listedMs = startMs + 1;
  // Series and teams may be listed once only.
  const actions = listed.flatMap((one, index) =>
    listingActions(one, { listedMs, scheduledMs: begunMs }, 1).filter(({ kind }) => kind !== 'series' || index === 0),
  );
  happen(listedMs, actions);
  for (let minute = 1; minute < LISTED_AGO_MS / MINUTE_MS - 1; minute += 5) {
    const low = minute % 2 === 0 ? 0 : CENT_CC;
    happen(
      startMs + minute * MINUTE_MS,
      listed.flatMap((one) => quotesOf(one, BEFORE_CC - low)),
    );
  }
  happen(
    begunMs - 1,
    listed.flatMap((one) => quotesOf(one, BEFORE_CC)),
  );
  happen(
    nowMs,
    listed.map((one) => ({ kind: 'live', milestoneId: one.milestoneId, details: details(one, nowMs) })),
  );
  games.push(...listed.map((one) => ({ event: one.eventTicker, ticker: one.homeMarket.ticker, other: one.awayMarket.ticker })));
  tell({ kind: 'listed', games });
}

function game(index: number, startMs: number): ListedGame {
  const code = (letter: string) => `${letter}${index.toString(36).toUpperCase().padStart(2, '0')}`;
  return nameGame({ league: 'NBA', home: teamByCode('NBA', code('H')), away: teamByCode('NBA', code('A')), startMs });
}

function quotesOf(one: ListedGame, homeCC: number): ScenarioAction[] {
  return [quote(one.homeMarket.ticker, homeCC), quote(one.awayMarket.ticker, DOLLAR_CC - homeCC - CENT_CC)];
}

function details(one: ListedGame, updatedMs: number): Record<string, unknown> {
  const score = { home: 20, away: 21 };
  return basketballDetails(one, {
    status: 'live',
    pause: undefined,
    score,
    winner: '',
    lastPlay: undefined,
    updatedMs,
    quarter: 1,
    clockS: 400,
  });
}

/** Every second quote of a market is a cent lower; none falls far enough for an entry. */
async function flood(ms: number): Promise<void> {
  const endMs = performance.now() + ms;
  const tickers = games.map(({ ticker }) => ticker);
  let quotes = 0;
  while (performance.now() < endMs) {
    const unsent = Math.max(...[...upgraded].map(({ writableLength }) => writableLength));
    if (unsent < FULL_BYTES) {
      const turn = Array.from({ length: QUOTES_PER_TURN }, () => {
        const at = quotes++;
        const round = Math.floor(at / tickers.length) % 2;
        return quote(tickers[at % tickers.length] ?? '', BEFORE_CC - (1 + round) * CENT_CC);
      });
      happen(Date.now(), turn);
    }
    await new Promise(setImmediate);
  }
  tell({ kind: 'flooded', quotes });
}

const { account, keyId } = openMember(night, { dollars: MONEY_DOLLARS });

function onEvents(events: ExchangeEvent[]): void {
  const atNs = String(process.hrtime.bigint());
  for (const event of events) {
    if (event.kind !== 'fill' || event.fill.accountId !== account.id) continue;
    const { clientOrderId } = event.fill;
    if (clientOrderId !== '') tell({ kind: 'filled', clientOrderId, atNs });
  }
}

night.listen(onEvents);
process.on('message', (order: ArenaOrder) => {
  if (order.kind === 'list') list(order.games);
  else if (order.kind === 'quote') happen(Date.now(), [quote(order.ticker, order.bidCC)]);
  else void flood(order.ms);
});
process.on('disconnect', () => process.exit());
tell({ kind: 'open', rest: server.rest, ws: server.ws, keyId, privateKeyPem: TEST_KEY.privateKeyPem });
