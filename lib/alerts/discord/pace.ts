/** Discord's limits of a webhook, kept before they are met: five messages in two seconds, thirty in a minute. */

const WINDOWS = [
  { most: 5, ms: 2_000 },
  { most: 30, ms: 60_000 },
] as const;
const LONGEST_MS = 60_000;

export class Pace {
  readonly #nowMs: () => number;
  /** When messages were sent, oldest first. */
  #sent: number[] = [];
  #blockedUntilMs = 0;

  /** `nowMs` never steps back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** How long the next message has to wait, ms. */
  restMs(): number {
    const nowMs = this.#nowMs();
    const waits = WINDOWS.map(({ most, ms }) => {
      const oldest = this.#sent.at(-most);
      return oldest === undefined ? 0 : oldest + ms - nowMs;
    });
    return Math.ceil(Math.max(0, this.#blockedUntilMs - nowMs, ...waits));
  }

  sent(): void {
    const nowMs = this.#nowMs();
    this.#sent = [...this.#sent.filter((atMs) => atMs > nowMs - LONGEST_MS), nowMs];
  }

  /** Discord has said that nothing may be sent for so long. */
  block(ms: number): void {
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, this.#nowMs() + ms);
  }
}
