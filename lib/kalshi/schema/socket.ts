/**
 * Frames of Kalshi's socket (`/trade-api/ws/v2`) as they are on the wire in November 2026: commands, replies and the messages
 * of the channels that a trading system uses. A field that is not named here passes and is dropped, a required one that is
 * missing is an error that names it. Labels that Kalshi extends (grids, reasons, strike types) are free text; what a side, a
 * status or an event kind means is decided on, so only known values pass.
 */
import type { z } from 'zod';
import * as commands from './socket-commands.ts';
import * as messages from './socket-messages.ts';

export * from './socket-commands.ts';
export * from './socket-errors.ts';
export * from './socket-messages.ts';

export const CHANNELS = [
  'orderbook_delta',
  'ticker',
  'trade',
  'fill',
  'user_orders',
  'market_positions',
  'market_lifecycle_v2',
  'order_group_updates',
] as const;
export type Channel = (typeof CHANNELS)[number];

export type ReplyFrame = commands.SubscribedFrame | commands.OkFrame | commands.UnsubscribedFrame | commands.ErrorFrame;
export type BookFrame = messages.OrderbookSnapshotFrame | messages.OrderbookDeltaFrame;
/** What a channel other than the order book's says. */
export type ChannelFrame =
  | messages.TickerFrame
  | messages.TradeFrame
  | messages.MarketLifecycleFrame
  | messages.EventLifecycleFrame
  | messages.EventFeeUpdateFrame
  | messages.FillFrame
  | messages.UserOrderFrame
  | messages.MarketPositionFrame
  | messages.OrderGroupUpdateFrame;
export type ServerFrame = ReplyFrame | BookFrame | ChannelFrame;

/** Every frame that the server sends, by its `type`, with the channel it belongs to (none: a reply). */
export const SERVER_FRAMES = {
  subscribed: { channel: undefined, schema: commands.subscribedFrame },
  ok: { channel: undefined, schema: commands.okFrame },
  unsubscribed: { channel: undefined, schema: commands.unsubscribedFrame },
  error: { channel: undefined, schema: commands.errorFrame },
  orderbook_snapshot: { channel: 'orderbook_delta', schema: messages.orderbookSnapshotFrame },
  orderbook_delta: { channel: 'orderbook_delta', schema: messages.orderbookDeltaFrame },
  ticker: { channel: 'ticker', schema: messages.tickerFrame },
  trade: { channel: 'trade', schema: messages.tradeFrame },
  fill: { channel: 'fill', schema: messages.fillFrame },
  user_order: { channel: 'user_orders', schema: messages.userOrderFrame },
  market_position: { channel: 'market_positions', schema: messages.marketPositionFrame },
  market_lifecycle_v2: { channel: 'market_lifecycle_v2', schema: messages.marketLifecycleFrame },
  event_lifecycle: { channel: 'market_lifecycle_v2', schema: messages.eventLifecycleFrame },
  event_fee_update: { channel: 'market_lifecycle_v2', schema: messages.eventFeeUpdateFrame },
  order_group_updates: { channel: 'order_group_updates', schema: messages.orderGroupUpdateFrame },
} as const satisfies Record<ServerFrame['type'], { channel: Channel | undefined; schema: z.ZodType<ServerFrame> }>;

export type ParsedFrame =
  | { kind: 'frame'; frame: ServerFrame }
  /** A type that this client does not know: to be reported, never fatal. */
  | { kind: 'unknown'; type: string }
  /** A known type (or none at all) whose content is not as documented; `reason` names the field. */
  | { kind: 'invalid'; type: string | undefined; reason: string };

/** Checks one decoded frame from the server. Never throws. */
export function parseServerFrame(raw: unknown): ParsedFrame {
  const type = isObject(raw) && typeof raw['type'] === 'string' ? raw['type'] : undefined;
  if (type === undefined) return { kind: 'invalid', type, reason: 'the frame has no type' };
  if (!isServerFrameType(type)) return { kind: 'unknown', type };
  const parsed = (SERVER_FRAMES[type].schema as z.ZodType<ServerFrame>).safeParse(raw);
  if (parsed.success) return { kind: 'frame', frame: parsed.data };
  const issue = parsed.error.issues[0];
  const reason = issue === undefined ? 'the frame is not as documented' : `${issue.path.join('.')}: ${issue.message}`;
  return { kind: 'invalid', type, reason };
}

/** The channel that frames of this type belong to; undefined for replies and for types that are not known. */
export function channelOfFrame(type: string): Channel | undefined {
  return isServerFrameType(type) ? SERVER_FRAMES[type].channel : undefined;
}

function isServerFrameType(type: string): type is ServerFrame['type'] {
  return Object.hasOwn(SERVER_FRAMES, type);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
