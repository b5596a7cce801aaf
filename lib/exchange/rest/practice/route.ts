/**
 * The practice API: what no real exchange offers (a clock to step, accounts for the asking, trouble to order). No signature;
 * bodies and answers are JSON, checked by zod at the door.
 */
import type { z } from 'zod';
import { flat } from '../rejection.ts';
import type { Answer, Method } from '../route.ts';

export interface PracticeRoute {
  method: Method;
  /** Relative to /practice. */
  path: string;
  serve: (params: Record<string, string | undefined>, source: string) => Answer;
}

/** A route whose body must fit `schema`; an empty body counts as {}. */
export function posting<S extends z.ZodType>(
  path: string,
  schema: S,
  act: (body: z.output<S>, param: (name: string) => string) => Answer,
): PracticeRoute {
  return {
    method: 'POST',
    path,
    serve: (params, source) => act(checked(schema, source), (name) => params[name] ?? ''),
  };
}

export function answering(method: Method, path: string, act: (param: (name: string) => string) => Answer): PracticeRoute {
  return { method, path, serve: (params) => act((name) => params[name] ?? '') };
}

export function ok(body: object, status = 200): Answer {
  return { status, body };
}

export const done: Answer = { status: 204, body: undefined };

function checked<S extends z.ZodType>(schema: S, source: string): z.output<S> {
  let document: unknown;
  try {
    document = JSON.parse(source === '' ? '{}' : source);
  } catch {
    throw flat('the body is not JSON');
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw flat(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '));
}
