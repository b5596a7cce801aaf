/** Who listens to an account. A listener that throws is told about, and stops nobody else. */
import type { AccountListener, OrderReport } from './contract.ts';

export class Audience {
  readonly #listeners = new Set<AccountListener>();
  readonly #joined: () => void;
  readonly #failed: (error: unknown) => void;

  /** `joined` is called when somebody new listens, `failed` when a listener has thrown. */
  constructor(joined: () => void, failed: (error: unknown) => void) {
    this.#joined = joined;
    this.#failed = failed;
  }

  join(listener: AccountListener): () => void {
    const own = { ...listener };
    this.#listeners.add(own);
    this.#joined();
    return () => this.#listeners.delete(own);
  }

  /** Whether anybody has taken it. */
  report(report: OrderReport): boolean {
    let isTaken = false;
    this.tell((listener) => {
      if (listener.report?.(report) === true) isTaken = true;
    });
    return isTaken;
  }

  tell(call: (listener: AccountListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        call(listener);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
