/**
 * The course of a night: the exchange core and its scenario under market time, one instant after the other, and the tape that
 * runs along. The same header, scenario, times and commands give the same course. It knows no clock, file or socket.
 */
import type { AnswerOf, CommandKind, CommandOf } from './engine/commands.ts';
import type { ExchangeEvent } from './engine/events.ts';
import { Exchange } from './engine/exchange.ts';
import { isLongSettled } from './engine/prune.ts';
import { badRequest, Refusal } from './engine/refusal.ts';
import { ExchangeError } from './errors.ts';
import type { Entry, NightHeader } from './journal.ts';
import type { Scenario, ScenarioEvent } from './scenario/types.ts';
import { Tape } from './tape.ts';

/** What happened at one market time. */
export interface Instant {
  atMs: number;
  events: ExchangeEvent[];
}

export class Course {
  readonly exchange: Exchange;
  readonly tape = new Tape();
  private readonly scenario: Iterator<ScenarioEvent>;
  private upcoming: ScenarioEvent | undefined;
  private deliveredCount = 0;
  /** What has happened at the present instant. */
  private events: ExchangeEvent[] = [];
  private instants: Instant[] = [];
  private hasMoved = false;

  constructor(header: NightHeader, scenario: Scenario) {
    this.exchange = new Exchange({
      seed: seedOf(header.night),
      startMs: scenario.startMs,
      shards: header.shards,
      thursdayPause: header.thursdayPause,
      onEvent: (event) => this.events.push(event),
    });
    this.scenario = scenario.events()[Symbol.iterator]();
    this.pull();
  }

  /** Scenario events delivered so far. */
  get delivered(): number {
    return this.deliveredCount;
  }

  /** Whether anything has happened, with events or without, since `takeInstants`. */
  get isAhead(): boolean {
    return this.hasMoved;
  }

  /** When something is due next, of the scenario or the exchange's own, or undefined. */
  nextDueMs(): number | undefined {
    const own = this.exchange.nextDueMs();
    const next = this.upcoming?.atMs;
    if (own === undefined || next === undefined) return own ?? next;
    return Math.min(own, next);
  }

  /** Lets up to `most` things happen that are due by `atMs`, each at its own instant. Returns how many. */
  happen(atMs: number, most: number): number {
    let count = 0;
    for (let due = this.nextDueMs(); due !== undefined && due <= atMs && count < most; due = this.nextDueMs()) {
      this.happenNext(due);
      count++;
    }
    return count;
  }

  /** Lets market time come to `atMs`; the scenario's events wait, the exchange's own happen. */
  advanceTo(atMs: number): void {
    this.exchange.advanceTo(atMs);
    this.note();
  }

  /** Carries out a command now, or throws a `Refusal` and changes nothing. */
  apply<K extends CommandKind>(command: CommandOf<K>): AnswerOf<K> {
    const answer = this.exchange.apply(command);
    this.note();
    return answer;
  }

  /** What has happened since this was last asked, oldest first. */
  takeInstants(): Instant[] {
    const { instants } = this;
    this.instants = [];
    this.hasMoved = false;
    return instants;
  }

  /** Goes through a line of the journal again. Throws `EXCHANGE_JOURNAL_UNREADABLE` where it does not fit. */
  relive(entry: Entry, line: number): void {
    try {
      this.comeTo(entry);
      if (entry.command) this.apply(entry.command);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      const text = `line ${line} of the night's journal cannot be lived again (${cause.message}): give another --dir`;
      throw new ExchangeError('EXCHANGE_JOURNAL_UNREADABLE', text, { cause });
    }
  }

  private comeTo({ delivered, atMs }: Entry): void {
    while (this.deliveredCount < delivered) {
      const dueMs = this.nextDueMs();
      if (dueMs === undefined || dueMs > atMs) throw badRequest('the scenario has not come so far by then');
      this.happenNext(dueMs);
    }
    for (let due = this.exchange.nextDueMs(); due !== undefined && due <= atMs; due = this.exchange.nextDueMs()) {
      this.advanceTo(due);
    }
    this.advanceTo(atMs);
  }

  /** What the exchange itself has to do comes before the scenario's. */
  private happenNext(dueMs: number): void {
    const event = this.upcoming;
    if (event && event.atMs === dueMs && (this.exchange.nextDueMs() ?? Number.POSITIVE_INFINITY) > dueMs) {
      this.deliver(event);
    } else {
      this.exchange.advanceTo(dueMs);
    }
    this.hasMoved = true;
    this.note();
  }

  private deliver(event: ScenarioEvent): void {
    this.exchange.advanceTo(event.atMs);
    for (const action of event.actions) this.exchange.perform(action);
    this.deliveredCount++;
    this.pull();
  }

  private pull(): void {
    const next = this.scenario.next();
    this.upcoming = next.done ? undefined : next.value;
  }

  /** Puts on tape what has happened at the present instant, before market time moves on. */
  private note(): void {
    const { events } = this;
    if (events.length === 0) return;
    const atMs = this.exchange.nowMs;
    this.events = [];
    this.hasMoved = true;
    this.instants.push({ atMs, events });
    this.tape.ingest(events, atMs);
    if (events.some((event) => event.kind === 'event')) this.forgetPast();
  }

  /** With every game that is listed, the tape lets go of those that ended long ago. */
  private forgetPast(): void {
    const { markets, nowMs } = this.exchange.state;
    this.tape.forget((ticker) => {
      const market = markets.get(ticker);
      return !market || isLongSettled(market, nowMs);
    });
  }
}

/** Ids follow from the night's name, so that two nights of the same games never share one. FNV-1a, 32 bits. */
function seedOf(night: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < night.length; at++) hash = Math.imul(hash ^ night.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
