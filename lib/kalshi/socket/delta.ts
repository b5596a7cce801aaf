import type { OrderbookDeltaFrame } from '../schema/socket.ts';

/**
 * Whether a decoded frame is an order book delta with everything that the schema requires. Deltas are nearly all of the
 * traffic, so they are checked by hand; what this refuses is given to the schema, which says what is wrong.
 */
export function isOrderbookDelta(raw: unknown): raw is OrderbookDeltaFrame {
  if (typeof raw !== 'object' || raw === null) return false;
  const frame = raw as Partial<OrderbookDeltaFrame>;
  if (frame.type !== 'orderbook_delta' || !isCount(frame.sid) || !isCount(frame.seq)) return false;
  const { msg } = frame;
  return (
    typeof msg === 'object' &&
    msg !== null &&
    typeof msg.market_ticker === 'string' &&
    (msg.market_id === undefined || typeof msg.market_id === 'string') &&
    typeof msg.price_dollars === 'string' &&
    typeof msg.delta_fp === 'string' &&
    (msg.side === 'yes' || msg.side === 'no') &&
    (msg.ts_ms === undefined || Number.isSafeInteger(msg.ts_ms)) &&
    (msg.client_order_id === undefined || typeof msg.client_order_id === 'string') &&
    (msg.subaccount === undefined || Number.isSafeInteger(msg.subaccount))
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
