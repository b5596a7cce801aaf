/** Validates answers against the OpenAPI document that lies beside the repository; absent there, tests skip themselves. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Document, OpenAPIBackend } from 'openapi-backend';
import { parse } from 'yaml';

const SHARED = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', 'shared', 'kalshi');
const SPEC = join(SHARED, 'specs', 'openapi-3.30-derived.yaml');

/** The recorded example of this name, or undefined where the recordings are absent. */
export function example(name: string): { status: number; body: ReturnType<typeof JSON.parse> } | undefined {
  const path = join(SHARED, 'examples', `${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

export interface Specification {
  /** Complaints about an answer; none is good. `operation` as in the document, e.g. "GetMarkets". */
  check(operation: string, status: number, body: unknown): string[];
}

export async function loadSpecification(): Promise<Specification | undefined> {
  if (!existsSync(SPEC)) return undefined;
  const api = new OpenAPIBackend({
    definition: withoutSiblings(parse(readFileSync(SPEC, 'utf8'))) as Document,
    quick: true,
    strict: true,
    ajvOpts: {
      strict: false,
      formats: { int64: true, int32: true, double: true, uuid: true, 'date-time': isMoment, date: true },
    },
  });
  await api.init();
  return {
    check(operation, status, body) {
      const documented = Object.keys(api.router.getOperation(operation)?.responses ?? {});
      if (!documented.includes(String(status))) return [`${operation} does not answer ${status}`];
      const { errors } = api.validateResponse(body, operation, status);
      return (errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
    },
  };
}

function isMoment(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** `nullable` beside `$ref` or `allOf` means nothing to JSON Schema: it is said as a choice instead. */
function withoutSiblings(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutSiblings);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withoutSiblings(value)]));
  if (copy.nullable !== true || copy.type !== undefined) return copy;
  const { nullable: _nullable, ...schema } = copy;
  return { anyOf: [schema, { type: 'object', nullable: true, enum: [null] }] };
}
