/** So many frames in a row that seem to come again are no repetition: the exchange has started its count anew. */
const OLD_FRAMES_OF_A_RESTART = 3;

/** The sequence numbers of one subscription: 1 for its first frame, and one more for each that follows. */
export class Sequence {
  #next = 1;
  #oldInARow = 0;

  /** Expects `next` from now on. */
  restart(next = 1): void {
    this.#next = next;
    this.#oldInARow = 0;
  }

  /**
   * Takes the number of a frame. `gap`: frames before it are missing; this one is good. `old`: the frame came again or too late
   * and is not to be used.
   */
  accept(seq: number): 'next' | 'gap' | 'old' {
    if (seq === this.#next) {
      this.#next++;
      this.#oldInARow = 0;
      return 'next';
    }
    if (seq < this.#next && ++this.#oldInARow < OLD_FRAMES_OF_A_RESTART) return 'old';
    this.restart(seq + 1);
    return 'gap';
  }
}
