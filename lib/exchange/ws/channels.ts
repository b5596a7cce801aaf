/** The channels of the socket: what each one takes, and whether its frames are numbered. */
import type { Channel } from '../../kalshi/schema/socket.ts';

/** Channels of things that a practice night does not have. They can be subscribed to, and never say anything. */
export type QuietChannel =
  | 'multivariate_market_lifecycle'
  | 'communications'
  | 'cfbenchmarks_value'
  | 'cfbenchmarks_value_5hz'
  | 'pyth_value';
export type ChannelName = Channel | QuietChannel;

export interface ChannelRules {
  readonly name: ChannelName;
  /** Whether its messages carry `seq`. */
  readonly isSequenced: boolean;
  /** Whom a message is for: followers of its market, its account, everyone, or nobody. */
  readonly audience: 'market' | 'account' | 'everyone' | 'nobody';
  /** Whether a subscription names markets. Where that is optional, naming none means all of them. */
  readonly markets: 'required' | 'optional' | 'ignored';
  /** What `update_subscription` can do to it. */
  readonly actions: readonly string[];
}

const CHANGES = ['add_markets', 'delete_markets'];
const INDICES = ['subscribe_indices', 'unsubscribe_indices', 'indexlist'];
const UNDERLYINGS = ['subscribe_underlyings', 'unsubscribe_underlyings', 'underlying_list'];

const RULES: { readonly [K in ChannelName]: Omit<ChannelRules, 'name'> } = {
  orderbook_delta: { isSequenced: true, audience: 'market', markets: 'required', actions: [...CHANGES, 'get_snapshot'] },
  ticker: { isSequenced: false, audience: 'market', markets: 'optional', actions: CHANGES },
  trade: { isSequenced: true, audience: 'market', markets: 'optional', actions: CHANGES },
  fill: { isSequenced: false, audience: 'account', markets: 'optional', actions: CHANGES },
  user_orders: { isSequenced: false, audience: 'account', markets: 'optional', actions: CHANGES },
  market_positions: { isSequenced: false, audience: 'account', markets: 'optional', actions: CHANGES },
  order_group_updates: { isSequenced: true, audience: 'account', markets: 'ignored', actions: [] },
  market_lifecycle_v2: { isSequenced: true, audience: 'everyone', markets: 'ignored', actions: [] },
  multivariate_market_lifecycle: { isSequenced: true, audience: 'nobody', markets: 'ignored', actions: [] },
  communications: { isSequenced: true, audience: 'nobody', markets: 'ignored', actions: [] },
  cfbenchmarks_value: { isSequenced: true, audience: 'nobody', markets: 'ignored', actions: INDICES },
  cfbenchmarks_value_5hz: { isSequenced: true, audience: 'nobody', markets: 'ignored', actions: INDICES },
  pyth_value: { isSequenced: true, audience: 'nobody', markets: 'ignored', actions: UNDERLYINGS },
};

/** The rules of a channel, or undefined if there is none of that name. */
export function rulesOf(name: string): ChannelRules | undefined {
  return isChannelName(name) ? { name, ...RULES[name] } : undefined;
}

function isChannelName(name: string): name is ChannelName {
  return Object.hasOwn(RULES, name);
}
