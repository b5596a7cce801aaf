/** What came with a request, read and checked. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { WebError } from '../errors.ts';

const MOST_BYTES = 16_384;
const JSON_TYPE = /^application\/json\s*(;|$)/i;

export interface Asked {
  request: IncomingMessage;
  params: Readonly<Record<string, string>>;
  search: URLSearchParams;
}

/** The query as the schema wants it; each name once. Throws `QUERY_INVALID`. */
export function queryOf<S extends z.ZodType>(schema: S, search: URLSearchParams): z.output<S> {
  const names = [...search.keys()];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new WebError('QUERY_INVALID', `"${twice}" is given twice.`);
  const read = schema.safeParse(Object.fromEntries(search));
  if (!read.success) throw new WebError('QUERY_INVALID', problemText(read.error));
  return read.data;
}

/**
 * The JSON body as text, "" without one. Throws `BODY_TYPE` for anything but JSON (what a form of another site could send never is)
 * and `BODY_TOO_LARGE`, `BODY_UNREADABLE` for what does not arrive whole.
 */
export async function bodyText(request: IncomingMessage): Promise<string> {
  const type = request.headers['content-type'];
  if (type !== undefined && !JSON_TYPE.test(type)) throw new WebError('BODY_TYPE', 'Send the body as application/json.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunksOf(request)) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      const headers = { connection: 'close' };
      throw new WebError('BODY_TOO_LARGE', `A body has at most ${MOST_BYTES} bytes.`, { headers });
    }
    chunks.push(chunk);
  }
  if (size > 0 && type === undefined) throw new WebError('BODY_TYPE', 'Send the body as application/json.');
  return Buffer.concat(chunks).toString('utf8');
}

async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    // The connection must stay, or nobody could be told.
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new WebError('BODY_UNREADABLE', 'The body did not arrive whole.', { cause });
  }
}

/** Throws `BODY_UNREADABLE` for what is no JSON, `BODY_INVALID` for what is not as the schema wants it. */
export function bodyOf<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  const read = schema.safeParse(text === '' ? {} : parsed(text));
  if (!read.success) throw new WebError('BODY_INVALID', problemText(read.error));
  return read.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WebError('BODY_UNREADABLE', 'The body is no JSON.', { cause });
  }
}

function problemText(error: z.ZodError): string {
  const problems = error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return `${problems.join('; ')}.`;
}
