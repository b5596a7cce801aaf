/** Live game state for trading: what other parts may use of this one. */
export type { ScoreClock } from './clock.ts';
export { type ScoreReport, type ScoresCode, ScoresError } from './errors.ts';
export { COMPETITIONS, type CompetitionKey, competitionOf } from './espn/competitions.ts';
export type { EspnFixture, EspnGame, EspnTeam } from './espn/game.ts';
export { ESPN, type EspnGames, parseScoreboard } from './espn/scoreboard.ts';
export { ESPN_BASE_URL, espnSource, type ReadScoreboard, scoreboardByHttp } from './espn/source.ts';
export { type Fetch, getJson, type HttpOptions } from './http.ts';
export { KALSHI, parseLiveData } from './kalshi/live-data.ts';
export { type FollowedGame, KALSHI_MILESTONE, milestoneState, parseMilestone } from './kalshi/milestone.ts';
export { kalshiSource, liveDataByHttp, parseBatch, type ReadLiveData } from './kalshi/source.ts';
export { MATCH_WINDOW, type MatchWindow, matchGames, type WantedGame } from './match/match.ts';
export {
  type GameChange,
  type GameRecord,
  MERGE_RULES,
  type MergeRules,
  mergeSighting,
  type Sighting,
  scoreAgeMs,
} from './merge.ts';
export { ScorePoller, type ScorePollerOptions } from './poller.ts';
export { POLL_RATES, type PollRates } from './rates.ts';
export type { Reading } from './reading.ts';
export { type LiveScoresOptions, liveScores } from './scores.ts';
export type { ScoreSource, SourceAnswer, SourceRequest } from './source.ts';
