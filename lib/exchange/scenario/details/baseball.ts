/** Live data of a baseball game, modelled on the football ones that were seen on Kalshi. */
import type { ListedGame } from '../listing.ts';
import { type Details, type LiveState, ordinal, pointsDetails } from './common.ts';

export type Half = 'top' | 'bottom';

export interface BaseballState extends LiveState {
  /** Undefined before the first pitch, and where a recording does not tell. */
  inning: number | undefined;
  half: Half;
  /** Undefined where a recording does not tell. */
  outs: number | undefined;
  /** Runners on first, second, third. */
  bases: readonly [boolean, boolean, boolean] | undefined;
}

export function baseballDetails(game: ListedGame, state: BaseballState): Details {
  const details = pointsDetails(game, state);
  if (state.inning === undefined) return details;
  details['inning'] = state.inning;
  details['half'] = state.half;
  details['status_text'] = statusText(state, state.inning);
  if (state.outs !== undefined) details['outs'] = state.outs;
  if (state.bases !== undefined) {
    const [first, second, third] = state.bases;
    details['runners'] = { first, second, third };
  }
  return details;
}

function statusText({ status, pause, half }: BaseballState, inning: number): string {
  if (status === 'closed') return inning > 9 ? `Final/${inning}` : 'Final';
  if (pause !== undefined) return `${half === 'top' ? 'Middle' : 'End'} ${ordinal(inning)}`;
  return `${half === 'top' ? 'Top' : 'Bottom'} ${ordinal(inning)}`;
}
