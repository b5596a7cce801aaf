/** What an account's own data are, asked for. Every read throws a `KalshiError`, or a `TradingError` for a number that cannot be read. */

import { parsePriceCC } from '../../trading/money.ts';
import type { VenueReads } from '../../trading/ports/venue.ts';
import type { KalshiClient } from '../client.ts';
import { KalshiError } from '../errors.ts';
import { balanceFromWire, fillFromWire, orderFromWire, positionFromWire, settlementFromWire, timeFromWire } from '../parse.ts';
import type { Fill, Settlement } from '../schema/portfolio.ts';

/** `subaccount` undefined: the primary one. Lists are of what Kalshi keeps in its live tier, about three months. */
export function venueReads(client: KalshiClient, subaccount: number | undefined): VenueReads {
  const { orders, portfolio, exchange, markets } = client;

  /** Kalshi goes by whole seconds. */
  const since = (sinceMs: number) => ({ min_ts: Math.floor(sinceMs / 1000), subaccount });
  const isSince = (sinceMs: number, atMs: number | undefined) => atMs === undefined || atMs >= sinceMs;

  /** What a scalar market paid to a hundredth of a cent; the settlement itself only tells whole cents. */
  async function scalarCC({ ticker, market_result }: Settlement): Promise<number | undefined> {
    if (market_result !== 'scalar') return undefined;
    const { market } = await markets.get({ ticker });
    const text = market.settlement_value_dollars ?? undefined;
    return text === undefined ? undefined : parsePriceCC(text);
  }

  return {
    ordersOf: (ticker) => Array.fromAsync(orders.list({ ticker, subaccount }), orderFromWire),
    async order(orderId) {
      try {
        return orderFromWire((await orders.get({ order_id: orderId })).order);
      } catch (error) {
        if (error instanceof KalshiError && error.code === 'KALSHI_NOT_FOUND') return undefined;
        throw error;
      }
    },
    resting: () => Array.fromAsync(orders.list({ status: 'resting', subaccount }), orderFromWire),
    async ordersSince(sinceMs) {
      const all = await Array.fromAsync(orders.list(since(sinceMs)), orderFromWire);
      return all.filter(({ createdMs }) => isSince(sinceMs, createdMs));
    },
    fillsOf: (ticker) => Array.fromAsync(portfolio.fills({ ticker, subaccount }), fillFromWire),
    async fillsSince(sinceMs) {
      const all = await Array.fromAsync(portfolio.fills(since(sinceMs)), (wire) => ({ wire, fill: fillFromWire(wire) }));
      // One that tells whole seconds only may be of any moment within its second.
      const isExact = ({ created_time }: Fill) => created_time !== undefined && created_time !== null;
      return all.filter(({ wire, fill }) => !isExact(wire) || isSince(sinceMs, fill.atMs)).map(({ fill }) => fill);
    },
    positions: () => Array.fromAsync(portfolio.positions({ count_filter: ['position'], subaccount }), positionFromWire),
    async settlementsSince(sinceMs) {
      const read = async (one: Settlement) => settlementFromWire(one, await scalarCC(one));
      const all = await Array.fromAsync(portfolio.settlements(since(sinceMs)), read);
      return all.filter(({ atMs }) => isSince(sinceMs, atMs));
    },
    balance: async () => balanceFromWire(await portfolio.balance({ subaccount })),
    userDataMs: async () => timeFromWire((await exchange.userDataTimestamp()).as_of_time),
  };
}
