/** Orders that trade: one contract bought, an order met by one of our own, and what was bought sold again. */
import { fillFromWire } from '../../lib/kalshi/parse.ts';
import { Fill } from '../../lib/kalshi/schema/portfolio.ts';
import { CONTRACT_E2, formatCountE2, parseCountE2, parseDollarsE6, parsePriceCC } from '../../lib/trading/money.ts';
import { type BookSide, oppositeSide } from '../../lib/trading/sides.ts';
import { type Desk, sum } from './desk.ts';
import { insideCC, type Touch } from './find-market.ts';
import { attempt } from './refusals.ts';
import type { Trader } from './trader.ts';

const MOST_TRIES = 3;

export interface Bought {
  orderId: string;
  tradeIds: string[];
  countE2: number;
  /** YES price times contracts: of a sale, what it brings. */
  costE6: number;
  feeE6: number;
}

/** Takes one contract at the ask. The answer, the socket and the list of fills have to agree on it. */
export async function buyOne(desk: Desk): Promise<Bought> {
  for (let n = 1; n <= MOST_TRIES; n++) {
    const { askCC } = touchOf(desk);
    const bought = await take(desk, `buy${n}`, 'bid', askCC, CONTRACT_E2);
    if (bought !== undefined) return bought;
  }
  throw new Error(`the ask was gone each of ${MOST_TRIES} times`);
}

/** Immediate or cancel; undefined where nothing traded. */
async function take(desk: Desk, name: string, side: BookSide, priceCC: number, countE2: number): Promise<Bought | undefined> {
  const { trader, orders, ticker } = desk;
  const isExit = name.startsWith('exit');
  const terms = { ticker, side, countE2, priceCC, kind: 'immediate' as const, ...(isExit ? { reduceOnly: true } : {}) };
  const { orderId, filledE2, averageYesPriceCC } = await orders.place(orders.request(name, terms));
  if (filledE2 === 0) return undefined;
  const heard = await trader.hear('the fill', () => {
    const fills = trader.fillFrames((fill) => fill.order_id === orderId);
    return sum(fills.map((fill) => parseCountE2(fill.count_fp))) >= filledE2 ? fills : undefined;
  });
  const rows = await trader.reread(
    'the fill',
    async () => (await trader.client.portfolio.fillsPage({ order_id: orderId })).fills,
    (fills) => sum(fills.map((fill) => parseCountE2(fill.count_fp))) >= filledE2,
  );
  const listed = rows.map((row) => fillFromWire(trader.newFields.look('Fill', Fill, row)));
  const fromSocket: Bought = {
    orderId,
    tradeIds: heard.map((fill) => fill.trade_id).toSorted(),
    countE2: sum(heard.map((fill) => parseCountE2(fill.count_fp))),
    costE6: sum(heard.map((fill) => parsePriceCC(fill.yes_price_dollars) * parseCountE2(fill.count_fp))),
    feeE6: sum(heard.map((fill) => parseDollarsE6(fill.fee_cost))),
  };
  const fromList: Bought = {
    orderId,
    tradeIds: listed.map((fill) => fill.fillId).toSorted(),
    countE2: sum(listed.map((fill) => fill.countE2)),
    costE6: sum(listed.map((fill) => fill.yesPriceCC * fill.countE2)),
    feeE6: sum(listed.map((fill) => fill.feeE6)),
  };
  const isAsAnswered = fromSocket.countE2 === filledE2 && Math.round(fromSocket.costE6 / filledE2) === averageYesPriceCC;
  const [told, read] = [JSON.stringify(fromSocket), JSON.stringify(fromList)];
  if (!isAsAnswered || told !== read) {
    const answered = `${formatCountE2(filledE2)} at ${averageYesPriceCC ?? 'no price'}`;
    throw new Error(`answer (${answered}), socket (${told}) and list of fills (${read}) differ`);
  }
  return fromList;
}

export interface SelfTrade {
  /** What the socket told of the order that rested, and of the one that came against it. */
  resting: string[];
  incoming: string[];
}

/**
 * An ask of our own inside the spread, and a bid of ours that would trade with it. Undefined where the spread has no room, or
 * somebody else was faster each time.
 */
export async function tradeWithSelf(desk: Desk): Promise<SelfTrade | undefined> {
  const { notebook } = desk;
  for (let n = 1; n <= MOST_TRIES; n++) {
    const priceCC = insideCC(touchOf(desk));
    const met = priceCC === undefined ? undefined : await meetSelf(desk, n, priceCC);
    if (met === undefined) continue;
    const { resting, incoming, filledE2 } = met;
    notebook.learn(
      'makerStp',
      `the resting order went ${resting.join(' -> ')}; the incoming one ${incoming.join(' -> ') || 'untold'}, ` +
        `and filled ${formatCountE2(filledE2)}`,
    );
    return { resting, incoming };
  }
  notebook.missed('makerStp', 'the spread left no room for an order of our own inside it');
  return undefined;
}

/** Undefined where the market has moved onto the resting order, or traded with it. */
async function meetSelf(
  { trader, orders, ticker }: Desk,
  n: number,
  priceCC: number,
): Promise<(SelfTrade & { filledE2: number }) | undefined> {
  const own = { ticker, countE2: CONTRACT_E2, priceCC };
  const placed = await attempt(orders.place(orders.request(`own${n}`, { ...own, side: 'ask', kind: 'post-only' })));
  if ('refusal' in placed) {
    if (placed.refusal.code === 'KALSHI_POST_ONLY_CROSS') return undefined;
    throw placed.refusal;
  }
  const resting = placed.value;
  const against = { ...own, side: 'bid', kind: 'immediate', selfTradePrevention: 'maker' } as const;
  const incoming = await orders.place(orders.request(`against${n}`, against));
  const ended = (orderId: string) => trader.orderFrames(orderId).find(({ status }) => status !== 'resting');
  const { status } = await trader.hear('the end of the order that rested', () => ended(resting.orderId));
  if (status === 'executed') return undefined;
  // That an order which never rested is told of at all is a part of the question.
  await trader.hear('the end of the other', () => ended(incoming.orderId)).catch(() => {});
  return {
    resting: traceOf(trader, resting.orderId),
    incoming: traceOf(trader, incoming.orderId),
    filledE2: incoming.filledE2,
  };
}

export interface Flat {
  exits: Bought[];
  /** What is left: positive YES, negative NO. */
  netE2: number;
}

/** Closes what the round has opened, as far as somebody takes it. */
export async function leaveFlat(desk: Desk): Promise<Flat> {
  const exits: Bought[] = [];
  for (let n = 1; n <= MOST_TRIES; n++) {
    const netE2 = await positionE2(desk);
    if (netE2 === 0) return { exits, netE2 };
    const { bidCC, askCC } = quoteOf(desk);
    const side = oppositeSide(netE2 > 0 ? 'bid' : 'ask');
    const priceCC = side === 'ask' ? bidCC : askCC;
    if (priceCC === undefined) continue;
    const ended = await attempt(take(desk, `exit${n}`, side, priceCC, Math.abs(netE2)));
    // Whether an exit took effect does not matter to the next one: it cannot sell more than there is.
    if ('refusal' in ended && ended.refusal.outcome !== 'unknown') throw ended.refusal;
    if ('value' in ended && ended.value !== undefined) exits.push(ended.value);
  }
  return { exits, netE2: await positionE2(desk) };
}

/** By REST, once it agrees with the fills that were heard; what REST says where it never does. */
export async function positionE2({ trader, ticker }: Desk): Promise<number> {
  const heardE2 = sum(
    trader
      .fillFrames((fill) => fill.market_ticker === ticker)
      .map((fill) => (fill.book_side === 'bid' ? 1 : -1) * parseCountE2(fill.count_fp)),
  );
  let readE2 = 0;
  const read = async () => {
    const { market_positions } = await trader.client.portfolio.positionsPage({ ticker });
    readE2 = sum(market_positions.filter((row) => row.ticker === ticker).map((row) => parseCountE2(row.position_fp)));
    return readE2;
  };
  await trader.reread('the position', read, (netE2) => netE2 === heardE2).catch(() => read());
  return readE2;
}

function quoteOf({ trader, ticker }: Desk): { bidCC: number | undefined; askCC: number | undefined } {
  const quote = trader.socket.book(ticker)?.quote();
  if (quote === undefined) throw new Error(`the socket has no good book of ${ticker}`);
  return quote;
}

function touchOf(desk: Desk): Touch {
  const { bidCC, askCC } = quoteOf(desk);
  if (bidCC === undefined || askCC === undefined) throw new Error(`${desk.ticker} is not quoted on both sides any more`);
  return { bidCC, askCC };
}

function traceOf(trader: Trader, orderId: string): string[] {
  return trader.orderFrames(orderId).map(({ status, last_update_reason: reason }) => (reason ? `${status} (${reason})` : status));
}
