import type { MarketState } from '../engine/state.ts';
import type { Night } from '../night.ts';
import type { Audience } from './audience.ts';
import type { ChannelName, ChannelRules } from './channels.ts';
import type { Selection } from './commands.ts';
import type { Frame } from './frame.ts';
import { CommandRefusal } from './problems.ts';
import { Subscription, type SubscriptionTerms } from './subscription.ts';
import type { TickerBoard } from './ticker-board.ts';

/** What all connections of a server share. */
export interface Floor {
  night: Night;
  audience: Audience;
  board: TickerBoard;
}

/** The subscriptions of one connection, at most one per channel, and their places in the audience. */
export class Subscriptions {
  private readonly floor: Floor;
  private readonly accountId: string;
  private readonly marketLimit: number;
  private readonly send: (frame: Frame, subscription: Subscription) => void;
  private readonly bySid = new Map<number, Subscription>();
  private lastSid = 0;

  constructor(floor: Floor, accountId: string, marketLimit: number, send: (frame: Frame, subscription: Subscription) => void) {
    this.floor = floor;
    this.accountId = accountId;
    this.marketLimit = marketLimit;
    this.send = send;
  }

  all(): Subscription[] {
    return [...this.bySid.values()];
  }

  get(sid: number): Subscription | undefined {
    return this.bySid.get(sid);
  }

  find(channel: ChannelName): Subscription | undefined {
    return this.all().find((subscription) => subscription.rules.name === channel);
  }

  /** The listed ones among the markets that were named, each once, in the order given. */
  resolve({ tickers, ids }: Selection): MarketState[] {
    const { markets } = this.floor.night.exchange.state;
    const found = new Set<MarketState>();
    for (const ticker of tickers) {
      const market = markets.get(ticker);
      if (market) found.add(market);
    }
    if (ids.length > 0) {
      const named = new Set(ids);
      for (const market of markets.values()) if (named.has(market.id)) found.add(market);
    }
    return [...found];
  }

  /** Refuses what would follow more markets than a connection may. */
  checkRoom(channels: ChannelRules[], markets: MarketState[]): void {
    const held = this.all().reduce((sum, subscription) => sum + subscription.markets.size, 0);
    const taking = channels.filter((rules) => rules.markets !== 'ignored');
    const added = taking.reduce((sum, rules) => sum + this.countNew(rules, markets), 0);
    if (added > 0 && held + added > this.marketLimit) throw new CommandRefusal(26);
  }

  open(rules: ChannelRules, terms: SubscriptionTerms): Subscription {
    const subscription = new Subscription(++this.lastSid, rules, this.accountId, terms, this.send);
    this.bySid.set(subscription.sid, subscription);
    return subscription;
  }

  /** Adds markets; a selection that names none means everything. From now on the subscription hears of them. */
  follow(subscription: Subscription, selection: Selection, markets: MarketState[]): void {
    const { audience, board, night } = this.floor;
    const { rules } = subscription;
    if (rules.markets === 'ignored') {
      audience.join(subscription, []);
      return;
    }
    if (selection.ids.length > 0) subscription.speaksIds = true;
    if (!selection.isGiven) this.widen(subscription);
    const isEverything = subscription.isEverything;
    if (!isEverything) for (const market of markets) subscription.markets.set(market.ticker, market);
    audience.join(subscription, tickersOf(markets));
    if (rules.name !== 'ticker') return;
    for (const market of isEverything ? night.exchange.state.markets.values() : markets) board.watch(market);
  }

  unfollow(subscription: Subscription, markets: MarketState[]): void {
    for (const { ticker } of markets) subscription.markets.delete(ticker);
    this.floor.audience.leave(subscription, tickersOf(markets));
  }

  drop(subscription: Subscription): void {
    this.floor.audience.quit(subscription);
    this.bySid.delete(subscription.sid);
  }

  private widen(subscription: Subscription): void {
    this.floor.audience.leave(subscription, subscription.markets.keys());
    subscription.markets.clear();
    subscription.isEverything = true;
  }

  private countNew(rules: ChannelRules, markets: MarketState[]): number {
    const known = this.find(rules.name);
    return known ? markets.filter((market) => !known.covers(market.ticker)).length : markets.length;
  }
}

function tickersOf(markets: MarketState[]): string[] {
  return markets.map((market) => market.ticker);
}
