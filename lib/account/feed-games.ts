/**
 * The games of a feed as they are listed. What is in here never changes: a game is replaced whole when anything about it does, so it can
 * be handed out as it is.
 */
import { isDeepStrictEqual } from 'node:util';
import type { MarketStatus } from '../trading/market.ts';
import type { ListedGame, ListedMarket } from '../trading/ports/market-data.ts';

/** `joined`: known as it is, and now of this choice too. */
export type GameNews = { kind: 'new' | 'joined'; game: ListedGame } | { kind: 'changed'; game: ListedGame; before: ListedGame };

export interface ListedPlace {
  game: ListedGame;
  market: ListedMarket;
}

interface Entry {
  game: ListedGame;
  /** Names of the choices that this game belongs to. */
  chosenBy: Set<string>;
}

export class FeedGames {
  readonly #entries = new Map<string, Entry>();
  readonly #places = new Map<string, ListedPlace>();
  #all: readonly ListedGame[] | undefined;

  /** In the order of their event tickers. */
  all(): readonly ListedGame[] {
    this.#all ??= Object.freeze([...this.#entries.values()].map(({ game }) => game).toSorted(byEventTicker));
    return this.#all;
  }

  game(eventTicker: string): ListedGame | undefined {
    return this.#entries.get(eventTicker)?.game;
  }

  place(ticker: string): ListedPlace | undefined {
    return this.#places.get(ticker);
  }

  /** Whether the market's game belongs to any choice but this one. */
  isChosenBesides(ticker: string, choice: string): boolean {
    const entry = this.#entries.get(this.#places.get(ticker)?.game.eventTicker ?? '');
    return entry !== undefined && [...entry.chosenBy].some((other) => other !== choice);
  }

  ofChoice(choice: string): ListedGame[] {
    return [...this.#entries.values()].filter(({ chosenBy }) => chosenBy.has(choice)).map(({ game }) => game);
  }

  /**
   * Takes in the whole list of a choice. `isNewer` names markets whose status was told after the list was asked for: the list's word on
   * them is old. A game that is all over and not known is left out.
   */
  merge(choice: string, listed: readonly ListedGame[], isNewer: (ticker: string) => boolean): GameNews[] {
    const named = new Set(listed.map(({ eventTicker }) => eventTicker));
    for (const [eventTicker, { chosenBy }] of this.#entries) if (!named.has(eventTicker)) chosenBy.delete(choice);
    return listed.flatMap((game) => this.#mergeGame(choice, game, isNewer) ?? []);
  }

  /** A market's status or result has changed. Undefined where that is not news, or the market is not listed. */
  update(ticker: string, status: MarketStatus, resultCC: number | undefined): GameNews | undefined {
    const place = this.#places.get(ticker);
    if (place === undefined) return undefined;
    const { game: before, market } = place;
    if (market.status === status && market.resultCC === resultCC) return undefined;
    const markets = before.markets.map((one) => (one.ticker === ticker ? { ...one, status, resultCC } : one));
    const game = frozen({ ...before, markets });
    this.#put(game, this.#entries.get(game.eventTicker)?.chosenBy ?? new Set());
    return { kind: 'changed', game, before };
  }

  /** No game belongs to this choice any more. */
  release(choice: string): void {
    for (const { chosenBy } of this.#entries.values()) chosenBy.delete(choice);
  }

  /** Forgets the games that nobody chose or that are all over, unless one of their markets is held, and names them. */
  sweep(isHeld: (ticker: string) => boolean): ListedGame[] {
    const gone = [...this.#entries.values()]
      .filter(({ game, chosenBy }) => chosenBy.size === 0 || isOver(game))
      .map(({ game }) => game)
      .filter(({ markets }) => !markets.some(({ ticker }) => isHeld(ticker)));
    for (const game of gone) this.#remove(game);
    return gone;
  }

  #mergeGame(choice: string, listed: ListedGame, isNewer: (ticker: string) => boolean): GameNews | undefined {
    const entry = this.#entries.get(listed.eventTicker);
    if (entry === undefined) {
      if (isOver(listed)) return undefined;
      const game = frozen(listed);
      this.#put(game, new Set([choice]));
      return { kind: 'new', game };
    }
    const isJoining = !entry.chosenBy.has(choice);
    entry.chosenBy.add(choice);
    const before = entry.game;
    const markets = listed.markets.map((market) => {
      const known = isNewer(market.ticker) ? this.#places.get(market.ticker)?.market : undefined;
      return known === undefined ? market : { ...market, status: known.status, resultCC: known.resultCC };
    });
    const merged = { ...listed, markets };
    if (isDeepStrictEqual(merged, before)) return isJoining ? { kind: 'joined', game: before } : undefined;
    const game = frozen(merged);
    this.#remove(before);
    this.#put(game, entry.chosenBy);
    return { kind: 'changed', game, before };
  }

  #put(game: ListedGame, chosenBy: Set<string>): void {
    this.#entries.set(game.eventTicker, { game, chosenBy });
    for (const market of game.markets) this.#places.set(market.ticker, Object.freeze({ game, market }));
    this.#all = undefined;
  }

  #remove(game: ListedGame): void {
    this.#entries.delete(game.eventTicker);
    for (const { ticker } of game.markets) this.#places.delete(ticker);
    this.#all = undefined;
  }
}

/** Whether every market of the game has been settled. */
function isOver({ markets }: ListedGame): boolean {
  return markets.every(({ status }) => status === 'finalized');
}

function byEventTicker(a: ListedGame, b: ListedGame): number {
  return a.eventTicker < b.eventTicker ? -1 : 1;
}

function frozen(game: ListedGame): ListedGame {
  const markets = game.markets.map((market) => Object.freeze({ ...market, fees: Object.freeze({ ...market.fees }) }));
  return Object.freeze({ ...game, markets: Object.freeze(markets) });
}
