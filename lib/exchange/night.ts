/**
 * A night: the exchange core, its scenario and its journal in one process, under one clock. Everything that changes the
 * exchange goes through here, is journaled first and told afterwards.
 */
import type { PracticeClock } from './clock.ts';
import type { AnswerOf, Command, CommandKind, CommandOf } from './engine/commands.ts';
import type { ExchangeEvent } from './engine/events.ts';
import { Exchange } from './engine/exchange.ts';
import { type Entry, type Journal, type NightHeader, noJournal } from './journal.ts';
import { Replica } from './replica.ts';
import type { Scenario, ScenarioEvent } from './scenario/types.ts';
import { Tape } from './tape.ts';

export interface NightOptions {
  header: NightHeader;
  scenario: Scenario;
  /** The clock, starting at the given market time (the night's start, or where it was resumed). */
  makeClock: (startMs: number) => PracticeClock;
  wallMs: () => number;
  /** How far members' reads lag behind writes, in real milliseconds. */
  readLagMs: number;
  journal?: Journal;
  /** What an earlier process has journaled: it is lived through again before anything else. */
  history?: Entry[];
}

export type EventListener = (events: ExchangeEvent[]) => void;

/** How long one turn may work before sockets and timers get theirs. */
const TURN_MS = 8;
const MAX_TIMER_MS = 2 ** 31 - 1;

export class Night {
  readonly exchange: Exchange;
  readonly replica: Replica;
  readonly tape = new Tape();
  readonly clock: PracticeClock;
  readonly header: NightHeader;
  private readonly journal: Journal;
  private readonly wallMs: () => number;
  private readonly scenario: Iterator<ScenarioEvent>;
  private readonly listeners = new Set<EventListener>();
  private upcoming: ScenarioEvent | undefined;
  private events: ExchangeEvent[] = [];
  private deliveredCount = 0;
  private cancelTurn: () => void = () => {};
  private isRunning = false;

  constructor(options: NightOptions) {
    this.header = options.header;
    this.wallMs = options.wallMs;
    this.journal = options.journal ?? noJournal;
    const { startMs } = options.scenario;
    this.exchange = new Exchange({
      seed: seedOf(options.header.night),
      startMs,
      shards: options.header.shards,
      thursdayPause: options.header.thursdayPause,
      onEvent: (event) => this.events.push(event),
    });
    this.replica = new Replica({ wallMs: options.wallMs, lagMs: 0, startMs });
    this.scenario = options.scenario.events()[Symbol.iterator]();
    this.pull();
    for (const entry of options.history ?? []) this.relive(entry);
    this.replica.lagMs = options.readLagMs;
    this.clock = options.makeClock(this.exchange.nowMs);
    this.clock.reach(this.exchange.nowMs);
  }

  /** Scenario events delivered so far. */
  get delivered(): number {
    return this.deliveredCount;
  }

  /** Whether the scenario has nothing more and nothing of the exchange's own is due. */
  get isOver(): boolean {
    return this.nextDueMs() === undefined;
  }

  /** Market time, after everything due by now has happened. */
  nowMs(): number {
    this.catchUp();
    return Math.max(this.clock.nowMs(), this.exchange.nowMs);
  }

  /** Called with each batch of events, after it is journaled. Returns how to stop listening. */
  listen(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Carries out a command now and journals it, or throws a `Refusal` with nothing changed. */
  execute<K extends CommandKind>(command: CommandOf<K>): AnswerOf<K> {
    const nowMs = this.clock.nowMs();
    if (!this.clock.isLockstep) this.deliverUntil(nowMs, Number.POSITIVE_INFINITY);
    this.exchange.advanceTo(nowMs);
    try {
      const answer = this.exchange.apply(command);
      this.commit(command as Command);
      return answer;
    } catch (refusal) {
      // The command changed nothing, but what came due before it has happened.
      if (this.events.length > 0) this.commit();
      throw refusal;
    }
  }

  /** Begins to deliver events as their time comes. In lockstep they wait for `step`. */
  start(): void {
    this.isRunning = true;
    this.schedule();
  }

  stop(): void {
    this.isRunning = false;
    this.cancelTurn();
    this.journal.close();
  }

  /** Delivers the next event, whatever the clock says. Returns false when the night is over. */
  step(): boolean {
    const dueMs = this.nextDueMs();
    if (dueMs === undefined) return false;
    this.deliverUntil(dueMs, 1);
    this.commit();
    return true;
  }

  private nextDueMs(): number | undefined {
    const own = this.exchange.nextDueMs();
    const next = this.upcoming?.atMs;
    if (own === undefined || next === undefined) return own ?? next;
    return Math.min(own, next);
  }

  /** Delivers what is due by now before anybody looks: a reader never sees a present that lacks its past. */
  private catchUp(): void {
    if (this.clock.isLockstep || this.clock.speed === Number.POSITIVE_INFINITY) return;
    if (this.deliverUntil(this.clock.nowMs(), Number.POSITIVE_INFINITY) > 0) this.commit();
  }

  /** Delivers up to `most` due things, each at its own instant. Returns how many. */
  private deliverUntil(atMs: number, most: number): number {
    let count = 0;
    for (let due = this.nextDueMs(); due !== undefined && due <= atMs && count < most; due = this.nextDueMs()) {
      const event = this.upcoming;
      if (event && event.atMs === due && (this.exchange.nextDueMs() ?? Number.POSITIVE_INFINITY) > due) {
        this.deliver(event);
      } else {
        this.exchange.advanceTo(due);
      }
      this.clock?.reach(due);
      count++;
    }
    return count;
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

  private commit(command?: Command): void {
    const atMs = this.exchange.nowMs;
    this.journal.append(command ? { delivered: this.deliveredCount, atMs, command } : { delivered: this.deliveredCount, atMs });
    this.tell(atMs);
  }

  private tell(atMs: number): void {
    const { events } = this;
    this.events = [];
    this.tape.ingest(events, atMs);
    this.replica.ingest(events, atMs);
    for (const listener of this.listeners) listener(events);
  }

  /** Lives one journaled entry again: the scenario up to where it was, the time, the command. */
  private relive(entry: Entry): void {
    while (this.deliveredCount < entry.delivered && this.upcoming) this.deliver(this.upcoming);
    this.exchange.advanceTo(entry.atMs);
    if (entry.command) this.exchange.apply(entry.command);
    this.tell(entry.atMs);
  }

  private schedule(): void {
    if (!this.isRunning || this.clock.isLockstep) return;
    const dueMs = this.nextDueMs();
    if (dueMs === undefined) return;
    if (this.clock.speed === Number.POSITIVE_INFINITY) {
      const turn = setImmediate(() => this.turn());
      this.cancelTurn = () => clearImmediate(turn);
    } else {
      const turn = setTimeout(() => this.turn(), Math.min(MAX_TIMER_MS, Math.ceil(this.clock.untilMs(dueMs))));
      this.cancelTurn = () => clearTimeout(turn);
    }
  }

  private turn(): void {
    const untilMs = this.wallMs() + TURN_MS;
    const horizonMs = this.clock.speed === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : this.clock.nowMs();
    let isIdle = false;
    while (!isIdle && this.wallMs() < untilMs) isIdle = this.deliverUntil(horizonMs, 64) < 64;
    if (this.events.length > 0 || !isIdle) this.commit();
    this.schedule();
  }
}

/** Ids follow from the night's name, so that two nights of the same games never share one. FNV-1a, 32 bits. */
function seedOf(night: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < night.length; at++) hash = Math.imul(hash ^ night.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
