/**
 * Looks at the program from inside while it runs, at its own seams: bytes that come in on a socket, what a rule has decided, the intent,
 * bytes that go out. Nothing of the program is replaced; instants are `performance.now()`.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import type { AccountView, NotedDecision } from '../../../lib/account/contract.ts';
import type { Store } from '../../../lib/store/store.ts';

/** One frame's way through the program. */
export interface Way {
  inMs?: number;
  decidedMs?: number;
  intendedMs?: number;
  committedMs?: number;
  outMs?: number;
}

const ORDERS = '/trade-api/v2/portfolio/events/orders';

export class Probes {
  /** Decisions of entry rules so far. */
  decisions = 0;
  #marker: Buffer | undefined;
  #ticker = '';
  #way: Way = {};
  #onDecided = () => {};

  /** `account`: what all accounts inherit from. */
  constructor(account: AccountView, store: Store) {
    this.#watchSockets();
    this.#watchDecisions(account);
    this.#watchIntents(store);
    // Told right before the bytes are handed to the system: the handing itself may wake the receiver on this very core.
    subscribe('undici:client:sendHeaders', (message) => {
      const { request } = message as { request: { method: string; path: string } };
      if (request.method === 'POST' && request.path === ORDERS) this.#way.outMs ??= performance.now();
    });
  }

  /** From now on the way of the first frame that names this market. */
  watch(ticker: string): Way {
    this.#way = {};
    this.#ticker = ticker;
    this.#marker = Buffer.from(ticker);
    return this.#way;
  }

  /** Resolves with the first decision that the watched frame leads to. */
  decided(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDecided = resolve;
    });
  }

  #watchSockets(): void {
    const { Receiver } = createRequire(import.meta.url)('ws') as { Receiver: { prototype: object } };
    look(Receiver.prototype, 'write', (chunk: Buffer) => {
      if (this.#marker === undefined || !chunk.includes(this.#marker)) return;
      this.#way.inMs = performance.now();
      this.#marker = undefined;
    });
  }

  #watchDecisions(account: AccountView): void {
    look(account, 'note', ({ ticker, leg }: NotedDecision) => {
      if (leg !== 'entry') return;
      this.decisions += 1;
      if (ticker !== this.#ticker || this.#way.inMs === undefined || this.#way.decidedMs !== undefined) return;
      this.#way.decidedMs = performance.now();
      this.#onDecided();
    });
  }

  #watchIntents(store: Store): void {
    look(
      store.orders,
      'intend',
      () => {
        this.#way.intendedMs ??= performance.now();
      },
      () => {
        this.#way.committedMs ??= performance.now();
      },
    );
  }
}

/** Calls `before` with what the method is called with, and `after` when what it promises has come. */
function look(object: object, method: string, before: (argument: never) => void, after?: () => void): void {
  const original: unknown = Reflect.get(object, method);
  if (typeof original !== 'function') throw new TypeError(`${method} is no method`);
  Reflect.set(object, method, function (this: unknown, ...args: [never]): unknown {
    before(args[0]);
    const answer: unknown = Reflect.apply(original, this, args);
    if (after !== undefined && answer instanceof Promise) void answer.then(after, () => {});
    return answer;
  });
}
