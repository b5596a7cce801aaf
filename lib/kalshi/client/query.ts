/** The kinds of query parameters. Kalshi takes lists in two ways, and not the other one where it expects this one. */
import { z } from 'zod';
import { unixSeconds as seconds } from '../schema/wire.ts';

export const text = z.string().min(1).optional();
export const flag = z.boolean().optional();
export const count = z.number().int().min(0).optional();
export const unixSeconds = seconds.optional();

/** `tickers=A,B`. An empty list is refused: the exchange would read it as no filter at all. */
export function commaList(most = 1000) {
  return z
    .array(
      z
        .string()
        .min(1)
        .regex(/^[^,]*$/, 'holds a comma'),
    )
    .min(1)
    .max(most)
    .transform((items) => items.join(','));
}

/** `tickers=A&tickers=B` */
export function repeated(most = 1000) {
  return z.array(z.string().min(1)).min(1).max(most);
}

export const repeatedIntegers = z.array(z.number().int()).min(1);

export const candlePeriod = z.literal([1, 60, 1440]);
export const paging = { limit: count, cursor: text };
export const shard = { subaccount: count, exchange_index: z.number().int().min(-1).optional() };
export const between = { min_ts: unixSeconds, max_ts: unixSeconds };
export const candleRange = {
  start_ts: seconds,
  end_ts: seconds,
  period_interval: candlePeriod,
};
