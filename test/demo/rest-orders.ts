/** Orders that rest. Each step ends what it has made rest, or leaves it to the round's end. */
import { batchItemError } from '../../lib/kalshi/client/orders.ts';
import type { KalshiError } from '../../lib/kalshi/errors.ts';
import type { UserOrderFrame } from '../../lib/kalshi/schema/socket.ts';
import { CONTRACT_E2, formatCountE2, formatPriceCC, parseCountE2, parsePriceCC } from '../../lib/trading/money.ts';
import type { Desk } from './desk.ts';
import { attempt, refusalOf, words } from './refusals.ts';

export interface RestingFacts {
  orderId: string;
  clientOrderId: string;
  /** Told by REST: as placed, after the amend, after the decrease. */
  initialE2: [number, number, number];
  canceledE2: number;
  /** What a second cancel and a second order with the same client order id end with. */
  secondCancel: string;
  secondOrder: string;
  frames: string[];
}

const LOW_CC = 100;
const AMENDED_CC = 200;
const HIGH_CC = 9_900;

/** A bid far from the market: rests, is amended, decreased and canceled; then what the exchange says about doing it again. */
export async function restAmendCancel({ trader, orders, notebook, ticker }: Desk): Promise<RestingFacts> {
  const { client } = trader;
  const request = orders.request('bid', { ticker, side: 'bid', countE2: 2 * CONTRACT_E2, priceCC: LOW_CC, kind: 'post-only' });
  const { orderId, status } = await orders.place(request);
  if (status !== 'resting') throw new Error(`the bid is ${status} instead of resting`);
  await trader.hear('the resting bid', () => trader.orderFrames(orderId).find((order) => order.status === 'resting'));
  const placed = await trader.readOrder(orderId, (order) => order.status === 'resting');

  const amendment = { ticker, side: 'bid', price: formatPriceCC(AMENDED_CC), count: formatCountE2(3 * CONTRACT_E2) } as const;
  await client.orders.amend({ order_id: orderId, ...amendment }, { purpose: 'entry' });
  const isAmended = ({ yes_price_dollars }: { yes_price_dollars: string }) => parsePriceCC(yes_price_dollars) === AMENDED_CC;
  await trader.hear('the amended bid', () => trader.orderFrames(orderId).find(isAmended));
  const amended = await trader.readOrder(orderId, isAmended);
  notebook.learn(
    'amendedInitialCount',
    `"${placed.initial_count_fp}" became "${amended.initial_count_fp}" by an amend to a count of "${amendment.count}" and another price`,
  );

  await client.orders.decrease({ order_id: orderId, market_ticker: ticker, reduce_to: formatCountE2(CONTRACT_E2) });
  const decreased = await trader.readOrder(orderId, (order) => parseCountE2(order.remaining_count_fp) === CONTRACT_E2);

  const canceledE2 = await orders.cancel(ticker, orderId);
  await trader.hear('the canceled bid', () => trader.orderFrames(orderId).find((order) => order.status === 'canceled'));
  await trader.readOrder(orderId, (order) => order.status === 'canceled');
  const secondCancel = await refusalOf(orders.cancel(ticker, orderId));
  const secondOrder = await refusalOf(orders.place(request));
  return {
    orderId,
    clientOrderId: request.client_order_id ?? '',
    initialE2: [
      parseCountE2(placed.initial_count_fp),
      parseCountE2(amended.initial_count_fp),
      parseCountE2(decreased.initial_count_fp),
    ],
    canceledE2,
    secondCancel: verdict(secondCancel),
    secondOrder: verdict(secondOrder),
    frames: trader.orderFrames(orderId).map(frameText),
  };
}

/** An ask far from the market, for the sake of the fields that nobody should read. */
export async function restAsk({ trader, orders, notebook, ticker }: Desk): Promise<{ orderId: string; legacy: string }> {
  const request = orders.request('ask', { ticker, side: 'ask', countE2: CONTRACT_E2, priceCC: HIGH_CC, kind: 'post-only' });
  const { orderId } = await orders.place(request);
  const order = await trader.readOrder(orderId, ({ status }) => status === 'resting');
  const frame = await trader.hear('the resting ask', () => trader.orderFrames(orderId)[0]);
  const rest = `side ${order.side ?? 'absent'} and action ${order.action ?? 'absent'}`;
  const legacy = `${rest} by REST; side ${frame.side} and is_yes ${frame.is_yes} on the socket`;
  notebook.learn('legacySides', legacy);
  await orders.cancel(ticker, orderId);
  return { orderId, legacy };
}

/** A reduce-only order that would rest: taken, or refused with which words. */
export async function restReduceOnly({ orders, notebook, ticker }: Desk, netE2: number): Promise<string> {
  const side = netE2 < 0 ? 'bid' : 'ask';
  const priceCC = netE2 < 0 ? LOW_CC : HIGH_CC;
  const terms = { ticker, side, countE2: CONTRACT_E2, priceCC, kind: 'resting', reduceOnly: true } as const;
  const held = `with a position of ${formatCountE2(netE2)}`;
  const ended = await attempt(orders.place(orders.request('reduce', terms)));
  let answer: string;
  if ('refusal' in ended) {
    if (ended.refusal.outcome !== 'refused') throw ended.refusal;
    answer = `refused ${held}: ${words(ended.refusal)}`;
  } else {
    answer = `taken ${held}, and ${ended.value.status}`;
    if (ended.value.status === 'resting') await orders.cancel(ticker, ended.value.orderId);
  }
  notebook.learn('restingReduceOnly', answer);
  return answer;
}

/** Two small bids in one request, and both canceled in another. Returns their ids and what was canceled. */
export async function batch({ trader, orders, ticker }: Desk): Promise<{ orderIds: string[]; canceledE2: number[] }> {
  const { client } = trader;
  const terms = { ticker, side: 'bid', countE2: CONTRACT_E2, priceCC: LOW_CC, kind: 'post-only' } as const;
  const requests = ['batch1', 'batch2'].map((name) => orders.request(name, terms));
  for (const request of requests) orders.sent(request);
  const created = await client.orders.createBatch({ orders: requests }, { purpose: 'entry' });
  const orderIds = created.orders.map((item, index) => {
    const request = requests[index];
    const error = batchItemError('create', item);
    if (error !== undefined || item.order_id === undefined || request === undefined)
      throw error ?? new Error('an item has no id');
    orders.answered(request, item.order_id, true);
    return item.order_id;
  });
  const canceled = await client.orders.cancelBatch({ orders: orderIds.map((order_id) => ({ order_id, market_ticker: ticker })) });
  const canceledE2 = canceled.orders.map((item) => {
    const error = batchItemError('cancel', item);
    if (error !== undefined) throw error;
    orders.ended(item.order_id);
    return parseCountE2(item.reduced_by);
  });
  return { orderIds, canceledE2 };
}

function frameText(order: UserOrderFrame['msg']): string {
  const reason = order.last_update_reason ? ` (${order.last_update_reason})` : '';
  return `${order.status} ${order.remaining_count_fp} of ${order.initial_count_fp} at ${order.yes_price_dollars}${reason}`;
}

function verdict(error: KalshiError): string {
  return `${error.code} ${error.outcome}`;
}
