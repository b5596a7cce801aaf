/** Who chose which games. A choice outlives its last owner for a while, so that a deploy drops nothing. */
import type { WallTimer } from '../trading/ports/clock.ts';
import type { GameChoice } from '../trading/ports/market-data.ts';

/** How long what nobody wants any more is kept, wall time: a deploy lets go of everything and takes it again. */
export const LINGER_MS = 10_000;

interface Chosen {
  choice: GameChoice;
  owners: Set<object>;
  /** Calls the end off; undefined while there are owners. */
  stay: (() => void) | undefined;
}

export class FeedChoices {
  /** By name: the same choice of two owners is one. */
  readonly #chosen = new Map<string, Chosen>();
  readonly #wall: WallTimer;
  readonly #onGone: (name: string) => void;

  constructor(wall: WallTimer, onGone: (name: string) => void) {
    this.#wall = wall;
    this.#onGone = onGone;
  }

  /** The choice's name, or undefined where it chooses nothing. */
  choose(choice: GameChoice, by: object): string | undefined {
    const { leagues, series, tickers } = choice;
    if (leagues.length + series.length + tickers.length === 0) return undefined;
    const name = JSON.stringify([leagues.toSorted(), series.toSorted(), tickers.toSorted()]);
    const known = this.#chosen.get(name);
    const chosen = known ?? { choice: structuredClone({ leagues, series, tickers }), owners: new Set(), stay: undefined };
    chosen.stay?.();
    chosen.stay = undefined;
    chosen.owners.add(by);
    this.#chosen.set(name, chosen);
    return name;
  }

  drop(by: object): void {
    for (const [name, chosen] of this.#chosen) {
      if (!chosen.owners.delete(by) || chosen.owners.size > 0) continue;
      chosen.stay = this.#wall.after(LINGER_MS, () => {
        this.#chosen.delete(name);
        this.#onGone(name);
      });
    }
  }

  *entries(): Iterable<readonly [name: string, choice: GameChoice]> {
    for (const [name, { choice }] of this.#chosen) yield [name, choice];
  }

  close(): void {
    for (const { stay } of this.#chosen.values()) stay?.();
    this.#chosen.clear();
  }
}
