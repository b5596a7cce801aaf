/**
 * The exchange's own words for sides and units. They repeat those of `lib/trading` on purpose: the exchange shares no code
 * with the side that trades on it, so that neither hides the other's mistakes.
 *
 * CC: 1/10,000 dollar per contract · E2: hundredths of a contract · E6: micro-dollars (CC x E2 = E6) · Ms: epoch milliseconds
 */
export type BookSide = 'bid' | 'ask';
export type OutcomeSide = 'yes' | 'no';

export const ONE_CC = 10_000;
export const ONE_E6 = 1_000_000;
