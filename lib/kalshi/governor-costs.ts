/** What `/account/endpoint_costs` says: a default, and routes that cost something else. */
export interface EndpointCosts {
  default_cost: number;
  endpoint_costs: readonly { method: string; path: string; cost: number }[];
}

/** What this client's requests usually cost, until the exchange has told its own. A batch is charged for each item. */
export const USUAL_COSTS: EndpointCosts = {
  default_cost: 10,
  endpoint_costs: [
    { method: 'DELETE', path: '/trade-api/v2/portfolio/events/orders/:order_id', cost: 2 },
    { method: 'DELETE', path: '/trade-api/v2/portfolio/events/orders/batched', cost: 2 },
    { method: 'GET', path: '/trade-api/v2/portfolio/orders/:order_id', cost: 2 },
    { method: 'POST', path: '/trade-api/v2/account/api_usage_level/upgrade', cost: 30 },
  ],
};

/**
 * Tokens that a request costs. `path` is the full path or its template (`/trade-api/v2/portfolio/orders/:order_id`); of several
 * patterns that fit, the one with more fixed segments counts: `orders/batched` before `orders/:order_id`.
 */
export function costOf(costs: EndpointCosts, method: string, path: string): number {
  const segments = path.split('/');
  let cost = costs.default_cost;
  let best = -1;
  for (const entry of costs.endpoint_costs) {
    if (entry.method.toUpperCase() !== method) continue;
    const fixed = fixedSegments(entry.path.split('/'), segments);
    if (fixed > best) {
      best = fixed;
      cost = entry.cost;
    }
  }
  return cost;
}

/** How many segments fit word for word, or -1 where the pattern does not fit. */
function fixedSegments(pattern: readonly string[], segments: readonly string[]): number {
  let fixed = 0;
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith('*')) return segments.length > index ? fixed : -1;
    const segment = segments[index];
    if (segment === undefined) return -1;
    if (part === segment) fixed += part.startsWith(':') ? 0 : 1;
    else if (!part.startsWith(':')) return -1;
  }
  return pattern.length === segments.length ? fixed : -1;
}
