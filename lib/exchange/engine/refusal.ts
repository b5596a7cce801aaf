/**
 * What the exchange answers when it does not do what it was asked: an HTTP status with the code and texts of Kalshi's error
 * body. A refusal changes nothing.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly details: string | undefined;

  constructor(status: number, code: string, details?: string) {
    super(code.replaceAll('_', ' '));
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const notFound = (): Refusal => new Refusal(404, 'not_found');
export const badRequest = (details: string): Refusal => new Refusal(400, 'bad_request', details);
