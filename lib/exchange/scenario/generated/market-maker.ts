/**
 * Quotes around a game's fair value: one book per outcome, each with its own small error, inventory-free.
 *
 * The crowd's opinion wanders around the fair value (a mean-reverting walk of about a cent) and overshoots a score. Spreads are 1
 * cent in 70 %, 2 in 26 %, 3 in 4 % of quotes; right after a score they are wider and sizes thinner. Books never cross, and
 * buying or selling all outcomes at once never makes a sure profit.
 */
import { Depth } from '../depth.ts';
import { type ListedGame, marketsOf } from '../listing.ts';
import type { Random } from '../random.ts';
import type { ScenarioAction } from '../types.ts';
import type { Fair } from './model.ts';

export type QuoteAction = Extract<ScenarioAction, { kind: 'quote' }>;

const CENT_CC = 100;
/** Within this time after a score, spreads are wider and sizes thinner. */
const UNREST_MS = 12_000;
const UNREST_THINNESS = 0.4;
const OPINION_CENTS = 0.9;
const OPINION_MEMORY_MS = 90_000;
const OWN_ERROR_CENTS = 0.22;
const OVERSHOOT = 0.18;

interface Book {
  ticker: string;
  depth: Depth;
  valueOf: (fair: Fair) => number;
  /** How the common opinion about the home team moves this market. */
  leaning: number;
  centerCents: number;
  bid: number;
  ask: number;
}

export class MarketMaker {
  readonly #random: Random;
  readonly #books: readonly Book[];
  #opinionCents = 0;
  #quotedMs = Number.NEGATIVE_INFINITY;
  #unrestUntilMs = Number.NEGATIVE_INFINITY;

  constructor(game: ListedGame, random: Random) {
    this.#random = random;
    this.#books = marketsOf(game).map(({ ticker }) => ({
      ticker,
      depth: new Depth(random),
      ...(ticker === game.homeMarket.ticker
        ? { valueOf: (fair: Fair) => fair.home, leaning: 1 }
        : ticker === game.awayMarket.ticker
          ? { valueOf: (fair: Fair) => fair.away, leaning: -1 }
          : { valueOf: (fair: Fair) => fair.tie, leaning: 0 }),
      centerCents: 50,
      bid: 0,
      ask: 100,
    }));
  }

  /** News that moved the home team's value by so many cents: the opinion overshoots, the books thin out. */
  shake(homeCents: number, atMs: number): void {
    this.#opinionCents += homeCents * OVERSHOOT * this.#random.next() * 2;
    this.#unrestUntilMs = atMs + UNREST_MS;
  }

  /** New quotes in all markets of the game, in ticker order. */
  quote(fair: Fair, atMs: number): QuoteAction[] {
    this.#wander(atMs);
    const unrest = atMs < this.#unrestUntilMs;
    for (const book of this.#books) {
      const value = book.valueOf(fair);
      // Near 0 and 100 there is little to have an opinion about.
      const doubt = 4 * value * (1 - value);
      const errorCents = book.leaning * this.#opinionCents + this.#random.normal(0, OWN_ERROR_CENTS);
      book.centerCents = 100 * value + doubt * errorCents;
      const usual = this.#spread(unrest);
      const spread = doubt === 0 ? 1 : usual;
      book.bid = Math.min(Math.max(Math.round(book.centerCents - spread / 2), 0), 100 - spread);
      book.ask = book.bid + spread;
    }
    this.#closeArbitrage();
    return this.#books.map(({ ticker, depth, bid, ask }) => ({
      kind: 'quote',
      ticker,
      bids: depth.levels('bid', bid > 0 ? bid * CENT_CC : undefined, unrest ? UNREST_THINNESS : 1),
      asks: depth.levels('ask', ask < 100 ? ask * CENT_CC : undefined, unrest ? UNREST_THINNESS : 1),
    }));
  }

  /** Takes every quote away. */
  withdraw(): QuoteAction[] {
    return this.#books.map(({ ticker }) => ({ kind: 'quote', ticker, bids: [], asks: [] }));
  }

  /** One market's newest best prices; a side that is not quoted is undefined. */
  touch(): { ticker: string; bidCC: number | undefined; askCC: number | undefined } {
    const { ticker, bid, ask } = this.#random.pick(this.#books);
    return { ticker, bidCC: bid > 0 ? bid * CENT_CC : undefined, askCC: ask < 100 ? ask * CENT_CC : undefined };
  }

  #wander(atMs: number): void {
    const passedMs = Math.min(Math.max(atMs - this.#quotedMs, 0), 10 * OPINION_MEMORY_MS);
    this.#quotedMs = atMs;
    const kept = Math.exp(-passedMs / OPINION_MEMORY_MS);
    this.#opinionCents = this.#opinionCents * kept + this.#random.normal(0, OPINION_CENTS * Math.sqrt(1 - kept * kept));
  }

  #spread(unrest: boolean): number {
    const draw = this.#random.next();
    const usual = draw < 0.7 ? 1 : draw < 0.96 ? 2 : 3;
    return unrest ? usual + 1 : usual;
  }

  /** All bids together at most a dollar, all asks together at least one: the quote farthest from its value gives way. */
  #closeArbitrage(): void {
    const sum = (side: 'bid' | 'ask'): number => this.#books.reduce((cents, book) => cents + book[side], 0);
    for (let excess = sum('bid') - 100; excess > 0; excess--) {
      this.#books.reduce((far, book) => (book.bid - book.centerCents > far.bid - far.centerCents ? book : far)).bid -= 1;
    }
    for (let missing = 100 - sum('ask'); missing > 0; missing--) {
      this.#books.reduce((far, book) => (book.ask - book.centerCents < far.ask - far.centerCents ? book : far)).ask += 1;
    }
  }
}
