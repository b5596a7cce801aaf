/** Order writes of the first version: gone since 2026, with a pointer to their successors. */
import { nested } from '../rejection.ts';
import { type Method, type Route, write } from '../route.ts';

const SUCCESSOR = 'https://docs.kalshi.com/api-reference/orders/create-order-v2';
const WRITES: [method: Exclude<Method, 'GET'>, path: string][] = [
  ['POST', '/portfolio/orders'],
  ['POST', '/portfolio/orders/batched'],
  ['DELETE', '/portfolio/orders/batched'],
  ['DELETE', '/portfolio/orders/:order_id'],
  ['POST', '/portfolio/orders/:order_id/amend'],
  ['POST', '/portfolio/orders/:order_id/decrease'],
];

export const firstVersionRoutes: Route[] = WRITES.map(([method, path]) =>
  write({
    method,
    path,
    operation: 'DeprecatedOrderWrite',
    scope: 'write::trade',
    bucket: 'write',
    answer: () => {
      throw nested(410, 'deprecated_v1_order_endpoint', SUCCESSOR, 'Please switch to the V2 endpoints');
    },
  }),
);
