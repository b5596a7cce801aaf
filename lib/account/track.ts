/** One order that somebody here is responsible for: what is done about it next. */
import { isOverOrder, missingFillsE2, type OrderLife } from '../trading/order-life.ts';
import type { StoredOrder } from '../trading/ports/memory.ts';
import type { OrderReport } from './contract.ts';

/**
 * - `nothing`: settled · `wait`: its answer is on the way
 * - `watch`: it stands at the exchange within its patience; it is read now and then, in case a frame was lost
 * - `cancel`: its patience is over · `look`: its outcome is unknown · `fills`: it is over, and trades are still to be read
 */
export type Need = 'nothing' | 'wait' | 'watch' | 'cancel' | 'look' | 'fills';

export interface Track {
  readonly clientOrderId: string;
  /** Monotonic wall time after which no request of it was sent: the proof of its absence counts from there. */
  sentMonoMs: number;
  /** Monotonic wall time since when it is followed here. */
  readonly followedMonoMs: number;
  /** Market time at which its patience ends. */
  patienceEndsMs: number;
  /** A cancel was answered with "done": only reads are missing. */
  isCanceled: boolean;
  /** Market time that user data must have reached for absence to mean anything; undefined: too early. */
  provableMs: number | undefined;
  /** Stable code of what the exchange (or the way to it) last said. */
  code: string | undefined;
  saidUnresolved: boolean;
  /** Who waits for the outcome. */
  deliver: ((report: OrderReport) => void) | undefined;
  callOffPatience: () => void;
  /** Steps made so far, by need. Never set back: where two needs answer each other, as with reads that lag, both come to rest. */
  tries: Partial<Record<Need, number>>;
  pursuit: { need: Need; endRest: () => void } | undefined;
}

export function newTrack(
  order: Pick<StoredOrder, 'clientOrderId' | 'life' | 'signal'>,
  nowMonoMs: number,
  deliver: Track['deliver'],
): Track {
  return {
    clientOrderId: order.clientOrderId,
    sentMonoMs: nowMonoMs,
    followedMonoMs: nowMonoMs,
    patienceEndsMs: (order.life.enteredMs.intended ?? order.signal.atMs) + order.signal.patienceMs,
    isCanceled: false,
    provableMs: undefined,
    code: undefined,
    saidUnresolved: false,
    deliver,
    callOffPatience: () => {},
    tries: {},
    pursuit: undefined,
  };
}

export function needOf(life: OrderLife, facts: { isPatienceOver: boolean; isCanceled: boolean }): Need {
  if (isOverOrder(life.state)) return missingFillsE2(life) > 0 ? 'fills' : 'nothing';
  if (life.state === 'intended' || life.state === 'sent') return 'wait';
  if (life.state === 'unresolved' || facts.isCanceled) return 'look';
  return facts.isPatienceOver ? 'cancel' : 'watch';
}

/** Before the first try, and doubled from there: a frame is given the time to tell first. */
export const FIRST_REST_MS: Readonly<Record<Exclude<Need, 'nothing' | 'wait'>, number>> = {
  watch: 1_000,
  cancel: 0,
  look: 0,
  fills: 100,
};
