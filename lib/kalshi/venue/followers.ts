/** Who follows which market. */
export class Followers {
  readonly #of = new Map<string, Set<object>>();

  has(ticker: string): boolean {
    return this.#of.has(ticker);
  }

  /** Gives those that nobody followed before. */
  add(tickers: readonly string[], by: object): string[] {
    const fresh: string[] = [];
    for (const ticker of tickers) {
      const known = this.#of.get(ticker);
      known?.add(by);
      if (known !== undefined) continue;
      this.#of.set(ticker, new Set([by]));
      fresh.push(ticker);
    }
    return fresh;
  }

  /** Gives those that nobody follows any more. */
  remove(tickers: readonly string[], by: object): string[] {
    return tickers.filter((ticker) => {
      const known = this.#of.get(ticker);
      return known?.delete(by) === true && known.size === 0 && this.#of.delete(ticker);
    });
  }
}
