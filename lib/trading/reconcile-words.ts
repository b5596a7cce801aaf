/** What reconciliation says to the user: one sentence each. */
import type { OrphanRow } from './ports/memory.ts';
import type { VenueFill, VenueOrder, VenuePosition } from './ports/venue.ts';
import { averagePriceCC, type Holdings, type OpenPosition } from './position.ts';
import type { ReconcileStep, RememberedOrder } from './reconcile-steps.ts';
import { centsText, contractsText } from './words.ts';

export function orderText(order: Pick<RememberedOrder, 'clientOrderId' | 'leg' | 'ticker'>): string {
  return `The ${order.leg} order ${order.clientOrderId} in ${order.ticker}`;
}

export function orphanOrderText(order: VenueOrder): string {
  const action = order.side === 'bid' ? 'buy' : 'sell';
  const price = centsText(order.yesPriceCC);
  return `The resting order in ${order.ticker} to ${action} ${contractsText(order.remainingE2)} YES at ${price}c (${order.orderId})`;
}

export function fillText(fill: Pick<VenueFill, 'ticker' | 'side' | 'yesPriceCC' | 'countE2'>): string {
  const action = fill.side === 'bid' ? 'bought' : 'sold';
  return `The fill in ${fill.ticker}, ${contractsText(fill.countE2)} YES ${action} at ${centsText(fill.yesPriceCC)}c,`;
}

export function differenceText(ticker: string, theirsE2: number, oursE2: number): string {
  return `${ticker}: the exchange holds ${netText(theirsE2)}, all known fills come to ${netText(oursE2)}.`;
}

export function averageText(position: VenuePosition, ours: Holdings): string {
  const theirs = centsText(position.exposureE6 / Math.abs(position.netE2));
  const known = ours.open === undefined ? 'nothing' : `${centsText(averagePriceCC(ours.open))}c`;
  return `${position.ticker}: the exchange has an average price of ${theirs}c, all known fills come to ${known}.`;
}

export function heldText(ticker: string, open: OpenPosition): string {
  const what = `${contractsText(open.countE2)} ${open.outcome.toUpperCase()}`;
  return `${ticker}: ${what} come from orders that were not sent from here: adopt, close or ignore them.`;
}

/** What a step has done, once it is done. */
export function repairText(step: ReconcileStep): string {
  if (step.kind === 'order') return `The order ${step.clientOrderId} now stands as the exchange has it.`;
  if (step.kind === 'end') return `The order ${step.clientOrderId} is over: ${step.reason}`;
  if (step.kind === 'fill') return `${fillText(step.fill)} was missing here: booked to rule ${step.ruleId}.`;
  if (step.kind === 'settle') return `${step.settlement.ticker} was settled, YES at ${centsText(step.settlement.valueCC)}c.`;
  if (step.kind === 'adopt') return `${heldName(step.orphan.id)} was missing here: adopted for the rule that its id names.`;
  if (step.kind === 'hold') return `${heldName(step.orphan.id)} waits for a person.`;
  return `${heldName(step.orphan.id)} is gone and waits for nobody any more.`;
}

function heldName(id: string): string {
  const [kind, what] = id.split('|');
  if (kind === 'order') return `The order ${what}`;
  return kind === 'holding' ? `What strangers' orders hold in ${what}` : `The difference in ${what}`;
}

function netText(signedE2: number): string {
  if (signedE2 === 0) return 'nothing';
  return `${contractsText(Math.abs(signedE2))} ${signedE2 > 0 ? 'YES' : 'NO'}`;
}

/** What waits for a person, as the title of an alert or a line of a list. */
export function orphanTitle({ id, ticker, side, countE2, priceCC }: OrphanRow): string {
  const count = contractsText(countE2);
  if (id.startsWith('difference|'))
    return `Unexplained: the exchange holds ${count} YES ${side === 'bid' ? 'more' : 'less'} in ${ticker}`;
  const price = priceCC === undefined ? '' : ` at ${centsText(priceCC)}c`;
  if (id.startsWith('holding|')) return `Not from here: ${count} YES ${side === 'bid' ? 'bought' : 'sold'} in ${ticker}${price}`;
  return `Not known here: a resting order to ${side === 'bid' ? 'buy' : 'sell'} ${count} YES in ${ticker}${price}`;
}
