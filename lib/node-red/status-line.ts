/** The line under a node: told only when it changes, and not more often than an eye can follow. */
import type { WallTimer } from '../trading/ports/clock.ts';
import type { StatusLook } from './contract.ts';

export type Look = Pick<StatusLook, 'fill' | 'shape' | 'text'>;

/** Four a second. */
const INTERVAL_MS = 250;
const MOST_CHARACTERS = 40;

export class StatusLine {
  readonly #show: (look: Look) => void;
  readonly #wall: WallTimer;
  #shown: Look | undefined;
  #wanted: Look | undefined;
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #callOff: (() => void) | undefined;

  constructor(show: (look: Look) => void, wall: WallTimer) {
    this.#show = show;
    this.#wall = wall;
  }

  /** Shows it now, or, soon after another, the last of what was wanted meanwhile. */
  tell(look: Look): void {
    this.#wanted = look;
    if (this.#callOff !== undefined) return;
    const waitMs = this.#quietUntilMs - this.#wall.monotonicMs();
    if (waitMs <= 0) this.#showWanted();
    else if (!isSame(look, this.#shown)) this.#callOff = this.#wall.after(waitMs, () => this.#showWanted());
  }

  /** Nothing is shown from now on. */
  end(): void {
    this.#callOff?.();
    this.#callOff = () => {};
  }

  #showWanted(): void {
    this.#callOff = undefined;
    const look = this.#wanted;
    if (look === undefined || isSame(look, this.#shown)) return;
    this.#shown = look;
    this.#quietUntilMs = this.#wall.monotonicMs() + INTERVAL_MS;
    this.#show(look);
  }
}

/** `practice: watching BOS no`, cut where the eye stops reading. */
export function statusText(environment: string | undefined, text: string, words: string | undefined): string {
  const whole = `${environment === undefined ? '' : `${environment}: `}${text}${words === undefined || words === '' ? '' : ` ${words}`}`;
  return whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS - 1).trimEnd()}…`;
}

function isSame(a: Look, b: Look | undefined): boolean {
  return b !== undefined && a.text === b.text && a.fill === b.fill && a.shape === b.shape;
}
