import type { SocketLimits } from './limits.ts';

/**
 * What has gone wrong with one subscription on one connection, and what that calls for. A *strike* is a gap or a loss that was
 * noticed; a *doubt* is a loss that no sequence number shows, such as a frame that cannot be read. `nowMs` is monotonic.
 */
export class SubscriptionHealth {
  #limits: SocketLimits;
  #strikes: number[] = [];
  #isRenewalDue = false;
  #isDoubtful = false;
  #doubtsNotBeforeMs = 0;

  constructor(limits: SocketLimits) {
    this.#limits = limits;
  }

  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }

  /** Strikes within the window. */
  get strikes(): number {
    return this.#strikes.length;
  }

  /**
   * Counts a strike. Says whether only a new connection helps; before that, enough strikes make a new subscription due, unless
   * the old one `hasEnded`.
   */
  strike(nowMs: number, hasEnded: boolean): boolean {
    const { strikeWindowMs, strikesBySnapshot, strikesByResubscribing } = this.#limits;
    this.#strikes = this.#strikes.filter((atMs) => nowMs - atMs < strikeWindowMs);
    this.#strikes.push(nowMs);
    if (this.#strikes.length > strikesBySnapshot && !hasEnded) this.#isRenewalDue = true;
    return this.#strikes.length > strikesBySnapshot + strikesByResubscribing;
  }

  doubt(): void {
    this.#isDoubtful = true;
  }

  /** Whether to subscribe anew now. Once it has said so because of a doubt, the next doubts wait. */
  takeRenewal(nowMs: number): boolean {
    if (this.#isDoubtful && nowMs >= this.#doubtsNotBeforeMs) {
      // What cannot be read may come again and again: each time a renewal would lose more than it heals.
      this.#doubtsNotBeforeMs = nowMs + this.#limits.strikeWindowMs;
      this.#isRenewalDue = true;
    }
    return this.#isRenewalDue;
  }

  /** The subscription is over: the next starts without doubts, but not without memory. */
  end(): void {
    this.#isRenewalDue = false;
    this.#isDoubtful = false;
  }

  /** The connection is over. */
  reset(): void {
    this.end();
    this.#strikes = [];
    this.#doubtsNotBeforeMs = 0;
  }
}
