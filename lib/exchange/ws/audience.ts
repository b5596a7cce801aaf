import type { ChannelName } from './channels.ts';
import type { Subscription } from './subscription.ts';

/** Who hears a channel: by market or account, and those who hear all of it. */
interface Seats {
  readonly keyed: Map<string, Set<Subscription>>;
  readonly everyone: Set<Subscription>;
}

const NOBODY: ReadonlySet<Subscription> = new Set();

/** Every subscription of every connection, found by what it wants to hear. */
export class Audience {
  private readonly seats = new Map<ChannelName, Seats>();

  /** Seats a subscription by its rules; `tickers` are the markets that it follows from now on. */
  join(subscription: Subscription, tickers: Iterable<string>): void {
    const { name, audience } = subscription.rules;
    const seats = this.seatsOf(name);
    if (audience === 'everyone' || (audience === 'market' && subscription.isEverything)) {
      seats.everyone.add(subscription);
    } else if (audience === 'market') {
      for (const ticker of tickers) this.seat(seats, ticker, subscription);
    } else if (audience === 'account') {
      this.seat(seats, subscription.accountId, subscription);
    }
  }

  /** Takes a subscription away from some of its markets. */
  leave(subscription: Subscription, tickers: Iterable<string>): void {
    if (subscription.rules.audience !== 'market') return;
    const seats = this.seatsOf(subscription.rules.name);
    for (const ticker of tickers) this.unseat(seats, ticker, subscription);
  }

  /** Takes a subscription away altogether. */
  quit(subscription: Subscription): void {
    const seats = this.seatsOf(subscription.rules.name);
    seats.everyone.delete(subscription);
    this.leave(subscription, subscription.markets.keys());
    this.unseat(seats, subscription.accountId, subscription);
  }

  isHeard(channel: ChannelName, key: string): boolean {
    const seats = this.seatsOf(channel);
    return seats.everyone.size > 0 || seats.keyed.has(key);
  }

  /** Those who asked for this market or account alone. */
  keyed(channel: ChannelName, key: string): ReadonlySet<Subscription> {
    return this.seatsOf(channel).keyed.get(key) ?? NOBODY;
  }

  everyone(channel: ChannelName): ReadonlySet<Subscription> {
    return this.seatsOf(channel).everyone;
  }

  private seat(seats: Seats, key: string, subscription: Subscription): void {
    const row = seats.keyed.get(key);
    if (row) row.add(subscription);
    else seats.keyed.set(key, new Set([subscription]));
  }

  private unseat(seats: Seats, key: string, subscription: Subscription): void {
    const row = seats.keyed.get(key);
    if (row?.delete(subscription) && row.size === 0) seats.keyed.delete(key);
  }

  private seatsOf(channel: ChannelName): Seats {
    let seats = this.seats.get(channel);
    if (!seats) {
      seats = { keyed: new Map(), everyone: new Set() };
      this.seats.set(channel, seats);
    }
    return seats;
  }
}
