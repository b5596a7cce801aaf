/** The door: an answer is read and checked here once, and trusted behind it. */
import { z } from 'zod';
import { KalshiError, type Outcome } from '../errors.ts';
import { type Attempt, errorFromAnswer } from '../errors-answer.ts';
import type { HttpAnswer } from '../transport.ts';
import type { Operation } from './operation.ts';

/**
 * The answer of an operation. Throws what an answer that is no success stands for, and `KALSHI_ANSWER_UNREADABLE` for one that is not
 * as agreed: an unknown outcome for a write, for it may well have been done.
 */
export function readAnswer<Answer>(operation: Operation<never, Answer>, attempt: Attempt, answer: HttpAnswer): Answer {
  const { status, body } = answer;
  const json = parseJson(body);
  if (status < 200 || status > 299) {
    const parsed = operation.answersAt.includes(status) ? operation.answer.safeParse(json.value) : undefined;
    if (parsed?.success === true) return parsed.data;
    throw errorFromAnswer(attempt, status, body);
  }
  if ('cause' in json) throw unreadable(attempt, status, attempt.isWrite ? 'unknown' : 'retriable', 'is not JSON', json.cause);
  const parsed = operation.answer.safeParse(json.value);
  if (parsed.success) return parsed.data;
  throw unreadable(attempt, status, attempt.isWrite ? 'unknown' : 'refused', describeIssues(parsed.error), parsed.error);
}

/** No body is no value: that is how 204 answers. */
function parseJson(body: string): { value?: unknown } | { value?: undefined; cause: unknown } {
  if (body === '') return {};
  try {
    return { value: JSON.parse(body) };
  } catch (cause) {
    return { cause };
  }
}

/** The first few places that differ from what was agreed, by path. */
function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, 3).map(({ path, message }) => `${z.core.toDotPath(path) || 'the body'}: ${message}`);
  const more = error.issues.length - shown.length;
  return `is not as agreed: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function unreadable(attempt: Attempt, status: number, outcome: Outcome, what: string, cause: unknown): KalshiError {
  const message = `The answer to ${attempt.operation} (HTTP ${status}) ${what}`;
  return new KalshiError('KALSHI_ANSWER_UNREADABLE', message, { outcome, status, operation: attempt.operation, cause });
}
