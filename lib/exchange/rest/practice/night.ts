/** What a test may do to the night itself: pause the exchange, act in the scenario's place, make reads lag. */
import { z } from 'zod';
import type { Night } from '../../night.ts';
import { flat } from '../rejection.ts';
import { Action } from './action.ts';
import { ok, type PracticeRoute, posting } from './route.ts';

export function nightRoutes(night: Night): PracticeRoute[] {
  return [
    posting('/pause', z.strictObject({ exchange_active: z.boolean(), trading_active: z.boolean() }), (body) => {
      night.execute({ kind: 'set_activity', exchangeActive: body.exchange_active, tradingActive: body.trading_active });
      return ok(body);
    }),
    posting('/perform', z.strictObject({ action: Action }), ({ action }) => {
      checkListing(night, action);
      night.execute({ kind: 'perform', action });
      return ok({ performed: action.kind });
    }),
    posting('/read_lag', z.strictObject({ ms: z.number().min(0).max(600_000) }), ({ ms }) => {
      night.replica.lagMs = ms;
      return ok({ ms });
    }),
  ];
}

/** New events must fit what is listed already; the exchange takes a scenario's word for it. */
function checkListing(night: Night, action: z.output<typeof Action>): void {
  if (action.kind !== 'event') return;
  const { series, events, markets, shards } = night.exchange.state;
  if (!series.has(action.event.seriesTicker)) throw flat(`series ${action.event.seriesTicker} is not listed`);
  if (events.has(action.event.ticker)) throw flat(`event ${action.event.ticker} is listed already`);
  if (!shards.includes(action.event.exchangeIndex)) throw flat(`unknown exchangeIndex ${action.event.exchangeIndex}`);
  const known = action.markets.find(({ ticker }) => markets.has(ticker));
  if (known) throw flat(`market ${known.ticker} is listed already`);
}
