/** Writes answers: JSON with the headers of our own area, errors as `{code, message}`. */
import type { ServerResponse } from 'node:http';
import { codeOf } from '../../trading/errors.ts';
import { WEB_STATUS, WebError } from '../errors.ts';
import { securityHeaders } from '../security-headers.ts';

/** What a route answers: a value to be written as JSON, or JSON that is ready. */
export interface Answer {
  status: number;
  json: string;
}

export function answered(value: unknown, status = 200): Answer {
  return { status, json: JSON.stringify(value) };
}

export function writeAnswer(
  response: ServerResponse,
  { status, json }: Answer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...securityHeaders('own'),
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
    ...headers,
  });
  response.end(json);
}

/** An error as its answer; what is neither ours nor the memory's is a defect, and its text stays here. */
export function answerOf(error: unknown): Answer & { headers: Readonly<Record<string, string>>; isDefect: boolean } {
  if (error instanceof WebError) {
    const { code, message, headers } = error;
    return { ...answered({ code, message }, WEB_STATUS[code]), headers, isDefect: code === 'WEB_FAILED' };
  }
  if (isMemoryFailure(error)) {
    return { ...answered({ code: error.code, message: error.message }, 503), headers: {}, isDefect: false };
  }
  const message = 'Something went wrong inside Courtside. The log says more.';
  return { ...answered({ code: 'WEB_FAILED', message }, WEB_STATUS.WEB_FAILED), headers: {}, isDefect: true };
}

function isMemoryFailure(error: unknown): error is Error & { code: string } {
  return codeOf(error)?.startsWith('STORE_') === true;
}
