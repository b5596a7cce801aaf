/** The scenarios of the practice exchange: recorded games and generated ones. */
export { ScenarioError, type ScenarioErrorCode } from './errors.ts';
export { DEFAULT_SEED, type GeneratedScenarioOptions, generatedScenario } from './generated/scenario.ts';
export { isLeague, type League } from './leagues.ts';
export { parseGames, type RecordedSide, readGamesFile } from './recorded/games-file.ts';
export { type RecordedScenarioOptions, recordedScenario } from './recorded/scenario.ts';
export type * from './types.ts';
