/** Whether commits are possible. What fails makes it unhealthy; only a commit that needed room makes it healthy again. */

import type { WallTimer } from '../trading/ports/clock.ts';
import type { Memory } from '../trading/ports/memory.ts';
import { isStoreTrouble, type StoreError } from './errors.ts';

export interface HealthParts {
  wall: WallTimer;
  /** How long to wait before it is tried again. */
  probeMs: number;
  /** Commits something that takes room. */
  probe(): Promise<void>;
}

export class Health {
  readonly #parts: HealthParts;
  readonly #listeners = new Set<() => void>();
  #trouble: StoreError | undefined;
  #callOff: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  state(): ReturnType<Memory['health']> {
    if (this.#trouble === undefined) return { isHealthy: true, code: undefined, reason: '' };
    const { code, message } = this.#trouble;
    return { isHealthy: false, code, reason: `nothing can be remembered, so nothing is bought: ${message}` };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes note of whatever a commit or read has failed with. */
  failed(error: unknown): void {
    if (this.#isClosed || !isStoreTrouble(error)) return;
    const isNew = this.#trouble?.message !== error.message;
    this.#trouble = error;
    this.#callOff ??= this.#parts.wall.after(this.#parts.probeMs, () => void this.#look());
    if (isNew) this.#tell();
  }

  close(): void {
    this.#isClosed = true;
    this.#letBe();
  }

  async #look(): Promise<void> {
    this.#callOff = undefined;
    try {
      await this.#parts.probe();
    } catch (error) {
      this.failed(error);
      return;
    }
    if (this.#isClosed || this.#trouble === undefined) return;
    this.#letBe();
    this.#trouble = undefined;
    this.#tell();
  }

  /** What has failed while it was tried has asked for another try. */
  #letBe(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }

  /** One that throws keeps nothing from the others, nor from whoever waits for the answer; it goes uncaught. */
  #tell(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (cause) {
        queueMicrotask(() => {
          throw cause;
        });
      }
    }
  }
}
