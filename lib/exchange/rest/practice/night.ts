/** What a test may do to the night itself: pause the exchange, act in the scenario's place, make reads lag. */
import { z } from 'zod';
import type { Night } from '../../night.ts';
import { Action } from './action.ts';
import { ok, type PracticeRoute, posting } from './route.ts';

export function nightRoutes(night: Night): PracticeRoute[] {
  return [
    posting('/pause', z.strictObject({ exchange_active: z.boolean(), trading_active: z.boolean() }), (body) => {
      night.execute({ kind: 'set_activity', exchangeActive: body.exchange_active, tradingActive: body.trading_active });
      return ok(body);
    }),
    posting('/perform', z.strictObject({ action: Action }), ({ action }) => {
      night.execute({ kind: 'perform', action });
      return ok({ performed: action.kind });
    }),
    posting('/read_lag', z.strictObject({ ms: z.number().min(0).max(600_000) }), ({ ms }) => {
      night.replica.lagMs = ms;
      return ok({ ms });
    }),
  ];
}
