import type { ExchangeStatus, GetExchangeScheduleResponse, WeeklySchedule } from '../../../kalshi/schema/exchange.ts';
import { instant, planned } from '../present/text.ts';
import { flag, limit, text } from '../query.ts';
import { open, type Route } from '../route.ts';
import { cutoffMs } from './archive.ts';

const YEAR_MS = 365 * 86_400_000;
const DESCRIPTIONS = ['default', 'combos', 'crypto', 'tennis and baseball'];
const ALL_DAY = [{ open_time: '00:00', close_time: '00:00' }];
const PAUSED_DAY = [
  { open_time: '00:00', close_time: '03:00' },
  { open_time: '05:00', close_time: '00:00' },
];

export const exchangeRoutes: Route[] = [
  open({
    path: '/exchange/status',
    operation: 'GetExchangeStatus',
    answer: ({ night }): ExchangeStatus => {
      const { shards, exchangeActive, tradingActive } = night.exchange.state;
      const activity = {
        exchange_active: exchangeActive,
        trading_active: exchangeActive && tradingActive,
        intra_exchange_transfers_active: exchangeActive,
      };
      return {
        ...activity,
        exchange_index_statuses: shards.map((index) => ({
          exchange_index: index,
          description: DESCRIPTIONS[index] ?? `shard ${index}`,
          ...activity,
        })),
      };
    },
  }),
  open({
    path: '/exchange/schedule',
    operation: 'GetExchangeSchedule',
    answer: ({ night, nowMs }): GetExchangeScheduleResponse => {
      const hours: WeeklySchedule = {
        start_time: instant(nowMs - YEAR_MS),
        end_time: instant(nowMs + YEAR_MS),
        monday: ALL_DAY,
        tuesday: ALL_DAY,
        wednesday: ALL_DAY,
        thursday: night.header.thursdayPause ? PAUSED_DAY : ALL_DAY,
        friday: ALL_DAY,
        saturday: ALL_DAY,
        sunday: ALL_DAY,
      };
      return { schedule: { standard_hours: [hours], maintenance_windows: [] } };
    },
  }),
  open({
    path: '/exchange/user_data_timestamp',
    operation: 'GetUserDataTimestamp',
    answer: ({ night, nowMs }) => ({ as_of_time: instant(night.replica.asOfMs(nowMs)) }),
  }),
  open({
    path: '/series/fee_changes',
    operation: 'GetSeriesFeeChanges',
    query: { series_ticker: text, show_historical: flag },
    answer: () => ({ series_fee_change_arr: [] }),
  }),
  open({
    path: '/events/fee_changes',
    operation: 'GetEventFeeChanges',
    query: { event_ticker: text, limit: limit(100, 1000), cursor: text },
    answer: () => ({ event_fee_changes: [], cursor: '' }),
  }),
  open({
    path: '/historical/cutoff',
    operation: 'GetHistoricalCutoff',
    answer: ({ nowMs }) => {
      const cutoff = planned(cutoffMs(nowMs));
      return {
        market_settled_ts: cutoff,
        trades_created_ts: cutoff,
        orders_updated_ts: cutoff,
        market_positions_last_updated_ts: cutoff,
      };
    },
  }),
];
