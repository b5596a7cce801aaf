/** What the measured program tells its exchange, and what the exchange tells it. Instants are `process.hrtime`: one clock for the whole machine. */
export type ArenaOrder =
  /** Lists games that have been on for a minute, with prices from before. */
  | { kind: 'list'; games: number }
  /** The whole book of a market becomes this bid, and an ask one cent above. */
  | { kind: 'quote'; ticker: string; bidCC: number }
  /** Changes quotes of all markets for so long, as fast as they are taken. */
  | { kind: 'flood'; ms: number };

export interface ArenaGame {
  event: string;
  /** Priced at `BEFORE_CC` before the game, and still. */
  ticker: string;
  other: string;
}

export type ArenaTold =
  | { kind: 'open'; rest: string; ws: string; keyId: string; privateKeyPem: string }
  | { kind: 'listed'; games: ArenaGame[] }
  | { kind: 'filled'; clientOrderId: string; atNs: string }
  /** Quotes that were changed. */
  | { kind: 'flooded'; quotes: number };

/** The bid of every measured market before its game. */
export const BEFORE_CC = 6_500;
