import {
  ExchangeStatus,
  GetEventFeeChangesResponse,
  GetExchangeScheduleResponse,
  GetSeriesFeeChangesResponse,
  GetUserDataTimestampResponse,
} from '../schema/exchange.ts';
import type { Caller } from './call.ts';
import { read } from './operation.ts';
import { flag, paging, text } from './query.ts';

/** In an outage the status comes with the status of a failure. */
export const EXCHANGE_STATUS = read({ path: '/exchange/status', answer: ExchangeStatus, answersAt: [500, 503, 504] });
const SCHEDULE = read({ path: '/exchange/schedule', answer: GetExchangeScheduleResponse });
const USER_DATA_TIMESTAMP = read({ path: '/exchange/user_data_timestamp', answer: GetUserDataTimestampResponse });
const SERIES_FEE_CHANGES = read({
  path: '/series/fee_changes',
  query: { series_ticker: text, show_historical: flag },
  answer: GetSeriesFeeChangesResponse,
});
const EVENT_FEE_CHANGES = read({
  path: '/events/fee_changes',
  query: { event_ticker: text, ...paging },
  answer: GetEventFeeChangesResponse,
});

export function exchangeCalls(caller: Caller) {
  return {
    /** Whether the exchange and trading on it are open, as a whole and per shard. */
    status: caller.read(EXCHANGE_STATUS),
    /** Regular hours (Eastern time) and announced maintenance. */
    schedule: caller.read(SCHEDULE),
    /** The moment as of which balance, orders and fills are read. */
    userDataTimestamp: caller.read(USER_DATA_TIMESTAMP),
    /** Scheduled changes of series' fees. */
    seriesFeeChanges: caller.read(SERIES_FEE_CHANGES),
    /** Scheduled changes of events' fee overrides. */
    eventFeeChangesPage: caller.read(EVENT_FEE_CHANGES),
    eventFeeChanges: caller.list(EVENT_FEE_CHANGES, (page) => page.event_fee_changes, { limit: 1000 }),
  };
}
