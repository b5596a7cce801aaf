import { z } from 'zod';
import { KalshiError } from '../errors.ts';
import type { Operation } from './operation.ts';
import { operationName } from './request.ts';

interface Ids {
  order_id?: string | undefined;
  client_order_id?: string | null | undefined;
}

interface Batch {
  orders: readonly Ids[];
}

const batch = z.object({ orders: z.array(z.unknown()) });

/** How many orders the body of a batch has. */
export function ordersIn(body: unknown): number {
  return batch.parse(body).orders.length;
}

/**
 * A batch call that takes an answer only if each of its items is about the order at the same place of the request. Throws
 * `KALSHI_ANSWER_UNREADABLE` (unknown) for any other: what became of which order has to be looked up.
 */
export function oneByOne<Input extends Batch, Options extends unknown[], Answer extends Batch>(
  operation: Operation<never, unknown>,
  call: (input: Input, ...options: Options) => Promise<Answer>,
): typeof call {
  return async (input, ...options) => {
    const answer = await call(input, ...options);
    const { orders: asked } = input;
    const { orders: answered } = answer;
    if (answered.length === asked.length && asked.every((ids, index) => isSame(ids, answered[index]))) return answer;
    const name = operationName(operation);
    const message = `The answer to ${name} has ${answered.length} items that do not match the ${asked.length} orders sent`;
    throw new KalshiError('KALSHI_ANSWER_UNREADABLE', message, { outcome: 'unknown', operation: name });
  };
}

/** Only ids that both sides tell can differ. */
function isSame(asked: Ids, answered: Ids = {}): boolean {
  const agree = (one?: string | null, other?: string | null) => !one || !other || one === other;
  return agree(asked.order_id, answered.order_id) && agree(asked.client_order_id, answered.client_order_id);
}
