/**
 * YES and NO, bid and ask: the one module that converts between them.
 *
 * A market has one book, priced in YES. Buying NO at p is selling YES at 1 - p, so an `ask` opens or adds to NO as a `bid`
 * does to YES. Every price that leaves this module says in its name which outcome it prices.
 */
import { DOLLAR_CC } from './money.ts';

export type OutcomeSide = 'yes' | 'no';
export type BookSide = 'bid' | 'ask';
export type Action = 'buy' | 'sell';

/** The price of the other outcome: what is left of the dollar. */
export function complementCC(priceCC: number): number {
  return DOLLAR_CC - priceCC;
}

/** A price of `outcome` as a YES price. Its own inverse. */
export function toYesPriceCC(outcome: OutcomeSide, priceCC: number): number {
  return outcome === 'yes' ? priceCC : complementCC(priceCC);
}

/** A YES price as a price of `outcome`. */
export function fromYesPriceCC(outcome: OutcomeSide, yesPriceCC: number): number {
  return toYesPriceCC(outcome, yesPriceCC);
}

export function otherOutcome(outcome: OutcomeSide): OutcomeSide {
  return outcome === 'yes' ? 'no' : 'yes';
}

/** Buying YES and selling NO are bids; buying NO and selling YES are asks. */
export function bookSideOf(action: Action, outcome: OutcomeSide): BookSide {
  return (action === 'buy') === (outcome === 'yes') ? 'bid' : 'ask';
}

/** The outcome that an order on this side of the book gains from: a bid from YES, an ask from NO. */
export function outcomeOf(side: BookSide): OutcomeSide {
  return side === 'bid' ? 'yes' : 'no';
}

export function oppositeSide(side: BookSide): BookSide {
  return side === 'bid' ? 'ask' : 'bid';
}
