/** One page's event stream. What a page is too slow to take is never queued: it gets the newest state when it is ready again. */
import type { ServerResponse } from 'node:http';
import { securityHeaders } from '../security-headers.ts';
import type { Board, Seen } from './board.ts';

/** How soon a browser whose stream has ended opens a new one. */
const RETRY_MS = 1_000;

export class StreamClient {
  readonly #response: ServerResponse;
  /** The account that it asked for; undefined: whichever is first. */
  readonly wanted: string | undefined;
  board: Board;
  #seen: Seen | undefined;
  #blockedSinceMs: number | undefined;
  readonly #monotonicMs: () => number;

  constructor(response: ServerResponse, wanted: string | undefined, board: Board, monotonicMs: () => number) {
    this.#response = response;
    this.wanted = wanted;
    this.board = board;
    this.#monotonicMs = monotonicMs;
  }

  /** Answers the request; `drained` is called when it can take more after it could not, `closed` at its end. */
  begin(drained: () => void, closed: () => void): void {
    const response = this.#response;
    response.on('drain', () => {
      this.#blockedSinceMs = undefined;
      drained();
    });
    response.on('close', closed);
    response.on('error', closed);
    response.writeHead(200, {
      ...securityHeaders('own'),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** How long it has taken nothing, ms; 0 while it takes what it is sent. */
  get blockedMs(): number {
    return this.#blockedSinceMs === undefined ? 0 : this.#monotonicMs() - this.#blockedSinceMs;
  }

  /** Shows it another account's board, from a snapshot on. */
  show(board: Board): void {
    this.board = board;
    this.#seen = undefined;
  }

  /** Sends what it has not been told yet, if it can take it now. */
  update(): void {
    if (this.#blockedSinceMs !== undefined || !this.board.isBuilt) return;
    if (this.#seen === undefined) {
      const { json, seen } = this.board.snapshot();
      this.#seen = seen;
      this.#event('snapshot', json);
      return;
    }
    const patch = this.board.patch(this.#seen);
    if (patch === undefined) return;
    this.#seen = patch.seen;
    this.#event('patch', patch.json);
  }

  ping(): void {
    if (this.#blockedSinceMs === undefined) this.#event('ping', '{}');
  }

  end(): void {
    this.#response.end();
  }

  /** Cuts it off: for one that takes nothing any more. */
  destroy(): void {
    this.#response.destroy();
  }

  #event(name: string, json: string): void {
    this.#write(`event: ${name}\ndata: ${json}\n\n`);
  }

  #write(text: string): void {
    if (!this.#response.write(text)) this.#blockedSinceMs ??= this.#monotonicMs();
  }
}
