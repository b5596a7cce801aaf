/**
 * The life of one order, from the intent to its proven end, as a table and a fold over what is witnessed about it.
 *
 * 1. No single witness is needed: any of them can tell that the order exists, what it filled and that it is over.
 * 2. What was filled only grows; a late or lagging witness changes nothing that a better one has told.
 * 3. An end is left only for what is worse to miss: a fill after a cancel, or any sign of an order that was held not to exist; that
 *    one is noted as a contradiction.
 * 4. What is neither confirmed nor refused is unresolved, and stays so until it is proven.
 */

/**
 * - `intended`: remembered, not sent · `sent`: on its way · `acknowledged`: the exchange has it, nothing filled · `partly_filled`
 * - `filled`, `canceled` (perhaps filled in part), `refused` (the exchange said so about this order): over
 * - `absent`: proven never to have reached the exchange: over
 * - `unresolved`: its outcome is unknown
 */
export const ORDER_STATES = [
  'intended',
  'sent',
  'acknowledged',
  'partly_filled',
  'filled',
  'canceled',
  'refused',
  'absent',
  'unresolved',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/**
 * What a witness comes to, once what is known of the fills is counted in.
 * - `sent`: the bytes are out · `standing`, `part_filled`, `all_filled`: it exists, with so much filled · `ended`: it exists no
 *   more, not all filled · `refused` · `absent`: proven absence
 * - `placing_unknown`: whether it was placed is not known · `fate_unknown`: it was there, and what became of it is not known
 */
export const FINDINGS = [
  'sent',
  'standing',
  'part_filled',
  'all_filled',
  'ended',
  'refused',
  'absent',
  'placing_unknown',
  'fate_unknown',
] as const;
export type Finding = (typeof FINDINGS)[number];

const ON_ITS_WAY = {
  standing: 'acknowledged',
  part_filled: 'partly_filled',
  all_filled: 'filled',
  ended: 'canceled',
  refused: 'refused',
  placing_unknown: 'unresolved',
  fate_unknown: 'unresolved',
} as const;
const KNOWN_TO_EXIST = {
  part_filled: 'partly_filled',
  all_filled: 'filled',
  ended: 'canceled',
  fate_unknown: 'unresolved',
} as const;
/** Whoever sees the order knows better than whoever said that it is not there. */
const SHOWS_ITSELF = {
  standing: 'acknowledged',
  part_filled: 'partly_filled',
  all_filled: 'filled',
  ended: 'canceled',
} as const;

/** Where a finding leads. What is not in a row changes nothing there. */
export const TRANSITIONS: Readonly<Record<OrderState, Readonly<Partial<Record<Finding, OrderState>>>>> = {
  intended: { ...ON_ITS_WAY, sent: 'sent', absent: 'absent' },
  sent: { ...ON_ITS_WAY },
  acknowledged: { ...KNOWN_TO_EXIST },
  partly_filled: { ...KNOWN_TO_EXIST },
  filled: {},
  canceled: { all_filled: 'filled' },
  refused: { ...SHOWS_ITSELF },
  absent: { ...SHOWS_ITSELF },
  // A refusal here answers a repetition and proves nothing about the first.
  unresolved: { ...SHOWS_ITSELF, absent: 'absent' },
};

/** Findings that cannot be true of an order in this state: they are kept as contradictions, to be reported. */
const CONTRADICTIONS: Readonly<Record<OrderState, readonly Finding[]>> = {
  intended: [],
  sent: ['absent'],
  acknowledged: ['refused', 'absent'],
  partly_filled: ['refused', 'absent'],
  filled: ['refused', 'absent'],
  canceled: ['refused', 'absent'],
  refused: ['standing', 'part_filled', 'all_filled', 'ended'],
  absent: ['standing', 'part_filled', 'all_filled', 'ended'],
  unresolved: [],
};

/** Who saw it. The first four speak of their own accord; a read was asked for, and may lag. */
export type WitnessName = 'answer' | 'user_order' | 'fill' | 'book' | 'read';

/** How an order stands according to a witness that tells it whole. */
export interface Standing {
  orderId: string;
  status: 'resting' | 'executed' | 'canceled';
  filledE2: number;
}

/** Something that was seen or happened, at a market time. */
export type Witness = { atMs: number } & (
  | { kind: 'sent' }
  /** The REST answer to the placing, a frame of the user-order stream, a read: they tell the order whole. */
  | { kind: 'told'; by: 'answer' | 'user_order' | 'read'; order: Standing }
  /** One trade, from the fill stream or a read. */
  | { kind: 'fill'; orderId: string; tradeId: string; countE2: number }
  /** A book delta that carries our id: the order reached the book. */
  | { kind: 'book' }
  /** The exchange stated that it does not take this order. Not: that the id exists already, that a limit of calls was met. */
  | { kind: 'refused'; reason: string }
  /** The answer to the placing is missing or unreadable, says that the id exists already, or the program was away meanwhile. */
  | { kind: 'placing_unknown'; reason: string }
  /** A cancel was answered with "not found", or not at all. */
  | { kind: 'fate_unknown'; reason: string }
  /** Proven: too late to arrive, user data newer than that, and not in two full lists. */
  | { kind: 'absent'; reason: string }
);

/** Plain JSON, to be stored with the intent. */
export interface OrderLife {
  state: OrderState;
  countE2: number;
  orderId: string | undefined;
  /** The most that any witness has told or that its fills add up to. */
  filledE2: number;
  /** Trades seen, with their counts. */
  trades: Readonly<Record<string, number>>;
  /** When each witness first saw the order. */
  seenBy: Readonly<Partial<Record<WitnessName, number>>>;
  /** When each state was entered, first. */
  enteredMs: Readonly<Partial<Record<OrderState, number>>>;
  /** Why it is refused, absent or unresolved. */
  reason: string | undefined;
  /** What witnesses told that cannot be: a bug here or there, to be reported. */
  contradictions: readonly string[];
}

export function intendOrder(countE2: number, atMs: number): OrderLife {
  return {
    state: 'intended',
    countE2,
    orderId: undefined,
    filledE2: 0,
    trades: {},
    seenBy: {},
    enteredMs: { intended: atMs },
    reason: undefined,
    contradictions: [],
  };
}

/** The next state of the life. A witness that tells nothing new gives the same life back, unchanged. */
export function witness(life: OrderLife, seen: Witness): OrderLife {
  const known = learn(life, seen);
  const finding = findingOf(known, seen);
  const state = TRANSITIONS[known.state][finding] ?? known.state;
  const contradictions = contradictionsOf(known, seen, finding);
  const isSame = state === life.state && known === life && contradictions === life.contradictions;
  if (isSame) return life;
  const reason = state === life.state ? life.reason : reasonOf(state, seen);
  const enteredMs = known.enteredMs[state] === undefined ? { ...known.enteredMs, [state]: seen.atMs } : known.enteredMs;
  return { ...known, state, reason, enteredMs, contradictions };
}

/** Whether its lock may be released: proven over, and every contract that was filled is accounted for by a trade. */
export function isSettledOrder(life: OrderLife): boolean {
  return isOverOrder(life.state) && missingFillsE2(life) === 0;
}

export function isOverOrder(state: OrderState): boolean {
  return state === 'filled' || state === 'canceled' || state === 'refused' || state === 'absent';
}

/** Contracts that a witness told filled and whose trades have not been seen yet: they are to be read. */
export function missingFillsE2(life: OrderLife): number {
  return life.filledE2 - sum(life.trades);
}

/** From here on a fill counts as done. */
export const DONE_SHARE = 0.8;

/**
 * What to report: `filled` from four fifths on, `partial`, `not_filled`, `unresolved`; undefined while it is under way.
 */
export function outcomeOfOrder(life: OrderLife): 'filled' | 'partial' | 'not_filled' | 'unresolved' | undefined {
  if (life.state === 'unresolved') return 'unresolved';
  if (!isOverOrder(life.state)) return undefined;
  if (life.filledE2 === 0) return 'not_filled';
  return life.filledE2 >= life.countE2 * DONE_SHARE ? 'filled' : 'partial';
}

/** Only states that were entered by somebody's word have a reason. */
function reasonOf(state: OrderState, seen: Witness): string | undefined {
  const isWord = state === 'refused' || state === 'absent' || state === 'unresolved';
  return isWord && 'reason' in seen ? seen.reason : undefined;
}

function learn(life: OrderLife, seen: Witness): OrderLife {
  if (seen.kind === 'told') {
    const { orderId, filledE2 } = seen.order;
    return noted(life, seen.by, seen.atMs, orderId, Math.max(life.filledE2, filledE2), life.trades);
  }
  if (seen.kind === 'fill') {
    const trades = life.trades[seen.tradeId] === undefined ? { ...life.trades, [seen.tradeId]: seen.countE2 } : life.trades;
    return noted(life, 'fill', seen.atMs, seen.orderId, Math.max(life.filledE2, sum(trades)), trades);
  }
  return seen.kind === 'book' ? noted(life, 'book', seen.atMs, undefined, life.filledE2, life.trades) : life;
}

function noted(
  life: OrderLife,
  by: WitnessName,
  atMs: number,
  orderId: string | undefined,
  filledE2: number,
  trades: OrderLife['trades'],
): OrderLife {
  const isNew =
    life.seenBy[by] === undefined ||
    filledE2 !== life.filledE2 ||
    trades !== life.trades ||
    (life.orderId === undefined && orderId !== undefined);
  if (!isNew) return life;
  const seenBy = life.seenBy[by] === undefined ? { ...life.seenBy, [by]: atMs } : life.seenBy;
  return { ...life, orderId: life.orderId ?? orderId, filledE2, trades, seenBy };
}

function findingOf(life: OrderLife, seen: Witness): Finding {
  if (seen.kind !== 'told' && seen.kind !== 'fill' && seen.kind !== 'book') return seen.kind;
  if (life.filledE2 >= life.countE2) return 'all_filled';
  if (seen.kind === 'told' && seen.order.status !== 'resting') return 'ended';
  return life.filledE2 > 0 ? 'part_filled' : 'standing';
}

function contradictionsOf(life: OrderLife, seen: Witness, finding: Finding): readonly string[] {
  const found: string[] = [];
  if (CONTRADICTIONS[life.state].includes(finding)) found.push(`${finding} while ${life.state}`);
  if (life.filledE2 > life.countE2) found.push(`filled ${life.filledE2} of ${life.countE2}`);
  const orderId = seen.kind === 'told' ? seen.order.orderId : seen.kind === 'fill' ? seen.orderId : undefined;
  if (orderId !== undefined && life.orderId !== orderId) found.push(`order id ${orderId}, and ${life.orderId} before`);
  const isNew = found.filter((one) => !life.contradictions.includes(one));
  return isNew.length === 0 ? life.contradictions : [...life.contradictions, ...isNew];
}

function sum(trades: OrderLife['trades']): number {
  return Object.values(trades).reduce((total, countE2) => total + countE2, 0);
}
