export { STORE_CODES, type StoreCode, StoreError } from './errors.ts';
export type {
  ActivityFilter,
  IdRange,
  OrderHistory,
  Pages,
  PositionHistory,
  Seen,
  StoredTrade,
  TimeRange,
} from './pages.ts';
export type { StoredLine } from './records.ts';
export type { TripRecord } from './rules.ts';
export { openStore, type Store, type StoreOptions } from './store.ts';
