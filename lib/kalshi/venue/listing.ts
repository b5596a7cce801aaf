/** Which games there are: read from events with their markets and milestones, and the series that they are of. */
import type { GameChoice } from '../../trading/ports/market-data.ts';
import { listOf } from '../client/paging.ts';
import type { KalshiClient } from '../client.ts';
import type { EventData, GetEventsResponse, Series } from '../schema/event.ts';
import type { Milestone } from '../schema/milestone.ts';
import type { WallClock } from '../wall-clock.ts';
import { gameOf, milestoneFor, type ReadGame } from './game.ts';
import type { TellProblem } from './problems.ts';
import { eventOf, WINNER_SERIES } from './series.ts';

export interface ListingParts {
  client: KalshiClient;
  wall: WallClock;
  marketNow: () => number;
  /** A market that opens later than so long from now is not listed yet; market time. */
  horizonMs: number;
  onProblem: TellProblem | undefined;
}

type EventsQuery = NonNullable<Parameters<KalshiClient['events']['page']>[0]>;
type EventsPage = Pick<GetEventsResponse, 'events' | 'milestones'>;

/** Markets that closed longer ago are settled, or will not be settled soon. */
const CLOSED_MS = 3 * 86_400_000;
const SERIES_KEPT_MS = 10 * 60_000;
const EVENTS_PER_PAGE = 200;
const TICKERS_PER_READ = 50;

/** Reads games. What it knows of series, their fees, it keeps for ten minutes. */
export class Listing {
  readonly #parts: ListingParts;
  readonly #series = new Map<string, { series: Promise<Series>; readMs: number }>();
  readonly #toldProblems = new Set<string>();

  constructor(parts: ListingParts) {
    this.#parts = parts;
  }

  /** By start, then by ticker. Throws a `KalshiError`. */
  async read(choice: GameChoice): Promise<ReadGame[]> {
    const nowMs = this.#parts.marketNow();
    const pages = (await Promise.all(this.#reads(choice, nowMs))).flat();
    const milestones = pages.flatMap((page) => page.milestones ?? []);
    const events = new Map(pages.flatMap((page) => page.events).map((event) => [event.event_ticker, event]));
    const read = await Promise.all([...events.values()].map((event) => this.#readGame(event, milestones, nowMs)));
    return read
      .filter((one) => one !== undefined)
      .filter(({ game, lives }) => game.markets.length > 0 && this.#isWanted(lives, nowMs))
      .toSorted((one, other) => compare(one, other));
  }

  #reads({ leagues, series, tickers }: GameChoice, nowMs: number): Promise<EventsPage[]>[] {
    const since = Math.floor((nowMs - CLOSED_MS) / 1000);
    const wanted = new Set([...leagues.flatMap((league) => WINNER_SERIES[league]), ...series]);
    const events = [...new Set(tickers.map(eventOf))];
    return [
      ...[...wanted].map((series_ticker) => this.#pages({ series_ticker, min_close_ts: since })),
      ...chunks(events, TICKERS_PER_READ).map((chunk) => this.#pages({ tickers: chunk })),
    ];
  }

  #pages(query: EventsQuery): Promise<EventsPage[]> {
    const { events } = this.#parts.client;
    const pages = listOf(
      (wanted: EventsQuery) => events.page(wanted),
      (page): EventsPage[] => [page],
      { ...query, limit: EVENTS_PER_PAGE, with_nested_markets: true, with_milestones: true },
    );
    return Array.fromAsync(pages());
  }

  async #readGame(event: EventData, milestones: readonly Milestone[], nowMs: number): Promise<ReadGame | undefined> {
    const series = await this.#seriesOf(event.series_ticker);
    const read = gameOf(event, series, milestoneFor(event.event_ticker, milestones), nowMs);
    if (!('problem' in read)) return read;
    const { message } = read.problem;
    if (!this.#toldProblems.has(message)) this.#parts.onProblem?.(read.problem);
    this.#toldProblems.add(message);
    return undefined;
  }

  async #seriesOf(ticker: string): Promise<Series> {
    const nowMs = this.#parts.wall.monotonicMs();
    const known = this.#series.get(ticker);
    if (known !== undefined && nowMs - known.readMs < SERIES_KEPT_MS) return known.series;
    const series = this.#parts.client.series.get({ series_ticker: ticker }).then((answer) => answer.series);
    this.#series.set(ticker, { series, readMs: nowMs });
    try {
      return await series;
    } catch (error) {
      this.#series.delete(ticker);
      throw error;
    }
  }

  /** Something of it is open, opens soon, or is not settled. */
  #isWanted(lives: ReadGame['lives'], nowMs: number): boolean {
    const latestMs = nowMs + this.#parts.horizonMs;
    return [...lives.values()].some(({ ended, trading, opensMs }) => {
      return ended !== 'finalized' && (trading !== 'unopened' || opensMs <= latestMs);
    });
  }
}

function compare({ game: one }: ReadGame, { game: other }: ReadGame): number {
  const apart = (one.startMs ?? Number.MAX_SAFE_INTEGER) - (other.startMs ?? Number.MAX_SAFE_INTEGER);
  return apart === 0 ? (one.eventTicker < other.eventTicker ? -1 : 1) : apart;
}

function chunks<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, index) => items.slice(index * most, (index + 1) * most));
}
