/** One watch per open feed and account, whoever opened them and however often they come and go. */
import type { AccountView, Desk, FeedView } from '../../account/contract.ts';
import type { WallTimer } from '../../trading/ports/clock.ts';
import { AccountWatch } from './account-watch.ts';
import { FeedWatch } from './feed-watch.ts';

const SAMPLE_MS = 250;

export interface WatchNews {
  /** Prices or games of this environment's feed. */
  prices(feed: FeedView): void;
  account(account: AccountView): void;
  /** Of a feed, or of the memory. */
  health(): void;
  /** Accounts or feeds have come or gone. */
  desk(): void;
}

export class Watches {
  readonly #desk: Desk;
  readonly #wall: WallTimer;
  readonly #report: (error: unknown) => void;
  readonly #feeds = new Map<FeedView, FeedWatch>();
  readonly #accounts = new Map<AccountView, AccountWatch>();
  #stop = (): void => {};
  #cancelSample: (() => void) | undefined;

  /** `report` is told of defects. */
  constructor(desk: Desk, wall: WallTimer, report: (error: unknown) => void) {
    this.#desk = desk;
    this.#wall = wall;
    this.#report = report;
  }

  /** Listens from now on. */
  begin(news: WatchNews): void {
    this.#stop = this.#desk.onChange(() => {
      this.#sync(news);
      news.desk();
    });
    this.#sync(news);
  }

  feed(feed: FeedView | undefined): FeedWatch | undefined {
    return feed === undefined ? undefined : this.#feeds.get(feed);
  }

  account(account: AccountView): AccountWatch | undefined {
    return this.#accounts.get(account);
  }

  close(): void {
    this.#stop();
    this.#cancelSample?.();
    for (const watch of [...this.#feeds.values(), ...this.#accounts.values()]) watch.close();
    this.#feeds.clear();
    this.#accounts.clear();
  }

  #sync(news: WatchNews): void {
    keepUp(this.#feeds, this.#desk.feeds(), (feed) => {
      const prices = () => {
        this.#sampleSoon();
        news.prices(feed);
      };
      return new FeedWatch(feed, { prices, health: () => news.health() });
    });
    keepUp(this.#accounts, this.#desk.accounts(), (account) => {
      this.#sampleSoon();
      return new AccountWatch(account, () => {
        this.#sampleSoon();
        news.account(account);
      });
    });
  }

  #sampleSoon(): void {
    this.#cancelSample ??= this.#wall.after(SAMPLE_MS, () => {
      this.#cancelSample = undefined;
      try {
        for (const watch of this.#accounts.values()) watch.sample();
      } catch (error) {
        this.#report(error);
      }
    });
  }
}

function keepUp<T, W extends { close(): void }>(watches: Map<T, W>, wanted: readonly T[], open: (one: T) => W): void {
  for (const [one, watch] of watches) {
    if (wanted.includes(one)) continue;
    watch.close();
    watches.delete(one);
  }
  for (const one of wanted) if (!watches.has(one)) watches.set(one, open(one));
}
