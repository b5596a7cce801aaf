/** What a set of samples says about the price before the game, and how far it can be trusted. */
import { CONTRACT_E2, DOLLAR_CC } from './money.ts';
import type { Quote } from './quote.ts';
import { centsText, contractsText } from './words.ts';

export const MINUTE_MS = 60_000;
/** The window is the 30 minutes up to and including the real start: as many whole minutes, so as many samples. */
export const WINDOW_MINUTES = 30;

export type BaselineGrade = 'A' | 'B' | 'C' | 'D';
export type BaselineMethod = 'window' | 'last_valid' | 'candles';

/** The standing quote at one instant, both sides of it. Depth is the smaller of the two best levels; undefined where not known. */
export interface BaselineSample {
  atMs: number;
  bidCC: number;
  askCC: number;
  depthE2: number | undefined;
}

export interface Baseline {
  /** The median of the mids, exact: may end in a quarter of a centi-cent. */
  valueCC: number;
  /** `valueCC` with the margin over the game's outcomes taken out. Undefined until the other markets' baselines are known. */
  deviggedCC: number | undefined;
  grade: BaselineGrade;
  /** Why the grade is not A; empty for A. */
  reasons: string[];
  method: BaselineMethod;
  /** Valid samples, of `WINDOW_MINUTES`. */
  samples: number;
  /** Medians over the samples. */
  spreadCC: number;
  depthE2: number | undefined;
  /** The real start that the window ends at, and the last sample. */
  startMs: number;
  lastSampleMs: number;
}

interface Bar {
  grade: BaselineGrade;
  samples: number;
  spreadCC: number;
  depthE2: number;
}

/** What each grade asks for. D takes the rest. */
export const GRADE_BARS: readonly Bar[] = [
  { grade: 'A', samples: 20, spreadCC: 200, depthE2: 100 * CONTRACT_E2 },
  { grade: 'B', samples: 10, spreadCC: 400, depthE2: 10 * CONTRACT_E2 },
  { grade: 'C', samples: 1, spreadCC: 1_000, depthE2: 0 },
];
const ORDER: readonly BaselineGrade[] = ['A', 'B', 'C', 'D'];

/** A ceiling on the grade that does not come from the samples. */
export interface Ceiling {
  grade: BaselineGrade;
  reason: string;
}

/** The quote as a sample, or undefined where it is not valid: a side is missing, or the sides cross. */
export function sampleOf(quote: Quote, atMs: number): BaselineSample | undefined {
  const { bidCC, askCC } = quote;
  if (bidCC === undefined || askCC === undefined || bidCC >= askCC) return undefined;
  return { atMs, bidCC, askCC, depthE2: Math.min(quote.bidSizeE2, quote.askSizeE2) };
}

/** The whole minutes of the window that ends at `startMs`, oldest first (epoch ms). */
export function windowMinutes(startMs: number): number[] {
  const last = Math.floor(startMs / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: WINDOW_MINUTES }, (_, i) => last - (WINDOW_MINUTES - 1 - i) * MINUTE_MS);
}

export function isAtLeast(grade: BaselineGrade, least: BaselineGrade): boolean {
  return ORDER.indexOf(grade) <= ORDER.indexOf(least);
}

/** Measures samples (at least one; the caller chose them) and grades the result under the ceilings. Pure; order does not matter. */
export function measureBaseline(
  samples: readonly [BaselineSample, ...BaselineSample[]],
  startMs: number,
  method: BaselineMethod,
  ceilings: readonly Ceiling[] = [],
): Baseline {
  const spreadCC = median(samples.map((one) => one.askCC - one.bidCC));
  const depths = samples.map((one) => one.depthE2).filter((depth) => depth !== undefined);
  const depthE2 = depths.length === 0 ? undefined : median(depths);
  const counted = method === 'last_valid' ? 0 : samples.length;
  const graded = gradeOf(counted, spreadCC, depthE2, ceilings);
  return {
    valueCC: median(samples.map((one) => (one.bidCC + one.askCC) / 2)),
    deviggedCC: undefined,
    ...graded,
    method,
    samples: counted,
    spreadCC,
    depthE2,
    startMs,
    lastSampleMs: Math.max(...samples.map((one) => one.atMs)),
  };
}

/**
 * The baseline with its de-vigged value: its share of the sum over all outcomes of the game, itself among them. `others` are the
 * other outcomes' baselines: all of them, or the share is none (a draw is an outcome too). Rounded to a centi-cent.
 */
export function devig(own: Baseline, others: readonly Baseline[]): Baseline {
  if (others.length === 0) return { ...own, deviggedCC: undefined };
  const sumCC = others.reduce((sum, one) => sum + one.valueCC, own.valueCC);
  return { ...own, deviggedCC: Math.round((own.valueCC * DOLLAR_CC) / sumCC) };
}

/** The middle value, or the mean of the two middle ones. `values` is not empty. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

function gradeOf(samples: number, spreadCC: number, depthE2: number | undefined, ceilings: readonly Ceiling[]) {
  const limits: Ceiling[] = [...ceilings];
  const best = (passes: (bar: Bar) => boolean) => GRADE_BARS.find(passes)?.grade ?? 'D';
  if (samples > 0) {
    limits.push({ grade: best((bar) => samples >= bar.samples), reason: `${samples} of ${WINDOW_MINUTES} samples` });
  }
  limits.push({ grade: best((bar) => spreadCC <= bar.spreadCC), reason: `spread ${centsText(spreadCC)}` });
  if (depthE2 !== undefined) {
    limits.push({ grade: best((bar) => depthE2 >= bar.depthE2), reason: `${contractsText(Math.floor(depthE2))} contracts deep` });
  }
  const grade = ORDER[Math.max(0, ...limits.map((limit) => ORDER.indexOf(limit.grade)))] ?? 'D';
  return { grade, reasons: limits.filter((limit) => limit.grade !== 'A').map((limit) => `${limit.reason} (${limit.grade})`) };
}
