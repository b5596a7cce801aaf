/** A tracker's state in the words of rules and screens. */
import { type BaselineState, provisionalBaseline } from '../trading/baseline.ts';
import { type Baseline, devig, GRADE_BARS, isAtLeast, WINDOW_MINUTES } from '../trading/baseline-measure.ts';
import type { BaselineView } from './contract.ts';

/** How the recovery from candlesticks stands: `undefined` where none was asked for. */
export interface RecoveryStanding {
  /** `asking`: also between attempts · `over`: nothing more will come of it */
  kind: 'asking' | 'over';
  failures: number;
  /** Why the last attempt failed. */
  failure: string | undefined;
}

/** So many failed attempts, and a baseline of few samples counts as it is. */
const MOST_ATTEMPTS = 3;
const ENOUGH_SAMPLES = GRADE_BARS.find(({ grade }) => grade === 'B')?.samples ?? WINDOW_MINUTES;

/** Whether candlesticks could give a better baseline than what was measured: they are grade B at best. */
export function wantsRecovery({ status, startMs, baseline }: BaselineState): boolean {
  if (startMs === undefined) return false;
  if (status === 'missed') return true;
  return status === 'frozen' && baseline !== undefined && baseline.method !== 'candles' && baseline.samples < ENOUGH_SAMPLES;
}

/** Of the two the one with the better grade; the measured one where they are alike. */
export function betterOf(measured: Baseline | undefined, recovered: Baseline | undefined): Baseline | undefined {
  if (measured === undefined || recovered === undefined) return measured ?? recovered;
  return isAtLeast(measured.grade, recovered.grade) ? measured : recovered;
}

/** A frozen baseline waits while a better one may come. */
export function isPending(recovery: RecoveryStanding | undefined): boolean {
  return recovery?.kind === 'asking' && recovery.failures < MOST_ATTEMPTS;
}

/** The final value that rules may use; undefined before there is one. */
export function finalBaseline(state: BaselineState, recovery: RecoveryStanding | undefined): Baseline | undefined {
  return state.status === 'frozen' && !isPending(recovery) ? state.baseline : undefined;
}

/** `others`: the final baselines of all other outcomes of the game, undefined for each that has none. */
export function baselineView(
  state: BaselineState,
  recovery: RecoveryStanding | undefined,
  others: readonly (Baseline | undefined)[],
  nowMs: number,
): BaselineView {
  const own = finalBaseline(state, recovery);
  if (own !== undefined) {
    const known = others.filter((other) => other !== undefined);
    const baseline = devig(own, known.length === others.length ? known : []);
    return { status: 'frozen', baseline, provisional: baseline, reason: undefined, samples: own.samples };
  }
  const provisional = provisionalBaseline(state, nowMs);
  const samples = provisional?.samples ?? 0;
  const status = state.status === 'frozen' ? 'collecting' : state.status;
  return { status, baseline: undefined, provisional, reason: reasonOf(state, recovery, samples), samples };
}

function reasonOf({ status, reason }: BaselineState, recovery: RecoveryStanding | undefined, samples: number): string {
  const collected = `collecting ${samples}/${WINDOW_MINUTES}`;
  if (status === 'collecting') return reason === undefined ? collected : `${collected}, ${reason}`;
  if (status === 'frozen') return `${samples}/${WINDOW_MINUTES} samples, ${recoveryWords(recovery)}`;
  return [status, reason, status === 'missed' ? recoveryWords(recovery) : undefined]
    .filter((part) => part !== undefined)
    .join(', ');
}

function recoveryWords(recovery: RecoveryStanding | undefined): string | undefined {
  if (recovery === undefined) return undefined;
  if (recovery.kind === 'over') return 'nor in the candlesticks';
  return recovery.failure === undefined ? 'reading the candlesticks' : `the candlesticks cannot be read: ${recovery.failure}`;
}
