/** The risk limits of an account that need no history of faults, each declared once. */
import {
  type Checked,
  type Declarations,
  readWritten,
  type ValuesOf,
  type Written,
  writeValues,
  writtenDefaults,
} from './declaration.ts';
import { TradingError } from './errors.ts';

export const LIMITS = {
  dailyLossE6: {
    key: 'daily_loss',
    label: 'Daily loss',
    group: 'loss',
    unit: 'dollars',
    min: 1,
    max: 1_000_000,
    step: 50,
    default: 500,
    help: 'When the day has lost this much, no more entries until the next trading day (New York time) or until a person resets it.',
  },
  dailyLossShareE2: {
    key: 'daily_loss_share',
    label: 'Daily loss, share of capital',
    group: 'loss',
    unit: 'percent',
    min: 0.1,
    max: 100,
    step: 1,
    default: 5,
    help: 'The same as a share of the capital. The smaller of the two counts.',
  },
  consecutiveLosses: {
    key: 'consecutive_losses',
    label: 'Losses in a row',
    group: 'loss',
    unit: 'count',
    min: 1,
    max: 100,
    step: 1,
    default: 5,
    help: 'After this many losing trades in a row, entries pause.',
  },
  consecutiveLossesPauseMin: {
    key: 'consecutive_losses_pause',
    label: 'Pause after losses in a row',
    group: 'loss',
    unit: 'minutes',
    min: 1,
    max: 1_440,
    step: 5,
    default: 60,
    help: 'How long entries pause after too many losses in a row.',
  },
  exposureTotalE6: {
    key: 'exposure_total',
    label: 'Money at risk in total',
    group: 'exposure',
    unit: 'dollars',
    min: 1,
    max: 10_000_000,
    step: 100,
    default: 2_000,
    help: 'An entry that would put more than this at risk over all positions and orders is refused.',
  },
  exposureTotalShareE2: {
    key: 'exposure_total_share',
    label: 'Money at risk, share of capital',
    group: 'exposure',
    unit: 'percent',
    min: 1,
    max: 100,
    step: 5,
    default: 30,
    help: 'The same as a share of the capital. The smaller of the two counts.',
  },
  positionShareE2: {
    key: 'position_share',
    label: 'One position, share of balance',
    group: 'size',
    unit: 'percent',
    min: 0.1,
    max: 10,
    step: 1,
    default: 5,
    help: 'An entry is made smaller where it would cost more than this share of the balance. Never more than 10 percent of the capital.',
  },
  defaultSizeE6: {
    key: 'default_position_size',
    label: 'Default position size',
    group: 'size',
    unit: 'dollars',
    min: 1,
    max: 100_000,
    step: 5,
    default: 50,
    help: 'No rule buys more than twice this in one entry, whatever its own setting says.',
  },
  largestSizeE6: {
    key: 'max_position_size',
    label: 'Largest position size',
    group: 'size',
    unit: 'dollars',
    min: 1,
    max: 100_000,
    step: 5,
    default: null,
    whenOn: 100,
    help: 'A ceiling in dollars on any one entry. Off: twice the default size is the ceiling.',
  },
  openPositions: {
    key: 'open_positions',
    label: 'Open positions',
    group: 'exposure',
    unit: 'count',
    min: 1,
    max: 100,
    step: 1,
    default: 5,
    help: 'No entry while this many positions are open or on their way, over all rules of the account.',
  },
} as const satisfies Declarations;

export type RiskLimits = ValuesOf<typeof LIMITS>;

export function defaultLimitsWritten(): Written {
  return writtenDefaults(LIMITS, undefined);
}

export function defaultLimits(): RiskLimits {
  const checked = checkLimits({});
  if (!checked.ok) throw new TradingError('PARAMETER_INVALID', checked.problems.map((one) => one.message).join('; '));
  return checked.values;
}

/** As `checkParameters`, for limits: what is not given has its default, every problem is named. */
export function checkLimits(input: unknown): Checked<RiskLimits> {
  return readWritten(LIMITS, undefined, input);
}

export function writeLimits(limits: RiskLimits): Written {
  return writeValues(LIMITS, undefined, limits);
}
