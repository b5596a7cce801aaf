/**
 * Every body that Kalshi answers instead of what was asked. There are five shapes; which one comes depends on who in the
 * exchange refuses: (a) nested for orders and authentication, (b) flat for JSON that cannot be read, (c) a bare `msg` for
 * query parameters, (d) a string for rate limits, (e) plain text for unknown routes.
 */
import { Refusal } from '../engine/refusal.ts';

/** An HTTP answer that is thrown; `body` is JSON, or the text itself where it is a string. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly status: number;
  readonly body: object | string;

  constructor(status: number, body: object | string) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** Shape (a). Without `message` the code is spoken: "not_found" says "not found". */
export function nested(status: number, code: string, details?: string, message = code.replaceAll('_', ' ')): Rejection {
  return new Rejection(status, { error: stated(code, message, details) });
}

/** Shape (b). */
export function flat(details?: string, code = 'bad_request'): Rejection {
  return new Rejection(400, stated(code, code.replaceAll('_', ' '), details));
}

/** Shape (c). */
export function bareMessage(msg: string): Rejection {
  return new Rejection(400, { msg });
}

/** Shape (d). */
export function tooManyRequests(): Rejection {
  return new Rejection(429, { error: 'too many requests' });
}

/** Shape (e). */
export function unknownRoute(): Rejection {
  return new Rejection(404, '404 page not found');
}

/** What the engine refuses, as the body of one item in a batch. */
export function itemError(refusal: Refusal): { code: string; message: string; details?: string } {
  return stated(refusal.code, refusal.message, refusal.details);
}

/** Turns whatever was thrown into an answer; what nobody meant to throw is a 500 that gives nothing away. */
export function rejectionFor(thrown: unknown): Rejection {
  if (thrown instanceof Rejection) return thrown;
  if (thrown instanceof Refusal) return new Rejection(thrown.status, { error: itemError(thrown) });
  return nested(500, 'internal_server_error');
}

/** Content type and text of a rejection, for whoever writes it to a socket by hand. */
export function rendered(rejection: Rejection): { contentType: string; text: string } {
  return typeof rejection.body === 'string'
    ? { contentType: 'text/plain', text: rejection.body }
    : { contentType: 'application/json', text: JSON.stringify(rejection.body) };
}

function stated(code: string, message: string, details?: string): { code: string; message: string; details?: string } {
  return details === undefined ? { code, message } : { code, message, details };
}
