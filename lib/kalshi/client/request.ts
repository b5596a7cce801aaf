import { z } from 'zod';
import { requestInvalid } from '../errors.ts';
import type { Operation } from './operation.ts';

/** One request, ready to be signed and sent. */
export interface BuiltRequest {
  /** With path parameters filled in, relative to the base path. */
  path: string;
  /** "?limit=10", or "". */
  search: string;
  body: string | undefined;
  /** What the rate governor charges for. */
  items: number;
}

/**
 * Fills path, query and body of an operation from one flat input: what the route names goes into the path, what the query declares into
 * the query, the rest into the body. Throws `KALSHI_REQUEST_INVALID`, before anything is sent.
 */
export function buildRequest<Input>(operation: Operation<Input, unknown>, input: Input | undefined): BuiltRequest {
  const rest = new Map<string, unknown>(Object.entries(input ?? {}).filter(([, value]) => value !== undefined));
  const name = operationName(operation);
  const path = fillPath(operation.path, rest, name);
  const search = fillQuery(operation.query, rest, name);
  if (operation.body === undefined) {
    if (rest.size > 0) throw requestInvalid(`${name} does not take ${[...rest.keys()].join(', ')}`, name);
    return { path, search, body: undefined, items: 1 };
  }
  const body = check(operation.body, Object.fromEntries(rest), name);
  return { path, search, body: JSON.stringify(body), items: operation.items?.(body) ?? 1 };
}

/** "DELETE /portfolio/events/orders/:order_id" */
export function operationName(operation: Pick<Operation<never, unknown>, 'method' | 'path'>): string {
  return `${operation.method} ${operation.path}`;
}

function fillPath(template: string, rest: Map<string, unknown>, name: string): string {
  return template.replaceAll(/:(\w+)/g, (_match, key: string) => {
    const value = rest.get(key);
    // An empty id would turn the cancelling of one order into the cancelling of all; dots would climb to another route.
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
      throw requestInvalid(`${name} needs ${key}`, name);
    }
    rest.delete(key);
    return encodeURIComponent(value);
  });
}

function fillQuery(schema: Operation<never, unknown>['query'], rest: Map<string, unknown>, name: string): string {
  const given: Record<string, unknown> = {};
  for (const key of Object.keys(schema.shape)) {
    if (rest.has(key)) given[key] = rest.get(key);
    rest.delete(key);
  }
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(check(schema, given, name))) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) search.append(key, String(item));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function check<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw requestInvalid(`${name} was not sent: ${z.prettifyError(parsed.error)}`, name, parsed.error);
}
