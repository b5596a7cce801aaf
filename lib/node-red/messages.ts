/** Messages and what trading knows, both ways. Every property is described in `message-table.ts`. */
export { COMMANDS, type Command, readCommand } from './command-message.ts';
export { blockedMessage, commandMessage, orderMessage, runMessage, tripMessage } from './order-message.ts';
export { readSignal, signalMessage } from './signal-message.ts';
export { baselineProperty, decisionMessage, tickerOf, updateMessage } from './update-message.ts';
