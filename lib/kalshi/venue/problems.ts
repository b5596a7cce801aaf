/** What goes wrong without anybody having asked. */
import type { SocketProblemCode } from '../socket/problems.ts';

export type VenueProblemCode =
  | SocketProblemCode
  /** A game or market that is not as documented: it is left out. */
  | 'KALSHI_GAME_UNREADABLE'
  /** A series, or an event of it, that does not ask who wins a game: it is not followed. */
  | 'KALSHI_NO_GAME_WINNER'
  /** Order books could not be read by REST. */
  | 'KALSHI_BOOKS_UNREAD'
  /** A frame about this account, or about a listed market, cannot be read: what it said has to be asked for. */
  | 'KALSHI_FRAME_UNREADABLE'
  /** Something that listens has thrown (`cause`). */
  | 'KALSHI_LISTENER_FAILED';

export interface VenueProblem {
  code: VenueProblemCode;
  /** For the user; holds no key, signature or frame. */
  message: string;
  cause?: unknown;
}

export type TellProblem = (problem: VenueProblem) => void;

/** Everybody who listens; one that throws keeps nothing from the others. */
export class Audience<L> {
  /** Replaced, never changed: it may be read while somebody comes or goes. */
  listeners: readonly L[] = [];
  readonly #onProblem: TellProblem | undefined;

  constructor(onProblem: TellProblem | undefined) {
    this.#onProblem = onProblem;
  }

  /** The answer takes the listener away again. */
  add(listener: L): () => void {
    this.listeners = [...this.listeners, listener];
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  }

  tell(tell: (listener: L) => void): void {
    for (const listener of this.listeners) {
      try {
        tell(listener);
      } catch (cause) {
        this.failed(cause);
      }
    }
  }

  /** What a listener threw. Where nobody takes problems it goes uncaught: it is a defect. */
  failed(cause: unknown): void {
    if (this.#onProblem === undefined) {
      queueMicrotask(() => {
        throw cause;
      });
      return;
    }
    this.#onProblem({ code: 'KALSHI_LISTENER_FAILED', message: 'something that listens to the exchange has failed', cause });
  }
}
