/**
 * The exact reading, which every trade-by-trade comparison uses: one quote per row, at the row's time. A recorded bid and ask are
 * taken as they are; of a minute of trades the bid is the close rounded down to a cent (1 to 98) and the ask one cent above.
 * 10,000 contracts stand on each level, and the recorded volume is not traded.
 */
import type { Level } from '../types.ts';
import type { Beat, Reading } from './reading.ts';
import type { RecordedRow } from './rows.ts';

const LEVEL_E2 = 1_000_000;
const CENT_CC = 100;

export const exactReading: Reading = function* (side, mirrorTicker) {
  for (const row of side.rows) {
    const { bidCC, askCC } = exactQuote(row);
    const beat: Beat = {
      atMs: row.atMs,
      row,
      quotes: [{ kind: 'quote', ticker: side.ticker, bids: level(bidCC), asks: level(askCC) }],
      flows: [],
    };
    if (mirrorTicker !== undefined) {
      beat.quotes.push({ kind: 'quote', ticker: mirrorTicker, bids: level(mirror(askCC)), asks: level(mirror(bidCC)) });
    }
    yield beat;
  }
};

function exactQuote(row: RecordedRow): { bidCC: number | undefined; askCC: number | undefined } {
  if (row.kind === 'quote') return row;
  const cent = Math.floor(row.closeCC / CENT_CC) * CENT_CC;
  const bidCC = Math.min(Math.max(cent, CENT_CC), 98 * CENT_CC);
  return { bidCC, askCC: bidCC + CENT_CC };
}

/** The price of the other team's YES: what one side asks for is what the other bids. */
function mirror(priceCC: number | undefined): number | undefined {
  return priceCC === undefined ? undefined : 10_000 - priceCC;
}

function level(priceCC: number | undefined): Level[] {
  return priceCC === undefined ? [] : [{ priceCC, countE2: LEVEL_E2 }];
}
