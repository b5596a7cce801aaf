/** ESPN's status names. Each is allowed in certain states (`pre`, `in`, `post`) only, so that no single field is believed alone. */
import { wordOf } from '../fields.ts';
import { unclear } from '../reading.ts';
import type { Standing } from '../standing.ts';

export type EspnState = 'pre' | 'in' | 'post';

export interface EspnStatus {
  standing: Standing;
  states: readonly EspnState[];
  /** The period that the name stands for in soccer. */
  soccerPeriod?: number;
  /** Other sports never have it. */
  isSoccerOnly?: boolean;
  /** Between the halves, in every sport. */
  isHalftime?: boolean;
}

const PRE: EspnStatus = { standing: 'pre', states: ['pre'] };
const LIVE: EspnStatus = { standing: 'live', states: ['in'] };
const BREAK: EspnStatus = { standing: 'break', states: ['in'] };
const FINAL: EspnStatus = { standing: 'final', states: ['post'] };
const OFF: EspnStatus = { standing: 'postponed', states: ['pre', 'in', 'post'] };

export const STATUSES: Readonly<Record<string, EspnStatus>> = {
  STATUS_SCHEDULED: PRE,
  STATUS_TBD: PRE,
  STATUS_IN_PROGRESS: LIVE,
  STATUS_IN_PROGRESS_2: LIVE,
  STATUS_FIRST_HALF: { ...LIVE, soccerPeriod: 1, isSoccerOnly: true },
  STATUS_SECOND_HALF: { ...LIVE, soccerPeriod: 2, isSoccerOnly: true },
  STATUS_OVERTIME: LIVE,
  STATUS_SHOOTOUT: { ...LIVE, soccerPeriod: 5 },
  STATUS_HALFTIME: { ...BREAK, soccerPeriod: 1, isHalftime: true },
  STATUS_HALFTIME_ET: { ...BREAK, soccerPeriod: 3, isSoccerOnly: true },
  STATUS_END_PERIOD: BREAK,
  STATUS_END_OF_PERIOD: BREAK,
  STATUS_END_OF_REGULATION: { ...BREAK, soccerPeriod: 2 },
  STATUS_END_OF_EXTRATIME: { ...BREAK, soccerPeriod: 4, isSoccerOnly: true },
  STATUS_DELAYED: { standing: 'delayed', states: ['pre', 'in'] },
  STATUS_RAIN_DELAY: { standing: 'delayed', states: ['pre', 'in'] },
  STATUS_FINAL: FINAL,
  STATUS_FINAL_OT: FINAL,
  STATUS_FINAL_AET: FINAL,
  STATUS_FINAL_PEN: FINAL,
  STATUS_FULL_TIME: FINAL,
  STATUS_FORFEIT: FINAL,
  STATUS_POSTPONED: OFF,
  STATUS_CANCELED: OFF,
  STATUS_CANCELLED: OFF,
  STATUS_SUSPENDED: OFF,
  STATUS_ABANDONED: OFF,
};

/** What a status name means in this state. ESPN's state tells a delayed start from a delay in the game. */
export function espnStatus(name: string, state: EspnState): EspnStatus {
  const status = wordOf(STATUSES, name);
  if (status === undefined) return unclear('SCORES_STATUS_UNKNOWN', 'the status is not known', name);
  if (!status.states.includes(state)) unclear('SCORES_CONTRADICTION', 'status and state do not agree', `${name}, ${state}`);
  if (status.standing !== 'delayed') return status;
  return { ...status, standing: state === 'pre' ? 'pre' : 'interrupted' };
}
