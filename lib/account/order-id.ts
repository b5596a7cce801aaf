/** The id that an order of ours carries at the exchange: made of its cause, so that the same cause is the same id, and its owner can be read off it. */
import { createHash } from 'node:crypto';
import { type Cause, LEGS, type Leg } from '../trading/cause.ts';

const MARK = 'cs1';
const SHAPE = /^cs1\.([0-9A-Za-z]{1,8})\.(\d{1,6})\.([a-z]+)\.(\d{1,6})\.([0-9a-f]{10})$/;

/** What an order id says by itself; whose it is only the digest proves. */
export interface OrderName {
  rule8: string;
  round: number;
  leg: Leg;
  attempt: number;
  hash10: string;
}

/**
 * - `rule`: the digest proves this cause · `unproven`: written as ours, but no rule and account known here makes it so
 * - `foreign`: somebody else's
 */
export type OrderOwner = { kind: 'rule'; cause: Cause } | { kind: 'unproven'; name: OrderName } | { kind: 'foreign' };

/** `cs1.<rule8>.<round>.<leg>.<attempt>.<hash10>` */
export function clientOrderIdOf(cause: Cause): string {
  return [MARK, rule8Of(cause.ruleId), cause.round, cause.leg, cause.attempt, digestOf(causeText(cause), 10)].join('.');
}

export function readOrderId(clientOrderId: string): OrderName | undefined {
  const [, rule8, round, leg, attempt, hash10] = SHAPE.exec(clientOrderId) ?? [];
  const known = LEGS.find((one) => one === leg);
  if (rule8 === undefined || hash10 === undefined || known === undefined) return undefined;
  return { rule8, round: Number(round), leg: known, attempt: Number(attempt), hash10 };
}

/** Whose order it is, as far as its id proves it against the rules that are known. */
export function ownerOfOrder(
  order: { clientOrderId: string; ticker: string },
  known: { accountId: string; ruleIds: Iterable<string> },
): OrderOwner {
  const name = readOrderId(order.clientOrderId);
  if (name === undefined) return { kind: 'foreign' };
  const { round, leg, attempt } = name;
  for (const ruleId of known.ruleIds) {
    const cause: Cause = { accountId: known.accountId, ruleId, ticker: order.ticker, round, leg, attempt };
    if (clientOrderIdOf(cause) === order.clientOrderId) return { kind: 'rule', cause };
  }
  return { kind: 'unproven', name };
}

/** Of (account, rule, market, round): the same position is the same row, whoever writes it. */
export function positionIdOf(accountId: string, ruleId: string, ticker: string, round: number): string {
  return digestOf(JSON.stringify([accountId, ruleId, ticker, round]), 24);
}

function rule8Of(ruleId: string): string {
  return ruleId.replaceAll(/[^0-9A-Za-z]/g, '').slice(0, 8) || 'rule';
}

function causeText({ accountId, ruleId, ticker, round, leg, attempt }: Cause): string {
  return JSON.stringify([accountId, ruleId, ticker, round, leg, attempt]);
}

function digestOf(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
