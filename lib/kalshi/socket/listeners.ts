import type { Book } from '../book.ts';
import type { ChannelFrame } from '../schema/socket.ts';
import type { OwnDelta } from './books.ts';
import type { SocketProblem } from './problems.ts';
import type { SocketState } from './state.ts';

/**
 * Called synchronously, in the order of the frames. What it is handed belongs to the socket and is not to be edited. What it
 * throws is told to every `problem`; what a `problem` throws goes uncaught.
 */
export interface SocketListener {
  /** A followed book has changed, or has just been found flawed (`book.isValid` tells). The hot path. */
  book?(book: Book): void;
  /** A message of any other channel. */
  frame?(frame: ChannelFrame): void;
  ownDelta?(delta: OwnDelta): void;
  /** The state's kind or the health of the private channels has changed. */
  state?(state: SocketState): void;
  problem?(problem: SocketProblem): void;
}

/** Everybody who listens to a socket. A listener that throws keeps nothing from the others, and nothing from the socket. */
export class Listeners implements Required<SocketListener> {
  #listeners: readonly SocketListener[] = [];

  /** The returned function takes the listener away again. */
  add(listener: SocketListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Written out: on the hot path a function made for each call shows. */
  book(book: Book): void {
    for (const listener of this.#listeners) {
      try {
        listener.book?.(book);
      } catch (cause) {
        this.#report(cause);
      }
    }
  }

  frame(frame: ChannelFrame): void {
    this.#tell((listener) => listener.frame?.(frame));
  }

  ownDelta(delta: OwnDelta): void {
    this.#tell((listener) => listener.ownDelta?.(delta));
  }

  state(state: SocketState): void {
    this.#tell((listener) => listener.state?.(state));
  }

  problem(problem: SocketProblem): void {
    this.#tell(
      (listener) => listener.problem?.(problem),
      // Whoever could be told has just failed.
      (cause) =>
        queueMicrotask(() => {
          throw cause;
        }),
    );
  }

  #tell(tell: (listener: SocketListener) => void, onThrown = this.#report): void {
    for (const listener of this.#listeners) {
      try {
        tell(listener);
      } catch (cause) {
        onThrown(cause);
      }
    }
  }

  #report = (cause: unknown): void => {
    this.problem({ code: 'KALSHI_SOCKET_LISTENER_FAILED', message: 'something that listens to the socket has failed', cause });
  };
}
