/** The breaker of one account: evaluated on every event that can change it, its trips stored before they are told. */
import {
  type BreakerReadings,
  type BreakerRule,
  type BreakerState,
  type BreakerVerdict,
  evaluateBreaker,
  resetBreaker,
  type Trip,
  tripByHand,
} from '../trading/breaker.ts';
import type { Actor, Signal } from '../trading/cause.ts';
import type { TripEvent } from '../trading/ports/memory.ts';
import { type Ground, logLine, postAlert } from './ground.ts';
import { tripEvent } from './news.ts';

export class Guard {
  readonly #ground: Ground;
  readonly #readings: () => BreakerReadings;
  readonly #isBalanceKnown: () => boolean;
  readonly #changed: () => void;

  constructor(ground: Ground, readings: () => BreakerReadings, isBalanceKnown: () => boolean, changed: () => void) {
    this.#ground = ground;
    this.#readings = readings;
    this.#isBalanceKnown = isBalanceKnown;
    this.#changed = changed;
  }

  /** Reads the breaker as it is committed. In turn, so that no trip of a person falls between the reading and what is done with it. */
  load(): Promise<void> {
    const { pen, books, memory, accountId } = this.#ground;
    return pen.write(async () => {
      books.breaker = await memory.rules.breaker(accountId);
    });
  }

  trips(): readonly Trip[] {
    return this.#ground.books.breaker.trips;
  }

  preview(signal: Pick<Signal, 'cause'>, addsE6: number): BreakerVerdict {
    const { books, limits } = this.#ground;
    return evaluateBreaker(books.breaker, this.#readings(), limits(), { leg: signal.cause.leg, addsE6 }).verdict;
  }

  /** What a transaction has made of it: its trips and releases are told. */
  adopt(state: BreakerState): void {
    const { books } = this.#ground;
    const before = books.breaker.trips;
    books.breaker = state;
    for (const trip of state.trips) if (!before.some((one) => isSame(one, trip))) this.tell('trip', trip);
    for (const trip of before) if (!state.trips.some((one) => one.rule === trip.rule)) this.tell('release', trip);
  }

  /** Looks at all limits now; a trip or a release is committed, then told. */
  look(): void {
    // Shares of a capital that nobody has read yet are shares of nothing: any loss would exceed them.
    if (!this.#isBalanceKnown()) return;
    const { tripped, released } = this.#evaluate();
    if (tripped.length > 0 || released.length > 0) this.#ground.pen.keep('breaker', () => this.#commit());
  }

  async trip(note: string, actor: Actor): Promise<void> {
    const { nowMs, tradingDay } = this.#readings();
    await this.#save('trip', 'manual', { actor, note, atMs: nowMs }, (before) =>
      tripByHand(before, { note, atMs: nowMs, tradingDay }),
    );
  }

  /** False where the rule has not tripped. Throws a MemoryFailure. */
  async reset(rule: BreakerRule, note: string, actor: Actor): Promise<boolean> {
    const readings = this.#readings();
    return this.#save('reset', rule, { actor, note, atMs: readings.nowMs }, (before) => resetBreaker(before, rule, readings));
  }

  /** Alerts once per trip, however often it is told: also for those that stood when the program ended. */
  tell(kind: TripEvent['kind'], trip: Trip): void {
    const { accountId, audience } = this.#ground;
    const words = kind === 'trip' ? trip.reason : `${ruleText(trip)} blocks entries no more: ${trip.reason}`;
    const level = kind === 'trip' ? 'warning' : 'info';
    logLine(this.#ground, level, 'system', words, { rule: trip.rule, kind, reading: trip.reading, limit: trip.limit });
    this.alert(kind, trip, accountId);
    audience.tell((listener) => listener.trip?.({ kind, trip }));
    this.#changed();
  }

  alert(kind: TripEvent['kind'], trip: Trip, accountId: string): void {
    const title = kind === 'trip' ? `Entries blocked: ${trip.reason}` : `${capital(ruleText(trip))} blocks entries no more`;
    const level = kind === 'trip' ? 'warning' : 'info';
    const key = [kind, accountId, trip.rule, trip.trippedMs].join('|');
    postAlert(this.#ground, {
      kind: 'trip',
      key,
      level,
      title,
      facts: [
        ['Limit', ruleText(trip)],
        ['Until', untilText(trip)],
      ],
    });
  }

  #evaluate() {
    const { books, limits } = this.#ground;
    return evaluateBreaker(books.breaker, this.#readings(), limits());
  }

  async #commit(): Promise<void> {
    const { books, memory, accountId, clock } = this.#ground;
    const { state, tripped, released } = this.#evaluate();
    if (tripped.length === 0 && released.length === 0) return;
    const atMs = clock.nowMs();
    const events = [
      ...tripped.map((trip) => tripEvent('trip', trip, atMs)),
      ...released.map((trip) => tripEvent('release', trip, atMs)),
    ];
    await memory.rules.saveBreaker(accountId, state, events);
    books.breaker = state;
    for (const { kind, trip } of events) this.tell(kind, trip);
  }

  /**
   * From what is committed when its turn comes: another write may have changed it meanwhile, and the account may not be loaded yet. Says
   * whether there was such a trip.
   */
  async #save(
    kind: 'trip' | 'reset',
    rule: BreakerRule,
    said: Pick<TripEvent, 'actor' | 'note' | 'atMs'>,
    next: (before: BreakerState) => BreakerState,
  ): Promise<boolean> {
    const { books, memory, accountId, pen } = this.#ground;
    const event = await pen.write(async () => {
      const before = await memory.rules.breaker(accountId);
      const state = next(before);
      const trip = (kind === 'trip' ? state : before).trips.find((one) => one.rule === rule);
      if (trip === undefined) return undefined;
      const happened: TripEvent = { kind, trip, ...said };
      await memory.rules.saveBreaker(accountId, state, [happened]);
      books.breaker = state;
      return happened;
    }, true);
    if (event !== undefined) this.tell(event.kind, event.trip);
    return event !== undefined;
  }
}

function isSame(a: Trip, b: Trip): boolean {
  return a.rule === b.rule && a.trippedMs === b.trippedMs;
}

function ruleText(trip: Trip): string {
  return trip.rule.replaceAll('_', ' ');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function untilText(trip: Trip): string {
  const { until, trippedMs } = trip;
  if (until.kind === 'time') return `${Math.round((until.atMs - trippedMs) / 60_000)} minutes after it tripped`;
  if (until.kind === 'next_trading_day') return 'the next trading day, or a reset';
  return until.kind === 'reset' ? 'a person resets it' : 'the reading allows it';
}
