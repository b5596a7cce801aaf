/** Reads the body of a request as text, up to a bound. */
import type { IncomingMessage } from 'node:http';
import { nested } from './rejection.ts';

const MOST_BYTES = 1 << 20;

/** The whole body; "" without one. Throws a 413 once it grows past 1 MiB. */
export async function readSource(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw nested(413, 'request_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
