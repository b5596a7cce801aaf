/** What a person does to open lots: sell them, again and again until they are gone. */
import type { Actor } from '../trading/cause.ts';
import type { ExitReason } from '../trading/exit.ts';
import { isEnded } from '../trading/market.ts';
import { exitWish } from '../trading/order-wish.ts';
import { quoteOf } from '../trading/quote.ts';
import { contractsText } from '../trading/words.ts';
import type { CommandResult, Lot, OrderReport } from './contract.ts';
import { type Ground, teamOf } from './ground.ts';
import type { OrderCode } from './refusals.ts';
import type { Signals } from './signals.ts';
import type { OrdersUnderWay } from './under-way.ts';

/** Under the bid, so that a bid that steps back is still met. */
const EXIT_OFFSET_CC = 200;
const PATIENCE_MS = 60_000;
/** Misses in a row after which a person should look at the book. */
const MOST_MISSES = 10;
/** What is in the way for the moment is looked at again after so long, market time. */
const PAUSE_MS = 1_000;

type Attempt =
  | { kind: 'sent'; report: Promise<OrderReport> }
  /** Another order of the lot is in the way, until then. */
  | { kind: 'busy'; over: Promise<void>; message: string }
  | { kind: 'refused'; code: OrderCode; message: string };

export interface ClosingParts {
  ground: Ground;
  signals: Signals;
  orders: OrdersUnderWay;
  lots: () => Lot[];
  submit: (signal: NonNullable<ReturnType<Signals['raise']>>) => Promise<OrderReport>;
}

export class Closing {
  readonly #parts: ClosingParts;

  constructor(parts: ClosingParts) {
    this.#parts = parts;
  }

  /** Sells one lot until it is flat, nobody buys, or an order stays unresolved. Its rule stays its owner. */
  async close(positionId: string, actor: Actor, reason: ExitReason): Promise<CommandResult> {
    let soldE2 = 0;
    let inTheWay = 'the bid keeps stepping back';
    for (let misses = 0; misses < MOST_MISSES; ) {
      const lot = this.#parts.lots().find((one) => one.positionId === positionId);
      if (lot === undefined)
        return soldE2 > 0 ? done(`closed: ${contractsText(soldE2)} sold`) : refused('NOTHING_HELD', 'nothing is held there');
      const attempt = this.#attempt(lot, actor, reason);
      if (attempt.kind === 'refused')
        return refused(attempt.code, `${attempt.message}; ${contractsText(lot.countE2)} are still held`);
      if (attempt.kind === 'busy') {
        inTheWay = attempt.message;
        await attempt.over;
        misses += 1;
        continue;
      }
      const report = await attempt.report;
      soldE2 += report.life?.filledE2 ?? 0;
      if (report.outcome === 'unresolved' || report.outcome === 'refused') return refused(report.code, report.reason);
      if (report.life?.state === 'refused') return refused(report.code, report.reason);
      inTheWay = 'the bid keeps stepping back';
      misses = report.outcome === 'not_filled' ? misses + 1 : 0;
    }
    return refused('ORDER_NOT_FILLED', `not sold in ${MOST_MISSES} tries: ${inTheWay}`);
  }

  /** Every lot, the markets side by side. */
  async closeAll(actor: Actor, reason: ExitReason): Promise<CommandResult> {
    const lots = this.#parts.lots();
    if (lots.length === 0) return done('nothing is held');
    const tickers = [...new Set(lots.map((lot) => lot.ticker))];
    const results = await Promise.all(
      tickers.map((ticker) =>
        this.#closeMarket(
          lots.filter((lot) => lot.ticker === ticker),
          actor,
          reason,
        ),
      ),
    );
    const left = results.flat().filter((result) => !result.done);
    if (left.length === 0) return done(`${lots.length} closed`);
    const message = `${left.length} of ${lots.length} are still open: ${left.map((result) => result.message).join('; ')}`;
    return { done: false, code: left[0]?.code, message };
  }

  async #closeMarket(lots: readonly Lot[], actor: Actor, reason: ExitReason): Promise<CommandResult[]> {
    const results: CommandResult[] = [];
    for (const lot of lots) {
      const result = await this.close(lot.positionId, actor, reason);
      const team = teamOf(this.#parts.ground, lot.ticker);
      results.push(result.done ? result : { ...result, message: `${team}: ${result.message}` });
    }
    return results;
  }

  #attempt(lot: Lot, actor: Actor, reason: ExitReason): Attempt {
    const { ground, signals, submit, orders } = this.#parts;
    const { ruleId, ticker, eventTicker, outcome } = lot;
    const status = ground.feed()?.market(ticker)?.market.status;
    if (status !== undefined && isEnded(status))
      return { kind: 'refused', code: 'MARKET_NOT_OPEN', message: `the market is ${status}: it ends by settlement` };
    const quote = ground.feed()?.quote(ticker)?.quote;
    if (quote === undefined)
      return { kind: 'refused', code: 'FEED_BLIND', message: 'no quote of this market, so there is no price to sell at' };
    const { bidCC } = quoteOf(outcome, quote);
    if (bidCC === undefined) return { kind: 'refused', code: 'NOBODY_BUYS', message: 'nobody buys' };
    const countE2 = signals.exitable(ruleId, ticker, eventTicker);
    const signal = signals.raise({
      ruleId,
      ruleName: ruleId,
      leg: 'exit',
      eventTicker,
      wish: exitWish({ ticker, outcome, bidCC, offsetCC: EXIT_OFFSET_CC, countE2 }),
      exitReason: reason,
      reason: `closed by hand at a bid of ${bidCC / 100}c`,
      notes: [],
      numbers: { bidCC },
      entryCaps: undefined,
      maxPriceMoveCC: undefined,
      patienceMs: PATIENCE_MS,
      actor,
    });
    if (signal !== undefined) return { kind: 'sent', report: submit(signal) };
    const next = signals.next({ ruleId, leg: 'exit', eventTicker, ticker });
    if (next.kind === 'next')
      return { kind: 'busy', over: this.#pause(), message: 'what another exit of it has sold is not known yet' };
    const { clientOrderId, life } = next.by;
    if (life.state === 'refused') return { kind: 'busy', over: this.#pause(), message: `the exchange refuses: ${life.reason}` };
    return { kind: 'busy', over: orders.ended(clientOrderId), message: 'another exit of it is on its way' };
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.ground.clock.after(PAUSE_MS, resolve);
    });
  }
}

export function done(message: string): CommandResult {
  return { done: true, code: undefined, message };
}

export function refused(code: string | undefined, message: string): CommandResult {
  return { done: false, code, message };
}
