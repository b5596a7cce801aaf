/** Getting JSON over HTTP, with a fetch that is handed in: undici's, or a test's. */
import type { ScoreClock } from './clock.ts';
import { ScoresError } from './errors.ts';

/** As much of undici's `fetch` as is used. */
export type Fetch = (
  url: string,
  init: { signal: AbortSignal; headers: Record<string, string> },
) => Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>;

export interface HttpOptions {
  fetch: Fetch;
  /** Wall time. */
  wall: ScoreClock;
  timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

/** @throws ScoresError SCORES_UNREACHABLE, SCORES_REFUSED or SCORES_ANSWER_UNREADABLE */
export async function getJson(url: string, { fetch, wall, timeoutMs = TIMEOUT_MS }: HttpOptions): Promise<unknown> {
  const { host } = new URL(url);
  const giveUp = new AbortController();
  const callOff = wall.after(timeoutMs, () => giveUp.abort(new Error(`no answer within ${timeoutMs} ms`)));
  try {
    const answer = await fetch(url, { signal: giveUp.signal, headers: { accept: 'application/json' } }).catch(
      (cause: unknown) => {
        throw new ScoresError('SCORES_UNREACHABLE', `${host} could not be reached`, cause);
      },
    );
    if (!answer.ok) {
      // A body that nobody reads would keep its connection.
      giveUp.abort();
      throw new ScoresError('SCORES_REFUSED', `${host} answered with HTTP status ${answer.status}`);
    }
    return await answer.json().catch((cause: unknown) => {
      const code = giveUp.signal.aborted ? 'SCORES_UNREACHABLE' : 'SCORES_ANSWER_UNREADABLE';
      throw new ScoresError(code, `${host} sent an answer that could not be read`, cause);
    });
  } finally {
    callOff();
  }
}
