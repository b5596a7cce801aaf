/** Counts the work that is under way in the whole program, and tells when it has come to rest. */
import type { Activity } from '../trading/ports/clock.ts';

/**
 * How many turns of the event loop must go by without work before the world counts as at rest: what is handed on by a callback or a
 * wire begins within one of them.
 */
const QUIET_TURNS = 4;

export class ActivityMeter implements Activity {
  #underWay = 0;
  #begun = 0;
  #waiting: (() => void)[] = [];

  begin(): () => void {
    this.#underWay += 1;
    this.#begun += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#underWay -= 1;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    };
  }

  /**
   * Resolves when nothing has been under way for a few turns of the event loop, but for so many pieces of work as are `held` back by
   * whoever asks.
   */
  async rest(held: () => number = () => 0): Promise<void> {
    let quiet = 0;
    let begun = this.#begun;
    while (quiet < QUIET_TURNS) {
      while (this.#underWay > held()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await new Promise<void>((resolve) => setImmediate(resolve));
      quiet = this.#underWay <= held() && this.#begun === begun ? quiet + 1 : 0;
      begun = this.#begun;
    }
  }
}
