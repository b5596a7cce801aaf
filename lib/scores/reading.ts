/** How the parsers of this part say no: one thing that is not understood ends the reading of that game, and is reported. */
import { type ScoreReport, type ScoresCode, shown } from './errors.ts';

/** A value, or the report that says why there is none. */
export type Reading<T> = { value: T; report?: undefined } | { value?: undefined; report: ScoreReport };

/** Leaves `reading` with a report. Never leaves this part. */
class Unclear extends Error {
  readonly code: ScoresCode;
  readonly seen: string;

  constructor(code: ScoresCode, message: string, seen: unknown) {
    super(message);
    this.code = code;
    this.seen = shown(seen);
  }
}

/** Ends the reading: `what` is not understood, `seen` is what stood there. */
export function unclear(code: ScoresCode, what: string, seen: unknown): never {
  throw new Unclear(code, what, seen);
}

/** Runs a parser; what it finds unclear becomes a report. */
export function reading<T>(about: { source: string; game: string | undefined }, read: () => T): Reading<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    const { code, seen, message } = error;
    return { report: { ...about, code, seen, message: `${about.source}: ${message}: ${seen}` } };
  }
}
