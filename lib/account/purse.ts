/** The account's cash: read from the exchange, and moved along with our own fills until the next reading. */
import type { VenueBalance } from '../trading/ports/venue.ts';
import { type Ground, underWay } from './ground.ts';
import { failureOf } from './refusals.ts';

const MOST_READINGS = 3;

export class Purse {
  readonly #ground: Ground;
  readonly #changed: () => void;
  #cashE6: number | undefined;
  #bookings = 0;
  #isReading = false;
  #isWanted = false;
  #failure: { code: string; message: string } | undefined;

  constructor(ground: Ground, changed: () => void) {
    this.#ground = ground;
    this.#changed = changed;
  }

  /** Undefined until it has been read once. */
  cashE6(): number | undefined {
    return this.#cashE6;
  }

  /** Why the last reading failed. */
  failure(): { code: string; message: string } | undefined {
    return this.#failure;
  }

  /** Money that a fill or a settlement has moved. */
  move(cashE6: number): void {
    this.#bookings += 1;
    if (this.#cashE6 !== undefined) this.#cashE6 += cashE6;
  }

  take(balance: Pick<VenueBalance, 'cashE6'>): void {
    this.#cashE6 = balance.cashE6;
    this.#failure = undefined;
    this.#changed();
  }

  /** Reads it soon; readings do not pile up. */
  want(): void {
    this.#isWanted = true;
    if (this.#isReading) return;
    this.#isReading = true;
    void underWay(this.#ground, () => this.#readWanted());
  }

  /** Throws a VenueFailure. A reading during which a fill was booked may be from before or after it: it is made again. */
  async read(): Promise<void> {
    for (let readings = 1; ; readings++) {
      const bookings = this.#bookings;
      const balance = await this.#ground.venue.balance();
      if (bookings !== this.#bookings && readings < MOST_READINGS) continue;
      this.take(balance);
      return;
    }
  }

  async #readWanted(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      try {
        await this.read();
      } catch (error) {
        this.#failure = failureOf(error);
        this.#changed();
      }
    }
    this.#isReading = false;
  }
}
