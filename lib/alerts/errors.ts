/** Errors of the alerts; whatever can happen to a delivery is told as data instead. */

export type AlertErrorCode =
  /** The address is not one of a Discord webhook. */
  'ALERT_WEBHOOK_INVALID';

/** `message` is written for the user; it never holds the address, which is a secret. */
export class AlertError extends Error {
  override readonly name = 'AlertError';
  readonly code: AlertErrorCode;

  constructor(code: AlertErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
