/**
 * Everything of Courtside but its pages and flows: memory, alerts, the environments, and the desk where nodes find accounts and feeds.
 * What cannot be had yet (a database, an exchange) is told to whoever asks for an account, and tried again.
 */
import { join } from 'node:path';
import { openAccount } from '../account/account.ts';
import type { AccountWanted, Desk, FeedView } from '../account/contract.ts';
import { createDesk, type OpenAccount, type OpenDesk } from '../account/desk.ts';
import type { DeskProblem } from '../account/desk-problems.ts';
import { openFeed } from '../account/feed.ts';
import { createReconciler } from '../account/reconciler.ts';
import { keepTrackedGames } from '../account/tracked-games.ts';
import type { Credentials } from '../kalshi/signing.ts';
import type { KalshiVenue } from '../kalshi/venue/venue.ts';
import { systemClock } from '../kalshi/wall-clock.ts';
import { codeOf } from '../trading/errors.ts';
import type { Environment } from '../trading/ports/venue.ts';
import { ActivityMeter } from './activity.ts';
import type { Configuration } from './configuration.ts';
import { DatabaseHolder } from './database.ts';
import { type Log, sparingLog } from './log.ts';
import { demoPlace, fingerprintOf, type Place, type PlaceParts, practicePlace, refusalOf } from './place.ts';
import type { PracticeExchange } from './practice.ts';
import { type TimedVenue, timedVenue } from './timed-venue.ts';
import { Turns } from './turns.ts';

export interface EngineOptions {
  configuration: Configuration;
  /** The practice exchange of this process; made when the first account of practice is asked for. */
  openPractice: () => Promise<PracticeExchange>;
  log: Log;
}

export interface Engine {
  readonly desk: Desk;
  readonly database: DatabaseHolder;
  readonly activity: ActivityMeter;
  /** Opens the database. One that cannot be opened now is told by every account, and tried again. */
  begin(): Promise<void>;
  /** The practice exchange, once it runs. */
  practice(): PracticeExchange | undefined;
  /** An environment that is in use. */
  place(environment: Environment): Place | undefined;
  /** The venue of an account that is or was open. */
  venue(accountId: string): TimedVenue<KalshiVenue> | undefined;
  /** Why accounts or their market data cannot be had; undefined where they can, or where the first answer is still to come. */
  problem(): DeskProblem | undefined;
  /** Resolves when everything that the exchange has sent so far, and the scores as they are, have been taken in. */
  takeIn(environment: Environment): Promise<void>;
  /** Resolves when nothing is under way, and nothing that follows from what was taken in. */
  rest(): Promise<void>;
  /** Reads every game's score now. */
  readScores(environment: Environment): Promise<void>;
  close(): Promise<void>;
}

/** The same problem of a connection is told again after so long. */
const PROBLEM_AGAIN_MS = 60_000;

/** An engine whose desk can be used at once; `begin` opens what it stands on. */
export function createEngine(options: EngineOptions): Engine {
  return new CourtsideEngine(options);
}

class CourtsideEngine implements Engine {
  readonly database: DatabaseHolder;
  readonly activity = new ActivityMeter();
  readonly desk: Desk;
  readonly #options: EngineOptions;
  readonly #desk: OpenDesk;
  readonly #places = new Map<Environment, Promise<Place>>();
  readonly #open = new Map<Environment, Place>();
  readonly #venues = new Map<string, TimedVenue<KalshiVenue>>();
  readonly #turns = new Turns();
  readonly #data = new Map<Environment, ReturnType<Place['data']>>();
  /** What nodes have brought along, by label: one of them is what an environment's data are read with. */
  readonly #brought = new Map<Environment, Map<string, Credentials | undefined>>();
  readonly #feedAttempts = new Map<Environment, number>();
  #exchange: PracticeExchange | undefined;

  constructor(options: EngineOptions) {
    const { configuration } = options;
    this.#options = options;
    this.database = new DatabaseHolder({
      url: configuration.databaseUrl,
      file: join(configuration.home, 'courtside.db'),
      webhookUrl: configuration.discordWebhookUrl,
      wall: systemClock,
      activity: this.activity,
    });
    this.#desk = createDesk({
      ports: {
        openFeed: (environment, held) => this.#openFeed(environment, held),
        openAccount: (wanted, feed) => this.#openAccount(wanted, feed),
      },
      outbox: this.database.outbox,
      wall: systemClock,
      activity: this.activity,
      started: configuration.environment,
      onDefect: (cause) => this.#defect(cause),
    });
    this.desk = { ...deskOf(this.#desk), attach: (wanted) => this.#attach(wanted) };
  }

  async begin(): Promise<void> {
    await this.database.open().catch((cause: unknown) => this.#options.log.say('error', wordsOf(cause)));
  }

  practice(): PracticeExchange | undefined {
    return this.#exchange;
  }

  place(environment: Environment): Place | undefined {
    return this.#open.get(environment);
  }

  venue(accountId: string): TimedVenue<KalshiVenue> | undefined {
    return this.#venues.get(accountId);
  }

  problem(): DeskProblem | undefined {
    return this.#desk.problem();
  }

  async takeIn(environment: Environment): Promise<void> {
    const open = this.#data.get(environment);
    const venues = [...this.#venues.values()].map(({ venue }) => venue).filter((venue) => venue.environment === environment);
    await Promise.all([open?.data.caughtUp(), ...venues.map((venue) => venue.caughtUp())]);
    await open?.scores.refresh();
  }

  async rest(): Promise<void> {
    // A turn that waits is work that nobody but this will end.
    do await this.activity.rest(() => this.#turns.waiting);
    while (this.#turns.flush());
  }

  async readScores(environment: Environment): Promise<void> {
    await this.#data.get(environment)?.scores.refresh();
  }

  async close(): Promise<void> {
    await this.#desk.closeAll();
    await Promise.all([...this.#open.values()].map((place) => place.close()));
    await this.database.close();
    await this.#exchange?.close();
  }

  #attach(wanted: AccountWanted): ReturnType<Desk['attach']> {
    const { environment, label, scope, credentials } = wanted;
    const brought = this.#brought.get(environment) ?? new Map<string, Credentials | undefined>();
    if (scope === 'one') this.#brought.set(environment, brought.set(label, credentials));
    return this.#desk.attach(wanted);
  }

  /** In turn, attempt by attempt: an account with a bad key must not keep the others from their data. */
  #credentialsForData(place: Place): Credentials {
    const brought = [...(this.#brought.get(place.environment) ?? [])];
    const attempt = this.#feedAttempts.get(place.environment) ?? 0;
    this.#feedAttempts.set(place.environment, attempt + 1);
    const [label, given] = brought[attempt % brought.length] ?? ['main', undefined];
    return place.credentialsFor(label, given);
  }

  async #openFeed(environment: Environment, held: () => Iterable<string>): ReturnType<typeof openFeed> {
    const place = await this.#placeOf(environment);
    const store = await this.database.open();
    const open = place.data(this.#credentialsForData(place));
    this.#data.set(environment, open);
    return openFeed({
      key: place.night === '' ? environment : `${environment}:${place.night}`,
      environment,
      ...open,
      memory: store.feeds,
      clock: place.clock,
      wall: systemClock,
      activity: this.activity,
      held,
      ...(place.isStepped ? { nextTurn: this.#turns.next } : {}),
      onDefect: (cause) => this.#defect(cause),
    });
  }

  async #openAccount(wanted: AccountWanted, feed: FeedView): Promise<OpenAccount> {
    const { environment, label } = wanted;
    const place = await this.#placeOf(environment);
    const store = await this.database.open();
    const credentials = place.credentialsFor(label, wanted.credentials);
    const row = await store.accounts.connect({
      environment,
      label,
      night: place.night,
      keyFingerprint: fingerprintOf(credentials),
      // Nothing but practice trades before a person has switched it on.
      entriesEnabled: environment === 'practice',
      atMs: place.clock.nowMs(),
    });
    const timed = timedVenue(place.venue(credentials), () => systemClock.monotonicMs());
    this.#venues.set(row.id, timed);
    const account = openAccount({
      row,
      venue: timed.venue,
      memory: store,
      outbox: this.database.outbox,
      clock: place.clock,
      wall: systemClock,
      activity: this.activity,
      feed: () => feed,
      reconcile: createReconciler({ wall: systemClock }),
    });
    await account.start();
    const stopTracking = keepTrackedGames({
      accountId: row.id,
      feed,
      memory: store.feeds,
      clock: place.clock,
      activity: this.activity,
      onFailed: (cause) => this.#options.log.say('warn', `tracked games could not be written: ${wordsOf(cause)}`),
    });
    account.listen({
      state: ({ status }) => {
        if (status === 'closed') stopTracking();
      },
    });
    return account;
  }

  #placeOf(environment: Environment): Promise<Place> {
    const known = this.#places.get(environment);
    if (known !== undefined) return known;
    const opening = this.#openPlace(environment);
    this.#places.set(environment, opening);
    // What failed is tried again by whoever asks next.
    opening.catch(() => this.#places.delete(environment));
    return opening;
  }

  async #openPlace(environment: Environment): Promise<Place> {
    const refusal = refusalOf(environment);
    if (refusal !== undefined) throw refusal;
    const { configuration } = this.#options;
    const log = sparingLog(this.#options.log, PROBLEM_AGAIN_MS, () => systemClock.monotonicMs());
    const parts: PlaceParts = {
      configuration,
      activity: this.activity,
      wall: systemClock,
      onProblem: ({ code, message, cause }) =>
        log.say('warn', `${code} ${message}${cause === undefined ? '' : `: ${wordsOf(cause)}`}`),
    };
    const place = environment === 'practice' ? await practicePlace(parts, await this.#practice()) : demoPlace(parts);
    this.#open.set(environment, place);
    return place;
  }

  async #practice(): Promise<PracticeExchange> {
    if (this.#exchange === undefined) {
      const { openPractice, log } = this.#options;
      const opened = await openPractice();
      void opened.failure.then((reason) => log.say('error', `the practice exchange has ended: ${wordsOf(reason)}`));
      this.#exchange = opened;
    }
    return this.#exchange;
  }

  #defect(cause: unknown): void {
    this.#options.log.say('error', cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  }
}

/** The desk as nodes see it: its end is the engine's. */
function deskOf(desk: OpenDesk): Desk {
  return {
    started: desk.started,
    attach: (wanted) => desk.attach(wanted),
    accounts: () => desk.accounts(),
    feeds: () => desk.feeds(),
    onChange: (listener) => desk.onChange(listener),
  };
}

export function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = codeOf(cause);
  return code === undefined ? cause.message : `${code} ${cause.message}`;
}
