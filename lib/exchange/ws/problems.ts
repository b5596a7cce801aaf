/** Why the socket refuses a command: Kalshi's codes with their texts. 6, 16 and 17 are never sent since September 2026. */
const TEXTS = {
  1: 'Unable to process message',
  2: 'Params required',
  3: 'Channels required',
  4: 'Subscription IDs required',
  5: 'Unknown command',
  7: 'Unknown subscription ID',
  8: 'Unknown channel name',
  9: 'Authentication required',
  11: 'Invalid parameter',
  12: 'Exactly one subscription ID is required',
  13: 'Unsupported action',
  14: 'Market Ticker required',
  15: 'Action required',
  19: 'shard_factor must be > 0',
  20: 'shard_factor is required when shard_key is set',
  21: 'shard_key must be >= 0 and < shard_factor',
  22: 'shard_factor must be <= 100',
  24: 'Index IDs required',
  25: 'Subscription buffer overflow',
  26: 'Subscription market limit exceeded',
  27: 'Too many requests',
  28: 'Underlying tickers required',
} as const;

export type ProblemCode = keyof typeof TEXTS;

/** A command that is refused; nothing has changed. */
export class CommandRefusal extends Error {
  override readonly name = 'CommandRefusal';
  readonly code: ProblemCode;

  constructor(code: ProblemCode) {
    super(TEXTS[code]);
    this.code = code;
  }
}

/** The `msg` of an error frame, as JSON. */
export function problemBody(code: ProblemCode): string {
  return JSON.stringify({ code, msg: TEXTS[code] });
}
