/** What the rest of the program uses of the alerts. */
export type { Channel, Delivery } from './channel.ts';
export type { ChannelState } from './courier.ts';
export { type DiscordOptions, discordChannel } from './discord/channel.ts';
export { AlertError, type AlertErrorCode } from './errors.ts';
export { type OpenOutbox, type OutboxOptions, openOutbox, STANDARD_CHANNEL } from './outbox.ts';
