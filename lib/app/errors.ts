/** Errors of the program as a whole: what a person has to change before it can run. */

export type AppErrorCode =
  /** An environment variable cannot be used; the message begins with its name. */
  | 'CONFIGURATION_INVALID'
  /** The port is taken, or may not be had. */
  | 'APP_PORT_TAKEN'
  /** Node-RED or its dashboard cannot be loaded, or did not start. */
  | 'APP_RUNTIME_FAILED'
  /** A file in the home folder cannot be read or written. */
  | 'APP_HOME_UNUSABLE'
  /** Another Courtside runs in the home folder. */
  | 'APP_HOME_IN_USE'
  /** This environment cannot be used yet, or not in this way; the message says why. */
  | 'ENVIRONMENT_REFUSED'
  /** No credentials for an environment that needs them. */
  | 'CREDENTIALS_MISSING';

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;

  constructor(code: AppErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
