import { z } from 'zod';
import { bookSide, cursor, decimal, outcomeSide, timestamp, wireObject } from './wire.ts';

export const Trade = wireObject({
  trade_id: z.string(),
  ticker: z.string(),
  count_fp: decimal,
  yes_price_dollars: decimal,
  no_price_dollars: decimal,
  taker_side: outcomeSide.optional(),
  taker_outcome_side: outcomeSide,
  taker_book_side: bookSide,
  created_time: timestamp,
  is_block_trade: z.boolean(),
});
export type Trade = z.infer<typeof Trade>;

export const GetTradesResponse = wireObject({ trades: z.array(Trade), cursor });
export type GetTradesResponse = z.infer<typeof GetTradesResponse>;
