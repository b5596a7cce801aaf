/** Listens to one feed for as long as it is there, and keeps what charts and sparklines are drawn from. */
import type { FeedView, MarketUpdate } from '../../account/contract.ts';
import { addBounded } from './bounded.ts';
import { GameTrack } from './game-track.ts';
import { PriceSeries } from './price-series.ts';

const MOST_MARKETS = 1_200;
const MOST_GAMES = 800;

export interface FeedNews {
  prices(): void;
  health(): void;
}

export class FeedWatch {
  readonly feed: FeedView;
  readonly #series = new Map<string, PriceSeries>();
  readonly #tracks = new Map<string, GameTrack>();
  readonly #stop: () => void;

  constructor(feed: FeedView, news: FeedNews) {
    this.feed = feed;
    this.#stop = feed.listen({
      update: (update) => {
        this.#keep(update);
        news.prices();
      },
      health: () => news.health(),
      problem: () => news.health(),
    });
  }

  series(ticker: string): PriceSeries | undefined {
    return this.#series.get(ticker);
  }

  track(eventTicker: string): GameTrack | undefined {
    return this.#tracks.get(eventTicker);
  }

  close(): void {
    this.#stop();
  }

  #keep({ market, game, quote, known, atMs }: MarketUpdate): void {
    const series = this.#series.get(market.ticker) ?? addBounded(this.#series, market.ticker, new PriceSeries(), MOST_MARKETS);
    series.add(atMs, quote?.quote.bidCC, quote?.quote.askCC);
    if (known === undefined) return;
    const track = this.#tracks.get(game.eventTicker) ?? addBounded(this.#tracks, game.eventTicker, new GameTrack(), MOST_GAMES);
    track.see(known.state);
  }
}
