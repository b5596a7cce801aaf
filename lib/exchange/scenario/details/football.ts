/** Live data of a football game, as Kalshi served it in August 2026. */
import type { ListedGame } from '../listing.ts';
import { type Competitor, clockText, type Details, type LiveState, pointsDetails } from './common.ts';

/** Where the ball is: `yards` from the possessing team's own goal line. */
export interface Situation {
  possession: Competitor;
  down: number;
  toGo: number;
  yards: number;
}

export interface FootballState extends LiveState {
  /** 1 to 4, overtime is 5; undefined before the kick-off. */
  quarter: number | undefined;
  clockS: number;
  situation: Situation | undefined;
}

export function footballDetails(game: ListedGame, state: FootballState): Details {
  const details = pointsDetails(game, state);
  if (state.quarter === undefined) return details;
  details['quarter'] = state.quarter;
  details['clock'] = clockText(state.clockS);
  if (state.situation !== undefined) details['situation'] = situationDetails(game, state.situation);
  return details;
}

function situationDetails({ home, away }: ListedGame, { possession, down, toGo, yards }: Situation): Details {
  const [own, other] = possession === 'home' ? [home, away] : [away, home];
  return {
    down,
    yfd: toGo,
    goal_to_go: yards + toGo >= 100,
    yardline: yards <= 50 ? yards : 100 - yards,
    possession_team_id: own.targetId,
    side_team_id: yards <= 50 ? own.targetId : other.targetId,
  };
}
