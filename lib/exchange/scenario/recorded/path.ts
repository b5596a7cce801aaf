/**
 * The path reading, for realistic replays. It adds to the recording what the recording does not hold, by a model:
 * - A minute of trades becomes four quotes at its quarters: open, the extreme that is worse for who holds the favourite (that
 *   team's lower price), the other extreme, close. A dip buyer's stop is therefore reached before the profit of the same minute.
 * - The spread is drawn from those seen in recorded NBA games: 1 cent in 69 %, 2 in 28 %, 3 in 3 %. A trade price that rose was
 *   paid at the ask, one that fell at the bid. Recorded bids and asks are taken as they are.
 * - Several levels stand on each side; their sizes are the model in `depth.ts`, the best one as recorded where it was.
 * - The recorded volume is traded by the crowd at the touch, evenly over the quotes of its row: about three quarters in the
 *   direction of the price, the rest against it. Volume beyond the standing size finds no partner and is lost.
 */
import type { BookSide } from '../../units.ts';
import { Depth } from '../depth.ts';
import { Random } from '../random.ts';
import type { Beat, FlowAction, Reading } from './reading.ts';
import type { CandleRow, QuoteRow } from './rows.ts';

const MINUTE_MS = 60_000;
const CENT_CC = 100;
const LEVELS_OF_MINUTE = 4;

interface Touch {
  bidCC: number | undefined;
  askCC: number | undefined;
}

export function pathReading(seed: number): Reading {
  return function* (side, mirrorTicker) {
    const random = new Random(seed, 'path', side.ticker);
    const market = new PathMarket(random, side.ticker);
    const mirrored = mirrorTicker === undefined ? undefined : new PathMarket(random, mirrorTicker);
    const favourite = (side.pregameCC ?? 5_000) >= 5_000;
    let beforeMs = Number.NEGATIVE_INFINITY;
    for (const row of side.rows) {
      if (row.kind === 'candle') yield* minuteBeats(row, beforeMs, favourite, market, mirrored);
      else yield quoteBeat(row, market, mirrored);
      beforeMs = row.atMs;
    }
  };
}

function* minuteBeats(
  row: CandleRow,
  beforeMs: number,
  favourite: boolean,
  market: PathMarket,
  mirrored: PathMarket | undefined,
): Generator<Beat> {
  const [worse, better] = favourite ? [row.lowCC, row.highCC] : [row.highCC, row.lowCC];
  const beginMs = Math.max(beforeMs, row.atMs - MINUTE_MS);
  for (const [index, priceCC] of [row.openCC, worse, better, row.closeCC].entries()) {
    const atMs = Math.round(beginMs + ((row.atMs - beginMs) * (index + 1)) / LEVELS_OF_MINUTE);
    const touch = market.touchOf(priceCC);
    yield beatOf(atMs, row, touch, market, mirrored, Math.round(row.volumeE2 / LEVELS_OF_MINUTE));
  }
}

function quoteBeat(row: QuoteRow, market: PathMarket, mirrored: PathMarket | undefined): Beat {
  return beatOf(row.atMs, row, row, market, mirrored, row.volumeE2);
}

function beatOf(
  atMs: number,
  row: CandleRow | QuoteRow,
  touch: Touch & { bidE2?: number | undefined; askE2?: number | undefined },
  market: PathMarket,
  mirrored: PathMarket | undefined,
  volumeE2: number,
): Beat {
  const beat: Beat = { atMs, row, quotes: [market.quote(touch)], flows: market.trade(touch, volumeE2) };
  if (mirrored !== undefined) beat.quotes.push(mirrored.quote(mirror(touch)));
  return beat;
}

function mirror({ bidCC, askCC }: Touch): Touch {
  return {
    bidCC: askCC === undefined ? undefined : 10_000 - askCC,
    askCC: bidCC === undefined ? undefined : 10_000 - bidCC,
  };
}

class PathMarket {
  readonly #random: Random;
  readonly #ticker: string;
  readonly #depth: Depth;
  #lastPriceCC: number | undefined;
  #taker: BookSide = 'bid';

  constructor(random: Random, ticker: string) {
    this.#random = random;
    this.#ticker = ticker;
    this.#depth = new Depth(random);
  }

  /** The quote around a traded price: it is the ask that a buyer paid or the bid that a seller hit. */
  touchOf(tradedCC: number): Touch {
    if (this.#lastPriceCC !== undefined && tradedCC !== this.#lastPriceCC)
      this.#taker = tradedCC > this.#lastPriceCC ? 'bid' : 'ask';
    this.#lastPriceCC = tradedCC;
    const priceCC = Math.min(Math.max(Math.round(tradedCC / CENT_CC) * CENT_CC, CENT_CC), 99 * CENT_CC);
    const spreadCC = this.#spreadCC();
    const bidCC = this.#taker === 'ask' ? priceCC : priceCC - spreadCC;
    const askCC = this.#taker === 'ask' ? priceCC + spreadCC : priceCC;
    return { bidCC: bidCC < CENT_CC ? undefined : bidCC, askCC: askCC > 99 * CENT_CC ? undefined : askCC };
  }

  quote(touch: Touch & { bidE2?: number | undefined; askE2?: number | undefined }): Beat['quotes'][number] {
    return {
      kind: 'quote',
      ticker: this.#ticker,
      bids: this.#depth.levels('bid', touch.bidCC, 1, touch.bidE2),
      asks: this.#depth.levels('ask', touch.askCC, 1, touch.askE2),
    };
  }

  /** The crowd's two orders at the touch, one with and one against the direction of the price. */
  trade({ bidCC, askCC }: Touch, volumeE2: number): FlowAction[] {
    const againstE2 = Math.round(volumeE2 * this.#random.between(0, 0.5));
    const against: BookSide = this.#taker === 'bid' ? 'ask' : 'bid';
    const orders = [
      { side: this.#taker, countE2: volumeE2 - againstE2 },
      { side: against, countE2: againstE2 },
    ];
    const flows: FlowAction[] = [];
    for (const { side, countE2 } of orders) {
      const limitCC = side === 'bid' ? askCC : bidCC;
      if (countE2 > 0 && limitCC !== undefined) flows.push({ kind: 'flow', ticker: this.#ticker, side, countE2, limitCC });
    }
    return flows;
  }

  #spreadCC(): number {
    const draw = this.#random.next();
    return draw < 0.69 ? CENT_CC : draw < 0.97 ? 2 * CENT_CC : 3 * CENT_CC;
  }
}
