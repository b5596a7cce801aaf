/**
 * - `STORE_UNAVAILABLE`: it cannot be reached, opened or read; or it was closed
 * - `STORE_NEWER`: a newer program made it · `STORE_LOCKED`: somebody else holds it · `STORE_FULL` · `STORE_READ_ONLY`
 * - `STORE_FAILED`: this program asked for something impossible
 */
const STORE_CODES = [
  'STORE_UNAVAILABLE',
  'STORE_NEWER',
  'STORE_LOCKED',
  'STORE_FULL',
  'STORE_READ_ONLY',
  'STORE_FAILED',
] as const;
export type StoreCode = (typeof STORE_CODES)[number];

/** Why nothing was committed, or read. `message` says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreCode;

  constructor(code: StoreCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What of an error may be shown and kept: no statement, no values. */
export interface Trouble {
  code: StoreCode;
  message: string;
  /** What the database said, in its own words. */
  said: string | undefined;
}

/** A trouble as an error. */
export function storeError({ code, message, said }: Trouble): StoreError {
  return new StoreError(code, message, said === undefined ? undefined : new Error(said));
}

/** The words of a database behind an error of knex, which puts the statement before them. */
export function saidBy(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split(' - ').at(-1) ?? text;
}

/** What no user can do anything about. */
export function defect(error: unknown): Trouble {
  const said = saidBy(error);
  return { code: 'STORE_FAILED', message: `the memory could not do what was asked of it, which is a defect: ${said}`, said };
}

/** Whether it is the database that is in trouble, so that nothing else can be committed either. */
export function isStoreTrouble(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code !== 'STORE_FAILED';
}

/** Something was asked of an account, order, … that is not in the memory. */
export function unknownThing(what: string): StoreError {
  return new StoreError('STORE_FAILED', `the memory knows no ${what}`);
}
