/**
 * A night: its course and its journal in one process, under one clock. Everything that changes the exchange goes through
 * here, is journaled first and told afterwards.
 */
import type { PracticeClock } from './clock.ts';
import { Course } from './course.ts';
import type { AnswerOf, Command, CommandKind, CommandOf } from './engine/commands.ts';
import type { ExchangeEvent } from './engine/events.ts';
import type { Exchange } from './engine/exchange.ts';
import { Refusal } from './engine/refusal.ts';
import { ExchangeError } from './errors.ts';
import { type Entry, type Journal, type NightHeader, noJournal } from './journal.ts';
import { Replica } from './replica.ts';
import type { Scenario } from './scenario/types.ts';
import type { Tape } from './tape.ts';

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
  /** Told once when the night cannot go on. */
  onFailure?: (failure: Error) => void;
}

export type EventListener = (events: ExchangeEvent[]) => void;

/** How long one turn may work before sockets and timers get theirs. */
const TURN_MS = 8;
/** How often a running night in which nothing happens journals how late it is: a killed one goes on no earlier. Real time. */
const HEARTBEAT_MS = 1_000;
const ALL = Number.POSITIVE_INFINITY;

export class Night {
  readonly exchange: Exchange;
  readonly replica: Replica;
  readonly tape: Tape;
  readonly clock: PracticeClock;
  readonly header: NightHeader;
  private readonly course: Course;
  private readonly journal: Journal;
  private readonly wallMs: () => number;
  private readonly onFailure: ((failure: Error) => void) | undefined;
  private readonly listeners = new Set<EventListener>();
  private journaledWallMs = 0;
  private cancelTurn: () => void = () => {};
  private isRunning = false;
  private isStopped = false;
  private failure: Error | undefined;

  /** Throws `EXCHANGE_JOURNAL_UNREADABLE` for a history that does not fit the scenario. */
  constructor(options: NightOptions) {
    this.header = options.header;
    this.wallMs = options.wallMs;
    this.journal = options.journal ?? noJournal;
    this.onFailure = options.onFailure;
    this.course = new Course(options.header, options.scenario);
    this.exchange = this.course.exchange;
    this.tape = this.course.tape;
    this.replica = new Replica({ wallMs: options.wallMs, lagMs: 0, startMs: options.scenario.startMs });
    for (const [index, entry] of (options.history ?? []).entries()) {
      this.course.relive(entry, index + 2);
      this.tell();
    }
    this.replica.lagMs = options.readLagMs;
    this.clock = options.makeClock(this.exchange.nowMs);
    this.clock.reach(this.exchange.nowMs);
  }

  /** Scenario events delivered so far. */
  get delivered(): number {
    return this.course.delivered;
  }

  /** Whether the scenario has nothing more and nothing of the exchange's own is due. */
  get isOver(): boolean {
    return this.nextDueMs === undefined;
  }

  /** When the next event is due, market time; undefined when the night is over. */
  get nextDueMs(): number | undefined {
    return this.course.nextDueMs();
  }

  /** Market time, after everything due by now has happened. Throws once the night has failed. */
  nowMs(): number {
    if (this.failure) throw this.failure;
    if (!this.isStopped) this.catchUp();
    return Math.max(this.clock.nowMs(), this.exchange.nowMs);
  }

  /** Called with each batch of events, after it is journaled. Returns how to stop listening. */
  listen(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Carries out a command now and journals it, or throws a `Refusal` with nothing changed. Any other error ends the night:
   * what has happened is no longer what the journal says.
   */
  execute<K extends CommandKind>(command: CommandOf<K>): AnswerOf<K> {
    this.checkOpen();
    this.passTo(this.clock.nowMs());
    let answer: AnswerOf<K>;
    try {
      answer = this.course.apply(command);
    } catch (error) {
      if (!(error instanceof Refusal)) throw this.fail(error);
      this.commitProgress();
      throw error;
    }
    this.commit(command as Command);
    // What is due next may be of this command's making, such as an expiry.
    this.schedule();
    return answer;
  }

  /** Begins to deliver events as their time comes. In lockstep they wait for `step`. */
  start(): void {
    this.isRunning = true;
    this.journaledWallMs = this.wallMs();
    this.schedule();
  }

  /** Ends the night at the market time that it is. Commands are refused from then on. */
  stop(): void {
    if (this.isStopped || this.failure) return;
    this.isRunning = false;
    this.cancelTurn();
    this.unasked(() => {
      this.commitTime(this.clock.nowMs());
      this.isStopped = true;
      this.journal.close();
    });
  }

  /** Delivers the next event, whatever the clock says. Returns false when the night is over. */
  step(): boolean {
    this.checkOpen();
    const dueMs = this.course.nextDueMs();
    if (dueMs === undefined) return false;
    this.deliver(dueMs, 1);
    this.commitProgress();
    return true;
  }

  /** In lockstep: lets market time go on to `atMs`, though not to the next event. Nothing happens; a resumed night forgets it. */
  pass(atMs: number): void {
    this.checkOpen();
    if (!this.clock.isLockstep) return;
    const dueMs = this.nextDueMs ?? Number.POSITIVE_INFINITY;
    this.clock.reach(Math.min(atMs, dueMs - 1));
  }

  private checkOpen(): void {
    if (this.failure) throw this.failure;
    if (this.isStopped) throw new Refusal(503, 'exchange_unavailable', 'the practice exchange is closing');
  }

  /** Delivers what is due by now before anybody looks: a reader never sees a present that lacks its past. */
  private catchUp(): void {
    if (this.clock.isLockstep || this.clock.speed === Number.POSITIVE_INFINITY) return;
    this.deliver(this.clock.nowMs(), ALL);
    this.commitProgress();
  }

  /** Lets market time come to `atMs`. In lockstep the scenario waits for `step`. */
  private passTo(atMs: number): void {
    if (!this.clock.isLockstep) this.deliver(atMs, ALL);
    this.course.advanceTo(atMs);
  }

  private deliver(atMs: number, most: number): number {
    const count = this.course.happen(atMs, most);
    this.clock.reach(this.exchange.nowMs);
    return count;
  }

  private commitProgress(): void {
    if (this.course.isAhead) this.commit();
  }

  /** Lets market time come to `atMs` and journals that it has. */
  private commitTime(atMs: number): void {
    const hasPassed = atMs > this.exchange.nowMs;
    this.passTo(atMs);
    if (hasPassed) this.commit();
    else this.commitProgress();
  }

  private commit(command?: Command): void {
    const progress = { delivered: this.delivered, atMs: this.exchange.nowMs };
    try {
      this.journal.append(command ? { ...progress, command } : progress);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const text = `the night ends here, its journal cannot be written: ${reason}`;
      throw this.fail(new ExchangeError('EXCHANGE_JOURNAL_FAILED', text, { cause }));
    }
    this.journaledWallMs = this.wallMs();
    this.tell();
  }

  private tell(): void {
    const instants = this.course.takeInstants();
    if (instants.length === 0) return;
    for (const { events, atMs } of instants) this.replica.ingest(events, atMs);
    const events = instants.flatMap((instant) => instant.events);
    for (const listener of this.listeners) listener(events);
  }

  private schedule(): void {
    this.cancelTurn();
    if (!this.isRunning || this.clock.isLockstep) return;
    const dueMs = this.course.nextDueMs();
    if (this.clock.speed !== Number.POSITIVE_INFINITY) {
      const waitMs = dueMs === undefined ? HEARTBEAT_MS : Math.min(HEARTBEAT_MS, Math.ceil(this.clock.untilMs(dueMs)));
      const turn = setTimeout(() => this.unasked(() => this.turn()), waitMs);
      this.cancelTurn = () => clearTimeout(turn);
    } else if (dueMs !== undefined) {
      const turn = setImmediate(() => this.unasked(() => this.turn()));
      this.cancelTurn = () => clearImmediate(turn);
    }
  }

  private turn(): void {
    const untilMs = this.wallMs() + TURN_MS;
    const isUnbounded = this.clock.speed === Number.POSITIVE_INFINITY;
    const horizonMs = isUnbounded ? Number.POSITIVE_INFINITY : this.clock.nowMs();
    let isIdle = false;
    while (!isIdle && this.wallMs() < untilMs) isIdle = this.deliver(horizonMs, 64) < 64;
    const isQuiet = this.wallMs() - this.journaledWallMs >= HEARTBEAT_MS;
    if (isIdle && isQuiet && !isUnbounded) this.commitTime(horizonMs);
    else this.commitProgress();
    this.schedule();
  }

  /** Does what nobody has asked for, so that there is no caller to be told that it failed. */
  private unasked(act: () => void): void {
    try {
      act();
    } catch (error) {
      const failure = this.fail(error);
      if (!this.onFailure) throw failure;
    }
  }

  /** Ends the night where it is: nobody is told what is not journaled. Returns the error that it ends with. */
  private fail(error: unknown): Error {
    if (this.failure) return this.failure;
    this.failure = error instanceof Error ? error : new Error(String(error));
    this.isRunning = false;
    this.cancelTurn();
    this.journal.close();
    this.onFailure?.(this.failure);
    return this.failure;
  }
}
