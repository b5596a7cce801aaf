/** Why a scenario cannot be made. Each code is stable; the message is one line for the person who chose file and options. */
export type ScenarioErrorCode =
  | 'GAMES_FILE_UNREADABLE'
  | 'GAMES_FILE_INVALID'
  | 'GAMES_NONE_SELECTED'
  | 'SCENARIO_OPTION_INVALID';

export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code: ScenarioErrorCode;

  constructor(code: ScenarioErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
