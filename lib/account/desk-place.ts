/** Where the desk of the process is found. */
import type { Desk } from './contract.ts';
import { DESK_MISSING, DeskError } from './desk-problems.ts';

/** Registered with the process, not with this module: a second copy of the package finds the same desk. */
const PLACE = Symbol.for('courtside.desk');

/** The desk of this process. Throws `DESK_MISSING` before one was provided. */
export function theDesk(): Desk {
  const desk: unknown = Reflect.get(globalThis, PLACE);
  if (!isDesk(desk)) throw new DeskError(DESK_MISSING);
  return desk;
}

/** Makes it the desk of this process until the answer is called. A desk that was provided before is replaced. */
export function provideDesk(desk: Desk): () => void {
  Reflect.set(globalThis, PLACE, desk);
  return () => {
    if (Reflect.get(globalThis, PLACE) === desk) Reflect.deleteProperty(globalThis, PLACE);
  };
}

function isDesk(value: unknown): value is Desk {
  return typeof value === 'object' && value !== null && 'attach' in value && typeof value.attach === 'function';
}
