/**
 * The desk of a process: whoever needs accounts attaches here, and shares what is there. A label of an environment is one account, an
 * environment is one feed; each is let go of ten seconds (wall time) after its last user, so that a deploy drops nothing.
 */
import type { Activity, WallTimer } from '../trading/ports/clock.ts';
import type { Outbox } from '../trading/ports/outbox.ts';
import type { Environment } from '../trading/ports/venue.ts';
import type { AccountView, AccountWanted, Attachment, Desk, FeedView } from './contract.ts';
import { AccountSeat, type OpenAccount } from './desk-account.ts';
import { DeskAttachment } from './desk-attachment.ts';
import { CONNECTING, DESK_CLOSED, type DeskProblem, noAccounts } from './desk-problems.ts';
import { Seat } from './desk-seat.ts';
import type { OpenFeed } from './feed.ts';
import { LINGER_MS } from './feed-choices.ts';

export type { OpenAccount } from './desk-account.ts';
export { provideDesk, theDesk } from './desk-place.ts';

/** How accounts and feeds come to be. What is rejected here is shown to the user with its `code` and message, and tried again. */
export interface DeskPorts {
  /** `held`: the markets in which the desk's accounts of that environment have positions or orders. */
  openFeed: (environment: Environment, held: () => Iterable<string>) => Promise<OpenFeed>;
  /** Never two at a time for one environment and label. */
  openAccount: (wanted: AccountWanted, feed: FeedView) => Promise<OpenAccount>;
}

export interface DeskOptions {
  /** The environment that the program was started for. */
  started: Environment;
  ports: DeskPorts;
  outbox: Outbox;
  wall: WallTimer;
  activity: Activity;
  /** A listener has thrown, or closing has failed. */
  onDefect: (cause: unknown) => void;
}

/** A desk with the end that its owner holds. */
export interface OpenDesk extends Desk {
  /** Why something that is wanted cannot be had, where it is more than a wait for the first answer. */
  problem(): DeskProblem | undefined;
  /** At shutdown: ends the accounts, which finish what is under way, and then the feeds. */
  closeAll(): Promise<void>;
}

export function createDesk(options: DeskOptions): OpenDesk {
  return new SharedDesk(options);
}

class SharedDesk implements OpenDesk {
  readonly started: Environment;
  readonly #options: DeskOptions;
  readonly #feeds = new Map<Environment, Seat<OpenFeed>>();
  readonly #accounts = new Map<string, AccountSeat>();
  readonly #listeners = new Set<() => void>();
  #isClosed = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.started = options.started;
  }

  attach(wanted: AccountWanted): Attachment {
    const by = {};
    return wanted.scope === 'all' ? this.#attachAll(wanted, by) : this.#attachOne(wanted, by);
  }

  accounts(): readonly AccountView[] {
    return [...this.#accounts.values()].flatMap((seat) => seat.account() ?? []);
  }

  feeds(): readonly FeedView[] {
    return [...this.#feeds.values()].flatMap((seat) => seat.value() ?? []);
  }

  problem(): DeskProblem | undefined {
    const feeds = [...this.#feeds.values()].map((seat) => seat.problem());
    const accounts = [...this.#accounts.values()].map((seat) => seat.trouble());
    // The newest: what nobody wants any more stays a while, with its own reason.
    return [...feeds, ...accounts].findLast((problem) => problem !== undefined && problem !== CONNECTING);
  }

  onChange(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#accounts.values()].map((seat) => seat.close()));
    await Promise.all([...this.#feeds.values()].map((seat) => seat.close()));
    this.#changed();
    this.#listeners.clear();
  }

  #attachAll(wanted: AccountWanted, by: object): Attachment {
    const { environment } = wanted;
    if (!this.#isClosed) this.#feedSeat(environment).hold(by);
    const accounts = () => this.#of(environment).flatMap((seat) => seat.account() ?? []);
    return new DeskAttachment(wanted, {
      environment: () => environment,
      accounts,
      feed: () => this.#feeds.get(environment)?.value(),
      problem: () => this.#feedProblem(environment) ?? (accounts().length === 0 ? noAccounts(environment) : undefined),
      listen: (listener) => this.onChange(listener),
      post: (alert) => this.#options.outbox.post(alert),
      release: () => this.#feeds.get(environment)?.release(by),
    });
  }

  #attachOne(wanted: AccountWanted, by: object): Attachment {
    if (!this.#isClosed) (this.#blocking(wanted) ?? this.#accountSeat(wanted)).claim(by, wanted);
    const seat = () => this.#claimed(by);
    const environment = () => seat()?.wanted.environment ?? wanted.environment;
    return new DeskAttachment(wanted, {
      environment,
      accounts: () => {
        const account = seat()?.served(by);
        return account === undefined ? [] : [account];
      },
      feed: () => this.#feeds.get(environment())?.value(),
      problem: () => {
        const own = seat()?.problem(by);
        // An account that waits for its feed has no better reason than the feed's.
        return own === undefined || own === CONNECTING ? (this.#feedProblem(environment()) ?? own) : own;
      },
      listen: (listener) => this.onChange(listener),
      post: (alert) => this.#options.outbox.post(alert),
      release: () => {
        seat()?.release(by);
        this.#changed();
      },
    });
  }

  /** The account under this label in another environment that nobody else has any more and that is not flat: it goes on first. */
  #blocking({ environment, label }: AccountWanted): AccountSeat | undefined {
    return [...this.#accounts.values()].find(
      (seat) => seat.wanted.label === label && seat.wanted.environment !== environment && !seat.isWantedHere() && !seat.isFlat(),
    );
  }

  #claimed(by: object): AccountSeat | undefined {
    return [...this.#accounts.values()].find((seat) => seat.isClaimedBy(by));
  }

  #of(environment: Environment): AccountSeat[] {
    return [...this.#accounts.values()].filter((seat) => seat.wanted.environment === environment);
  }

  #accountSeat(wanted: AccountWanted): AccountSeat {
    const { environment, label } = wanted;
    const key = `${environment}|${label}`;
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const feeds = this.#feedSeat(environment);
    const { wall, activity, onDefect } = this.#options;
    let stopListening = () => {};
    const seat = new AccountSeat({
      wanted,
      wall,
      activity,
      onDefect,
      lingerMs: LINGER_MS,
      open: async (inForce) => {
        feeds.hold(seat);
        const account = await this.#options.ports.openAccount(inForce, await feeds.settled());
        const look = () => this.#accountChanged(seat);
        stopListening = account.listen({ changed: look, state: look });
        return account;
      },
      close: async (account) => {
        stopListening();
        await account.stop();
      },
      changed: () => this.#changed(),
      gone: () => {
        if (this.#accounts.get(key) === seat) this.#accounts.delete(key);
        feeds.release(seat, false);
        this.#changed();
      },
    });
    this.#accounts.set(key, seat);
    return seat;
  }

  #feedSeat(environment: Environment): Seat<OpenFeed> {
    const known = this.#feeds.get(environment);
    if (known !== undefined) return known;
    const { wall, activity, onDefect, ports } = this.#options;
    const seat: Seat<OpenFeed> = new Seat({
      wall,
      activity,
      onDefect,
      lingerMs: LINGER_MS,
      open: () => ports.openFeed(environment, () => this.#held(environment)),
      close: (feed) => feed.close(),
      changed: () => {
        for (const account of this.#of(environment)) account.retry();
        this.#changed();
      },
      gone: () => {
        if (this.#feeds.get(environment) === seat) this.#feeds.delete(environment);
        this.#changed();
      },
    });
    this.#feeds.set(environment, seat);
    return seat;
  }

  *#held(environment: Environment): Iterable<string> {
    for (const seat of this.#of(environment)) {
      const account = seat.account();
      if (account === undefined) continue;
      for (const { status, ticker } of account.positions()) if (status === 'open') yield ticker;
      for (const { ticker } of account.ordersUnderWay()) yield ticker;
    }
  }

  #accountChanged(seat: AccountSeat): void {
    this.#feeds.get(seat.wanted.environment)?.value()?.heldChanged();
    seat.review();
    const strangers = seat.strangers();
    if (strangers.length === 0 || !seat.isFlat()) return;
    for (const [by, wanted] of strangers) {
      this.#accountSeat(wanted).claim(by, wanted);
      seat.release(by, false);
    }
    this.#changed();
  }

  #feedProblem(environment: Environment): DeskProblem | undefined {
    if (this.#isClosed) return DESK_CLOSED;
    return this.#feeds.get(environment)?.problem();
  }

  #changed(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (cause) {
        this.#options.onDefect(cause);
      }
    }
  }
}
