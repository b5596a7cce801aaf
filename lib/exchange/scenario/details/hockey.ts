/** Live data of a hockey game: Kalshi's generic keys (round, final_round_time_left, tile texts) beside period and clock. */
import type { ListedGame } from '../listing.ts';
import { clockText, type Details, type LiveState, ordinal, pointsDetails } from './common.ts';

export interface HockeyState extends LiveState {
  /** 1 to 3, overtime is 4, the shoot-out 5; undefined before the first face-off. */
  period: number | undefined;
  clockS: number;
}

export function hockeyDetails(game: ListedGame, state: HockeyState): Details {
  const details = pointsDetails(game, state);
  const { period } = state;
  if (period === undefined) return details;
  const clock = clockText(state.clockS);
  return {
    ...details,
    period,
    round: period,
    clock,
    final_round_time_left: clock,
    tileLiveText: tileText(state, period, clock),
    widgetLiveText: period === 5 ? 'SO' : `P${period} - ${clock}`,
  };
}

function tileText({ status, pause }: HockeyState, period: number, clock: string): string {
  const name = period === 5 ? 'SO' : period === 4 ? 'OT' : ordinal(period);
  if (status === 'closed') return period > 3 ? `Final/${name}` : 'Final';
  if (pause !== undefined) return `${name} Int`;
  return period === 5 ? name : `${name} ${clock}`;
}
