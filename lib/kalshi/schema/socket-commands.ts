/** What the client says on the socket, and how the server answers. */
import { z } from 'zod';
import { id, seq, sid, ticker, tickers } from './socket-fields.ts';

export const subscribeCommand = z.object({
  id,
  cmd: z.literal('subscribe'),
  params: z.object({
    channels: z.array(z.string()).min(1),
    market_ticker: ticker.optional(),
    market_tickers: tickers.min(1).optional(),
    /** By uuid: ticker channel only. */
    market_id: z.string().optional(),
    market_ids: z.array(z.string()).min(1).optional(),
    /** Ticker channel only. */
    send_initial_snapshot: z.boolean().optional(),
    /** `ok` replies then leave out the full list of markets. */
    skip_ticker_ack: z.boolean().optional(),
    /** Order book channel only. The default is announced to change, so it is always sent. */
    use_yes_price: z.boolean().optional(),
  }),
});

export const unsubscribeCommand = z.object({
  id,
  cmd: z.literal('unsubscribe'),
  params: z.object({ sids: z.array(sid).min(1) }),
});

/** Exactly one subscription: `sid`, or `sids` with one element. */
export const updateSubscriptionCommand = z.object({
  id,
  cmd: z.literal('update_subscription'),
  params: z.object({
    sid: sid.optional(),
    sids: z.array(sid).min(1).max(1).optional(),
    action: z.enum(['add_markets', 'delete_markets', 'get_snapshot']),
    market_ticker: ticker.optional(),
    market_tickers: tickers.optional(),
    market_id: z.string().optional(),
    market_ids: z.array(z.string()).optional(),
    send_initial_snapshot: z.boolean().optional(),
  }),
});

export const listSubscriptionsCommand = z.object({ id, cmd: z.literal('list_subscriptions') });

export const socketCommand = z.discriminatedUnion('cmd', [
  subscribeCommand,
  unsubscribeCommand,
  updateSubscriptionCommand,
  listSubscriptionsCommand,
]);

export const subscribedFrame = z.object({
  type: z.literal('subscribed'),
  id: id.optional(),
  msg: z.object({ channel: z.string(), sid }),
});

/** Answers update_subscription (with the full list of markets) and a second subscribe to a channel; consumes a `seq`. */
export const okFrame = z.object({
  type: z.literal('ok'),
  id: id.optional(),
  sid: sid.optional(),
  seq: seq.optional(),
  msg: z
    .union([
      /** Answer to list_subscriptions. */
      z.array(z.object({ channel: z.string(), sid })),
      z.object({ market_tickers: tickers.optional(), market_ids: z.array(z.string()).optional() }),
    ])
    .optional(),
});

/** The two frames that can say that a subscription is dead: no trifle in them may keep that from being heard. */
export const unsubscribedFrame = z.object({
  type: z.literal('unsubscribed'),
  id: id.optional().catch(undefined),
  sid,
  seq: seq.optional().catch(undefined),
});

export const errorFrame = z.object({
  type: z.literal('error'),
  id: id.optional().catch(undefined),
  sid: sid.optional().catch(undefined),
  seq: seq.optional().catch(undefined),
  msg: z.object({
    code: z.int(),
    msg: z.string().catch('no reason given'),
    market_ticker: ticker.optional().catch(undefined),
    market_tickers: tickers.optional().catch(undefined),
  }),
});

export type SubscribeCommand = z.infer<typeof subscribeCommand>;
export type UnsubscribeCommand = z.infer<typeof unsubscribeCommand>;
export type UpdateSubscriptionCommand = z.infer<typeof updateSubscriptionCommand>;
export type ListSubscriptionsCommand = z.infer<typeof listSubscriptionsCommand>;
export type SocketCommand = z.infer<typeof socketCommand>;
export type SubscribedFrame = z.infer<typeof subscribedFrame>;
export type OkFrame = z.infer<typeof okFrame>;
export type UnsubscribedFrame = z.infer<typeof unsubscribedFrame>;
export type ErrorFrame = z.infer<typeof errorFrame>;
