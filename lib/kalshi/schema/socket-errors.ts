/** The error codes of Kalshi's socket, as of November 2026. */
export interface SocketErrorMeaning {
  meaning: string;
  /** The subscription that it names is dead and has to be made anew. */
  terminal: boolean;
  /** No longer sent since September 2026; kept so that an older server is understood. */
  retired: boolean;
}

const COMMAND = { terminal: false, retired: false };
const TERMINAL = { terminal: true, retired: false };
const RETIRED = { terminal: false, retired: true };

/** code -> what it means. A code that is not in the table is not an error of ours: report it and treat it as not terminal. */
export const SOCKET_ERRORS: ReadonlyMap<number, SocketErrorMeaning> = new Map([
  [1, { meaning: 'unable to process message', ...COMMAND }],
  [2, { meaning: 'params required', ...COMMAND }],
  [3, { meaning: 'channels required', ...COMMAND }],
  [4, { meaning: 'subscription ids required', ...COMMAND }],
  [5, { meaning: 'unknown command', ...COMMAND }],
  [6, { meaning: 'already subscribed', ...RETIRED }],
  [7, { meaning: 'unknown subscription id', ...COMMAND }],
  [8, { meaning: 'unknown channel name', ...COMMAND }],
  [9, { meaning: 'authentication required', ...COMMAND }],
  [10, { meaning: 'channel error', ...TERMINAL }],
  [11, { meaning: 'invalid parameter', ...COMMAND }],
  [12, { meaning: 'exactly one subscription id is required', ...COMMAND }],
  [13, { meaning: 'unsupported action', ...COMMAND }],
  [14, { meaning: 'market ticker required', ...COMMAND }],
  [15, { meaning: 'action required', ...COMMAND }],
  [16, { meaning: 'market not found', ...RETIRED }],
  [17, { meaning: 'internal error', ...RETIRED }],
  [18, { meaning: 'command timeout', ...COMMAND }],
  [19, { meaning: 'shard_factor must be greater than 0', ...COMMAND }],
  [20, { meaning: 'shard_factor is required with shard_key', ...COMMAND }],
  [21, { meaning: 'shard_key must be at least 0 and less than shard_factor', ...COMMAND }],
  [22, { meaning: 'shard_factor must be at most 100', ...COMMAND }],
  [23, { meaning: 'match ids required', ...COMMAND }],
  [24, { meaning: 'index ids required', ...COMMAND }],
  [25, { meaning: 'subscription buffer overflow', ...TERMINAL }],
  [26, { meaning: 'subscription market limit exceeded', ...COMMAND }],
  [27, { meaning: 'too many requests', ...COMMAND }],
  [28, { meaning: 'underlying tickers required', ...COMMAND }],
]);

/** Whether an error with this code ends the subscription that it names. */
export function isTerminalSocketError(code: number): boolean {
  return SOCKET_ERRORS.get(code)?.terminal ?? false;
}
