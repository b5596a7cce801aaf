/**
 * In steps, what an event brings arrives by several ways: prices over the socket, scores by a read. What follows from it waits here until
 * all of it has been taken in, so that no decision is made on one without the other.
 */
export class Turns {
  #waiting: (() => void)[] = [];

  /** Runs it when this turn is over. */
  readonly next = (run: () => void): void => {
    this.#waiting.push(run);
  };

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Ends the turn; whether there was anything to be done. */
  flush(): boolean {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) run();
    return waiting.length > 0;
  }
}
