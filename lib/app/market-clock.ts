/**
 * Market time, as everything but the network lives by: on practice what the practice exchange says, elsewhere the wall's time as the
 * exchange has it. Neither ever runs back.
 */
import { z } from 'zod';
import type { Clock, WallTimer } from '../trading/ports/clock.ts';
import { MarketTimers } from './market-timers.ts';

/** What the practice exchange says of its time. */
export interface PracticeTime {
  nowMs: number;
  /** Market time over wall time; undefined where it is not known how fast it runs: as fast as can be, or in steps. */
  speed: number | undefined;
  isLockstep: boolean;
}

export interface MarketClock extends Clock {
  /** Lets time be at least `atMs`: what is due by then runs first, in order, each at its own time. */
  advanceTo(atMs: number): void;
  /** When the first that waits is due; undefined: nobody waits. */
  readonly nextDueMs: number | undefined;
  /** Drops every timer and sets no more. */
  close(): void;
}

export interface PracticeMarketClock extends MarketClock {
  /** Time stands still but for `advanceTo`. */
  readonly isLockstep: boolean;
}

export interface PracticeClockOptions {
  read: () => Promise<PracticeTime>;
  wall: WallTimer;
  /** Wall time between two reads of a night that runs; 1 s if not said. */
  everyMs?: number | undefined;
  /** A read has failed; the next follows all the same. */
  onReadFailed?: ((cause: unknown) => void) | undefined;
}

const EVERY_MS = 1_000;
/** Where it is not known how fast time runs, only reading tells. */
const EVERY_UNKNOWN_MS = 100;
/** An exchange that is not heard for so many reads is taken to stand still, as a night that was killed does. */
const READS_MISSED = 3;

/**
 * Reads the practice exchange's time, and goes on with it: between two reads at the night's speed, in lockstep by hand only. Throws what
 * the first read throws.
 */
export async function practiceMarketClock(options: PracticeClockOptions): Promise<PracticeMarketClock> {
  const { read, wall } = options;
  let told = await readAt();
  const { isLockstep } = told.time;
  const everyMs = options.everyMs ?? (told.time.speed === undefined ? EVERY_UNKNOWN_MS : EVERY_MS);
  let cancelRead = () => {};
  let isClosed = false;

  /** Said at some moment between asking and being answered: the middle is the best guess. */
  async function readAt(): Promise<{ time: PracticeTime; atMs: number }> {
    const askedMs = wall.monotonicMs();
    const time = await read();
    return { time, atMs: (askedMs + wall.monotonicMs()) / 2 };
  }

  const timers = new MarketTimers({
    wall,
    estimateMs() {
      const { time, atMs } = told;
      const sinceMs = Math.min(wall.monotonicMs() - atMs, READS_MISSED * everyMs);
      return time.nowMs + sinceMs * (time.speed ?? 0);
    },
    speed: () => told.time.speed,
  });

  function readAgain(): void {
    cancelRead = wall.after(everyMs, () => {
      void readAt()
        .then(
          (now) => {
            told = now;
            timers.retime();
          },
          (cause: unknown) => options.onReadFailed?.(cause),
        )
        .finally(() => {
          if (!isClosed) readAgain();
        });
    });
  }
  if (!isLockstep) readAgain();

  return {
    isLockstep,
    nowMs: () => timers.nowMs(),
    after: (ms, run) => timers.after(ms, run),
    advanceTo: (atMs) => timers.advanceTo(atMs),
    get nextDueMs() {
      return timers.nextDueMs;
    },
    close() {
      isClosed = true;
      cancelRead();
      timers.close();
    },
  };
}

const ClockAnswer = z.object({ now_ms: z.int(), speed: z.number().min(0).nullable(), lockstep: z.boolean() });

/** The time in an answer of `GET /practice/clock`. Throws where it is none. */
export function practiceTimeFrom(answer: unknown): PracticeTime {
  const { now_ms: nowMs, speed, lockstep: isLockstep } = ClockAnswer.parse(answer);
  return { nowMs, speed: isLockstep || speed === null ? undefined : speed, isLockstep };
}

/** For demo and live: the wall's time, set right by what is known of the exchange's clock (`offsetMs`, how far it is ahead). */
export function wallMarketClock(options: { wall: WallTimer; offsetMs: () => number }): MarketClock {
  const { wall, offsetMs } = options;
  const timers = new MarketTimers({ wall, estimateMs: () => wall.nowMs() + offsetMs(), speed: () => 1 });
  return {
    nowMs: () => timers.nowMs(),
    after: (ms, run) => timers.after(ms, run),
    advanceTo: (atMs) => timers.advanceTo(atMs),
    get nextDueMs() {
      return timers.nextDueMs;
    },
    close: () => timers.close(),
  };
}
