/** What a feed misses and why, each until it is mended. */
import { codeOf } from '../trading/errors.ts';
import type { ScoreProblem } from '../trading/ports/market-data.ts';

export class FeedProblems {
  /** The feed's own troubles, by what is in trouble. */
  readonly #own = new Map<string, ScoreProblem>();
  /** What scores told, and when (market time). */
  readonly #scores = new Map<string, { problem: ScoreProblem; atMs: number }>();

  /** Something of the feed fails, or (undefined) works again. Answers the problem where it is news. */
  set(about: string, failure: unknown, words: string): ScoreProblem | undefined {
    if (failure === undefined) {
      this.#own.delete(about);
      return undefined;
    }
    const problem = {
      code: codeOf(failure) ?? 'FEED_FAILED',
      eventTicker: undefined,
      message: `${words}: ${messageOf(failure)}`,
    };
    const before = this.#own.get(about);
    this.#own.set(about, problem);
    return before?.message === problem.message ? undefined : problem;
  }

  score(problem: ScoreProblem, atMs: number): void {
    const { eventTicker, code } = problem;
    this.#scores.set(`${eventTicker ?? ''}|${code}`, { problem: { ...problem }, atMs });
  }

  forget(eventTicker: string): void {
    for (const [key, { problem }] of this.#scores) if (problem.eventTicker === eventTicker) this.#scores.delete(key);
  }

  /**
   * A score problem is over once its game (or, where it is about no game, any) was read after it. `readMs` says when a game was last
   * read, market time.
   */
  all(eventTickers: Iterable<string>, readMs: (eventTicker: string) => number | undefined): ScoreProblem[] {
    if (this.#scores.size > 0) this.#dropMended(eventTickers, readMs);
    return [...this.#own.values(), ...[...this.#scores.values()].map(({ problem }) => problem)].map((one) => ({ ...one }));
  }

  #dropMended(eventTickers: Iterable<string>, readMs: (eventTicker: string) => number | undefined): void {
    const never = Number.NEGATIVE_INFINITY;
    const lastMs = [...eventTickers].reduce((last, ticker) => Math.max(last, readMs(ticker) ?? never), never);
    for (const [key, { problem, atMs }] of this.#scores) {
      const mendedMs = problem.eventTicker === undefined ? lastMs : (readMs(problem.eventTicker) ?? never);
      if (mendedMs > atMs) this.#scores.delete(key);
    }
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it failed';
}
