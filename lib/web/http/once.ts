/** Commands are carried out once per key, however often they are sent. */
import { createHash } from 'node:crypto';
import type { WallTimer } from '../../trading/ports/clock.ts';
import { WebError } from '../errors.ts';
import { type Answer, answerOf } from './answer.ts';

const KEY = /^[\x21-\x7e]{8,100}$/;
const KEPT_MS = 86_400_000;
const MOST_KEPT = 10_000;

interface Kept {
  /** Of the request that the key came with first. */
  digest: string;
  answer: Promise<Answer>;
  isOver: boolean;
  atMs: number;
}

export class Once {
  readonly #clock: Pick<WallTimer, 'monotonicMs'>;
  readonly #report: (error: unknown) => void;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Pick<WallTimer, 'monotonicMs'>, report: (error: unknown) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /**
   * The answer of `run`, or the one that the same key has had or is about to have. An error is an answer too: whether something was done
   * before it is not known. Throws `IDEMPOTENCY_KEY_NEEDED`, `IDEMPOTENCY_KEY_REUSED` where the same key comes with another `request`,
   * `COMMANDS_FULL`.
   */
  async run(key: string | undefined, request: string, run: () => Promise<Answer>): Promise<Answer> {
    if (key === undefined || !KEY.test(key)) {
      const message = 'Send an Idempotency-Key header of 8 to 100 visible characters, a new one for each command.';
      throw new WebError('IDEMPOTENCY_KEY_NEEDED', message);
    }
    const digest = createHash('sha256').update(request).digest('base64');
    const before = this.#recalled(key);
    if (before !== undefined && before.digest !== digest) {
      throw new WebError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key came with another command before.');
    }
    return before === undefined ? this.#begin(key, digest, run) : before.answer;
  }

  #begin(key: string, digest: string, run: () => Promise<Answer>): Promise<Answer> {
    this.#makeRoom();
    const kept: Kept = { digest, answer: this.#answer(run), isOver: false, atMs: this.#clock.monotonicMs() };
    this.#kept.set(key, kept);
    return kept.answer.finally(() => {
      kept.isOver = true;
    });
  }

  async #answer(run: () => Promise<Answer>): Promise<Answer> {
    try {
      return await run();
    } catch (error) {
      const { status, json, isDefect } = answerOf(error);
      if (isDefect) this.#report(error);
      return { status, json };
    }
  }

  #recalled(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && !this.#isForgotten(kept) ? kept : undefined;
  }

  #makeRoom(): void {
    for (const [key, kept] of this.#kept) {
      if (!this.#isForgotten(kept)) break;
      this.#kept.delete(key);
    }
    if (this.#kept.size < MOST_KEPT) return;
    const over = [...this.#kept].find(([, kept]) => kept.isOver);
    if (over === undefined) throw new WebError('COMMANDS_FULL', 'Too many commands are under way. Try again.');
    this.#kept.delete(over[0]);
  }

  #isForgotten({ isOver, atMs }: Kept): boolean {
    return isOver && this.#clock.monotonicMs() - atMs >= KEPT_MS;
  }
}
