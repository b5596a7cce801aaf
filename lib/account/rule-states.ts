/** What rules want to remember beyond the process: read at once, written conflated, at most one write per key under way. */
import { keyOf } from './books.ts';
import type { Ground } from './ground.ts';

export class RuleStates {
  readonly #ground: Ground;
  readonly #states = new Map<string, unknown>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** What was kept since is newer than what is loaded. */
  load(states: ReadonlyMap<string, unknown>): void {
    for (const [key, state] of states) if (!this.#states.has(key)) this.#states.set(key, state);
  }

  get(ruleId: string, ticker: string): unknown {
    return this.#states.get(keyOf(ruleId, ticker));
  }

  keep(ruleId: string, ticker: string, state: unknown): void {
    const key = keyOf(ruleId, ticker);
    this.#states.set(key, state);
    const { notes, memory, accountId } = this.#ground;
    notes.keep(`state|${key}`, () => memory.rules.saveRuleState(accountId, ruleId, ticker, this.#states.get(key)));
  }

  ruleIds(): string[] {
    return [...this.#states.keys()].map((key) => key.slice(0, key.indexOf('|')));
  }
}
