/** Ordered trouble with requests: what a test asked to go wrong, done to the request it was meant for. */
import type { Faults, Occasion } from '../faults.ts';
import { nested, tooManyRequests } from './rejection.ts';
import type { Answer } from './route.ts';

/** What became of a request: an answer, or a connection cut without one. */
export type Outcome = Answer | 'lost';

const KINDS = ['rate_limited', 'server_error', 'delay', 'answer_lost'] as const;

/**
 * Carries a request out under the fault that was ordered for it, if any. A refusal that is delayed or lost has still been
 * made. Throws what the request is to be answered instead.
 */
export async function runThroughTrouble(
  faults: Faults | undefined,
  occasion: Occasion,
  run: () => Answer | Promise<Answer>,
): Promise<Outcome> {
  const fault = faults?.take(KINDS, occasion);
  if (!fault) return run();
  if (fault.kind === 'rate_limited') throw tooManyRequests();
  if (fault.kind === 'server_error') {
    if (fault.isTaken) await settled(run);
    throw nested(fault.status, fault.status === 503 ? 'service_unavailable' : 'internal_server_error');
  }
  const done = await settled(run);
  if (fault.kind === 'answer_lost') return 'lost';
  await new Promise((resolve) => setTimeout(resolve, fault.ms));
  if ('thrown' in done) throw done.thrown;
  return done.answer;
}

type Settled = { answer: Answer } | { thrown: unknown };

async function settled(run: () => Answer | Promise<Answer>): Promise<Settled> {
  try {
    return { answer: await run() };
  } catch (thrown) {
    return { thrown };
  }
}
