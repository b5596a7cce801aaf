/** What follows from a commit: the order's next step, the money, the breaker, and what people are told. */
import { FOREIGN_RULE } from '../trading/reconcile-steps.ts';
import { dollarsText } from '../trading/words.ts';
import { type Ground, logLine, postAlert, teamOf } from './ground.ts';
import type { Guard } from './guard.ts';
import type { Committed } from './news.ts';
import type { Purse } from './purse.ts';
import type { OrdersUnderWay } from './under-way.ts';

export interface AftermathParts {
  ground: Ground;
  /** These are made after the news that they follow from. */
  orders: () => OrdersUnderWay;
  guard: () => Guard;
  purse: () => Purse;
  noteId: (orderId: string, clientOrderId: string) => void;
  snapshot: () => void;
  changed: () => void;
}

export class Aftermath {
  readonly #parts: AftermathParts;

  constructor(parts: AftermathParts) {
    this.#parts = parts;
  }

  follow(what: Committed): void {
    const { orders, guard, purse, noteId, snapshot, changed } = this.#parts;
    const { order, change, contradictions, tripped } = what;
    const { ticker, ruleId } = change.book;
    if (change.cashE6 !== 0) purse().move(change.cashE6);
    for (const text of contradictions) this.#contradicted(order?.after.clientOrderId ?? ruleId, ticker, text);
    for (const trip of tripped) guard().tell('trip', trip);
    if (order === undefined) this.#followLoose(what);
    else {
      const { orderId } = order.after.life;
      if (orderId !== undefined) noteId(orderId, order.after.clientOrderId);
      orders().correct(what);
      orders().advance(order.after.clientOrderId);
      if (order.after.isSettled && !order.before.isSettled) purse().want();
    }
    if (change.fills.length > 0 || change.settlement !== undefined) snapshot();
    guard().look();
    changed();
  }

  #followLoose({ change }: Committed): void {
    const { ground } = this.#parts;
    const { ticker, ruleId } = change.book;
    const team = teamOf(ground, ticker);
    if (change.fills.length > 0) {
      const whose = ruleId === FOREIGN_RULE ? 'nobody here sent' : 'was not remembered here';
      logLine(ground, 'warning', 'trade', `Filled in ${team}: an order that ${whose}`, { ticker, ruleId, fills: change.fills });
    }
    const settled = change.settlement === undefined ? [] : change.trades.filter((trade) => trade.exitOrderId === undefined);
    if (settled.length === 0) return;
    const netE6 = settled.reduce((total, trade) => total + trade.netE6, 0);
    const title = `Settled: ${team} paid ${(change.settlement?.valueCC ?? 0) / 100}c: ${netE6 > 0 ? '+' : ''}${dollarsText(netE6)}`;
    logLine(ground, 'info', 'trade', title, { ticker, ruleId });
    const key = ['settled', ground.accountId, ruleId, ticker].join('|');
    postAlert(ground, { kind: 'exit', key, level: 'info', title, facts: [['Market', ticker]] });
  }

  #contradicted(what: string, ticker: string, text: string): void {
    const { ground } = this.#parts;
    const title = `Contradiction about an order in ${teamOf(ground, ticker)}: ${text}`;
    logLine(ground, 'error', 'trade', title, { ticker, order: what });
    const facts: [string, string][] = [
      ['Market', ticker],
      ['Order', what],
    ];
    postAlert(ground, { kind: 'error', key: ['contradiction', what, text].join('|'), level: 'error', title, facts });
  }
}
