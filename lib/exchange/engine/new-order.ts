import type { ExchangeState, WorkingOrder } from './state.ts';

/** What is chosen about an order; the rest follows from its coming in now, with nothing traded. */
export type OrderTerms = Pick<WorkingOrder, 'account' | 'market' | 'side' | 'timeInForce' | 'selfTradePrevention' | 'priceCC'> &
  Partial<Pick<WorkingOrder, 'postOnly' | 'cancelOnPause' | 'group' | 'expirationMs' | 'clientOrderId'>> & {
    /** As it was sent. */
    initialE2: number;
    /** What of it may trade; less where a reduce-only order is capped. */
    remainingE2: number;
  };

/** An order as it comes in. Takes the next id. */
export function newOrder(state: ExchangeState, terms: OrderTerms): WorkingOrder {
  return {
    id: state.ids.next(),
    clientOrderId: '',
    postOnly: false,
    cancelOnPause: false,
    group: undefined,
    expirationMs: undefined,
    ...terms,
    createdMs: state.nowMs,
    updatedMs: state.nowMs,
    status: 'resting',
    fillE2: 0,
    takerCostE6: 0,
    makerCostE6: 0,
    takerFeesE6: 0,
    makerFeesE6: 0,
    carriedE6: 0,
    expiry: undefined,
  };
}
