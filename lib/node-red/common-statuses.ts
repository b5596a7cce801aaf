import type { StatusLook } from './contract.ts';

/** Statuses that every node may show, besides its own. Those of the account stand in place of a node's own for as long as they hold. */
export const COMMON_STATUSES = {
  connecting: {
    fill: 'yellow',
    shape: 'ring',
    text: 'connecting',
    meaning: 'The account, or its market data, is being connected.',
  },
  unusable: {
    fill: 'red',
    shape: 'ring',
    text: 'cannot be used',
    meaning: 'The account or its environment cannot be used. The error that the account node reported says why.',
  },
  settings: {
    fill: 'red',
    shape: 'ring',
    text: 'check settings',
    meaning:
      'Settings cannot be used. Each is named in the error that the node reported when it was deployed; until then it does nothing.',
  },
  account: {
    fill: 'red',
    shape: 'ring',
    text: 'no account',
    meaning: 'No account node is chosen, or it is missing, disabled, or its own settings cannot be used.',
  },
  failed: {
    fill: 'red',
    shape: 'ring',
    text: 'error',
    meaning: 'The last message could not be handled; the error’s code follows. The next message that can be clears it.',
  },
} as const satisfies Readonly<Record<string, StatusLook & { meaning: string }>>;

/** Those of an account node, which Node-RED tells to Status nodes that watch any of its users. */
export const ACCOUNT_STATUSES = {
  connecting: COMMON_STATUSES.connecting,
  unusable: COMMON_STATUSES.unusable,
  in_use: { fill: 'grey', shape: 'ring', text: 'in use', meaning: 'What stood in the way is over.' },
} as const satisfies Readonly<Record<string, StatusLook & { meaning: string }>>;
