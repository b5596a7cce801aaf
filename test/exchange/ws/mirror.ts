import assert from 'node:assert/strict';
import type { MarketState } from '../../../lib/exchange/engine/state.ts';
import type { Heard } from './pit.ts';

type Sides = { yes: Map<number, number>; no: Map<number, number> };

/** Books as a client builds them from one book subscription at a time: nothing but snapshots, deltas and a strict count. */
export class Mirror {
  readonly books = new Map<string, Sides>();
  private readonly seqs = new Map<number, number>();

  take(frame: Heard): void {
    const { type, sid, seq, msg } = frame;
    if (sid !== undefined && seq !== undefined) {
      assert.equal(seq, (this.seqs.get(sid) ?? 0) + 1, `seq of ${type} on sid ${sid}`);
      this.seqs.set(sid, seq);
    }
    const ticker = String(msg?.['market_ticker']);
    if (type === 'orderbook_snapshot') {
      this.books.set(ticker, { yes: sideOf(msg?.['yes_dollars_fp']), no: sideOf(msg?.['no_dollars_fp']) });
    } else if (type === 'orderbook_delta') {
      const side = this.books.get(ticker)?.[msg?.['side'] === 'yes' ? 'yes' : 'no'];
      assert.ok(side, `a delta for ${ticker}, which has no snapshot`);
      const priceCC = unitsOf(msg?.['price_dollars'], 10_000);
      const left = (side.get(priceCC) ?? 0) + unitsOf(msg?.['delta_fp'], 100);
      assert.ok(left >= 0, `${ticker} has ${left} at ${priceCC}`);
      if (left === 0) side.delete(priceCC);
      else side.set(priceCC, left);
    } else if (type === 'ok') {
      const listed = msg?.['market_tickers'] as string[];
      for (const each of this.books.keys()) if (!listed.includes(each)) this.books.delete(each);
    } else if (type === 'unsubscribed') {
      this.books.clear();
    }
  }

  /** Levels of both sides as [price, count], sorted by price. */
  shown(ticker: string): [number, number][][] {
    const book = this.books.get(ticker) ?? assert.fail(`no book of ${ticker}`);
    return [book.yes, book.no].map((side) => sorted([...side]));
  }
}

/** What a mirror of the market should show. */
export function levelsOf(market: MarketState, useYesPrice: boolean): [number, number][][] {
  return [
    sorted(market.bids.levels.map(({ priceCC, totalE2 }) => [priceCC, totalE2])),
    sorted(market.asks.levels.map(({ priceCC, totalE2 }) => [useYesPrice ? priceCC : 10_000 - priceCC, totalE2])),
  ];
}

function sideOf(levels: unknown): Map<number, number> {
  if (levels === undefined) return new Map();
  const read = (levels as string[][]).map(([price, count]): [number, number] => [unitsOf(price, 10_000), unitsOf(count, 100)]);
  assert.ok(read.length > 0, 'an empty side has no key');
  assert.equal(new Set(read.map(([price]) => price)).size, read.length, 'each price comes once');
  return new Map(read);
}

function sorted(levels: [number, number][]): [number, number][] {
  return levels.toSorted(([a], [b]) => a - b);
}

function unitsOf(text: unknown, scale: number): number {
  return Math.round(Number(text) * scale);
}
