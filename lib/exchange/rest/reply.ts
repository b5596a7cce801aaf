/** Puts answers on the wire. */
import type { ServerResponse } from 'node:http';
import { rejectionFor, rendered } from './rejection.ts';
import type { Outcome } from './trouble.ts';

/** Writes what became of a request, dated with real time. */
export function writeOutcome(response: ServerResponse, outcome: Outcome, wallMs: number): void {
  if (outcome === 'lost') {
    response.destroy();
    return;
  }
  const { status, body } = outcome;
  const content = body && { contentType: 'application/json', text: JSON.stringify(body) };
  send(response, status, content, wallMs);
}

/** Writes the answer to a request that was refused or failed. */
export function writeRejection(response: ServerResponse, thrown: unknown, wallMs: number): void {
  const rejection = rejectionFor(thrown);
  // What was not read of a request must not be taken for the next one.
  if (!response.req.complete) response.setHeader('connection', 'close');
  send(response, rejection.status, rendered(rejection), wallMs);
}

function send(
  response: ServerResponse,
  status: number,
  content: { contentType: string; text: string } | undefined,
  wallMs: number,
): void {
  response.setHeader('date', new Date(wallMs).toUTCString());
  if (content) {
    response.writeHead(status, {
      'content-type': content.contentType,
      'content-length': Buffer.byteLength(content.text),
    });
    response.end(content.text);
  } else {
    response.writeHead(status, status === 204 ? {} : { 'content-length': 0 });
    response.end();
  }
}
