import type { BookSide, OutcomeSide } from '../../units.ts';

/** Which outcome a side of the YES book buys. */
export function outcomeOf(side: BookSide): OutcomeSide {
  return side === 'bid' ? 'yes' : 'no';
}

/** The four direction fields of orders and fills; `side` and `action` are relics in which every order is a purchase. */
export function presentSides(side: BookSide): {
  side: OutcomeSide;
  action: 'buy';
  outcome_side: OutcomeSide;
  book_side: BookSide;
} {
  return { side: outcomeOf(side), action: 'buy', outcome_side: outcomeOf(side), book_side: side };
}
