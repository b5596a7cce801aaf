/**
 * Documents: JSON text in a column. The program's own (orders' lives, states of rules) write "not there" as null and read it back
 * as undefined, so that they come back as they went in; what others gave us is kept as plain JSON.
 */

export type DocumentOf<Thing> = string & { readonly holds?: Thing };

export function writeDocument<Thing extends object>(value: Thing): DocumentOf<Thing> {
  return JSON.stringify(value, (_, inner: unknown) => (inner === undefined ? null : inner));
}

/** Trusted: nobody but `writeDocument` has written it. */
export function readDocument<Thing extends object>(text: DocumentOf<Thing>): Thing {
  return withoutNulls(JSON.parse(text)) as Thing;
}

/** Plain JSON as it is; undefined is kept as null. */
export function writePlain(value: unknown): string {
  return JSON.stringify(value ?? null);
}

export function readPlain(text: string): unknown {
  return JSON.parse(text) ?? undefined;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value ?? undefined;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNulls(inner)]));
}
