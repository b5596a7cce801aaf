/** Live data of a basketball game, modelled on the football ones that were seen on Kalshi. */
import type { ListedGame } from '../listing.ts';
import { clockText, type Details, type LiveState, ordinal, pointsDetails } from './common.ts';

export interface BasketballState extends LiveState {
  /** 1 to 4, overtimes from 5; undefined before the tip-off. */
  quarter: number | undefined;
  clockS: number;
}

export function basketballDetails(game: ListedGame, state: BasketballState): Details {
  const details = pointsDetails(game, state);
  if (state.quarter === undefined) return details;
  return { ...details, quarter: state.quarter, clock: clockText(state.clockS), status_text: statusText(state, state.quarter) };
}

function statusText({ status, pause, clockS }: BasketballState, quarter: number): string {
  if (status === 'closed') return quarter > 4 ? 'Final/OT' : 'Final';
  if (pause === 'halftime') return 'Halftime';
  const name = quarter > 4 ? (quarter === 5 ? 'OT' : `${quarter - 4}OT`) : ordinal(quarter);
  return pause === undefined ? `${name} - ${clockText(clockS)}` : `End of ${name}`;
}
