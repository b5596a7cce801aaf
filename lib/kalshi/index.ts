/** The venue: REST client, socket and books. */

export { Book, type BookFlaw, type BookLevel } from './book.ts';
export type { ReadOptions, WriteOptions } from './client/call.ts';
export { batchItemError } from './client/orders.ts';
export { createKalshiClient, type KalshiClient, type KalshiClientOptions } from './client.ts';
export { type ClockOffset, createClockOffset, type DateObservation } from './clock-offset.ts';
export { type ExchangeWords, KalshiError, type KalshiErrorCode, type Outcome } from './errors.ts';
export { type FeedQuote, type FeedSource, MarketFeed, type MarketFeedOptions } from './feed.ts';
export type { BucketName, BucketState, Purpose } from './governor.ts';
export { KALSHI_HOSTS } from './hosts.ts';
export * from './parse.ts';
export type * from './schema/index.ts';
export type * from './schema/socket.ts';
export { type AuthHeaders, type Credentials, createSigner, type Signer, WS_PATH } from './signing.ts';
export { readPrivateKey } from './signing-key.ts';
export type { OwnDelta } from './socket/books.ts';
export type { SocketLimits } from './socket/limits.ts';
export type { SocketProblem } from './socket/problems.ts';
export { KalshiSocket, type KalshiSocketOptions, type SocketListener } from './socket/socket.ts';
export type { ChannelState, SocketState, SocketStateKind } from './socket/state.ts';
export { type KalshiMarketData, type KalshiMarketDataOptions, kalshiMarketData } from './venue/market-data.ts';
export type { VenueProblem, VenueProblemCode } from './venue/problems.ts';
export { type KalshiVenue, type KalshiVenueOptions, kalshiVenue } from './venue/venue.ts';
export { systemClock, type WallClock } from './wall-clock.ts';
