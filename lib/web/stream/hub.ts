/**
 * Every open event stream. While there is none nothing is built; while there are some, what changes is built once for all of them, at
 * most every 200 ms.
 */
import type { ServerResponse } from 'node:http';
import type { AccountView, FeedView } from '../../account/contract.ts';
import { WebError } from '../errors.ts';
import type { Views, WebSources } from '../views.ts';
import { Board, BY_ACCOUNT, BY_PRICES, SECTIONS, type Section } from './board.ts';
import { StreamClient } from './client.ts';

export const MOST_STREAMS = 50;
/** Between two patches. */
const PATCH_MS = 200;
/** What happens together is told together. */
const GATHER_MS = 25;
/** What nobody announces (ages, decisions, lines of the log) is looked at this often. */
const BEAT_MS = 250;
const PING_MS = 10_000;
/** A client that takes nothing for so long is cut off. */
const STUCK_MS = 60_000;

type Sources = Pick<WebSources, 'pages' | 'wall' | 'report'>;

export class Hub {
  readonly #views: Views;
  readonly #sources: Sources;
  readonly #boards = new Map<AccountView | undefined, Board>();
  readonly #clients = new Set<StreamClient>();
  /** Streams that wait for their board. */
  #opening = 0;
  /** Whoever waits for a board, streams and readings. */
  #preparing = 0;
  #isClosed = false;
  #cancelFlush: (() => void) | undefined;
  #cancelBeat: (() => void) | undefined;
  #flushedMs = Number.NEGATIVE_INFINITY;
  #pingedMs = 0;

  constructor(views: Views, sources: Sources) {
    this.#views = views;
    this.#sources = sources;
  }

  get streams(): number {
    return this.#clients.size;
  }

  /** The overview as it is now, as JSON. Throws `ACCOUNT_UNKNOWN`. */
  async overview(wanted: string | undefined): Promise<string> {
    await this.#prepare(wanted);
    const { json } = this.#built(wanted).snapshot();
    this.#tidy();
    return json;
  }

  /** Answers with the event stream. Throws `EVENTS_FULL`, `WEB_CLOSING`, `ACCOUNT_UNKNOWN`. */
  async open(response: ServerResponse, wanted: string | undefined): Promise<void> {
    if (this.#clients.size + this.#opening >= MOST_STREAMS) {
      throw new WebError('EVENTS_FULL', `${MOST_STREAMS} pages are open already. Close one and reload this one.`);
    }
    this.#opening++;
    await this.#prepare(wanted).finally(() => {
      this.#opening--;
    });
    if (this.#isClosed) throw new WebError('WEB_CLOSING', 'Courtside is shutting down.');
    if (response.destroyed) {
      this.#tidy();
      return;
    }
    const board = this.#built(wanted);
    const client = new StreamClient(response, wanted, board, () => this.#sources.wall.monotonicMs());
    client.begin(
      () => client.update(),
      () => this.#drop(client),
    );
    this.#clients.add(client);
    client.update();
    this.#beat();
  }

  prices(feed: FeedView): void {
    if (this.#clients.size === 0) return;
    this.#mark(BY_PRICES, (board) => this.#views.feedOf(board.account) === feed);
  }

  accountChanged(account: AccountView): void {
    if (this.#clients.size === 0) return;
    this.#mark(BY_ACCOUNT, (board) => board.account === account);
    this.#readMemory();
  }

  healthChanged(): void {
    if (this.#clients.size > 0) this.#mark(['health', 'engine'], () => true);
  }

  /** Accounts or feeds have come or gone: a client whose account is another object now begins anew. */
  deskChanged(): void {
    this.#mark(SECTIONS, () => true);
    for (const client of this.#clients) {
      const account = this.#stillOpen(client.wanted);
      if (account === client.board.account) continue;
      client.show(this.#board(account));
    }
    this.#readMemory();
    this.#tidy();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelFlush?.();
    this.#cancelBeat?.();
    for (const client of this.#clients) client.end();
    this.#clients.clear();
    this.#boards.clear();
  }

  /** Reads what the memory has for a board: until it answers, a deploy may put another account in the place of the one before. */
  async #prepare(wanted: string | undefined): Promise<void> {
    this.#preparing++;
    try {
      let account: AccountView | undefined;
      do {
        account = this.#views.account(wanted);
        await this.#board(account).readMemory();
      } while (!this.#isClosed && account !== this.#views.account(wanted));
    } finally {
      this.#preparing--;
    }
  }

  #built(wanted: string | undefined): Board {
    const board = this.#board(this.#views.account(wanted));
    board.mark(SECTIONS);
    board.refresh();
    return board;
  }

  #board(account: AccountView | undefined): Board {
    const known = this.#boards.get(account);
    if (known !== undefined) return known;
    const { pages, report } = this.#sources;
    const board = new Board(this.#views, pages, account, report);
    this.#boards.set(account, board);
    return board;
  }

  /** An account that was asked for and is not open now may come back: until then there is none. */
  #stillOpen(wanted: string | undefined): AccountView | undefined {
    try {
      return this.#views.account(wanted);
    } catch (error) {
      if (error instanceof WebError && error.code === 'ACCOUNT_UNKNOWN') return undefined;
      throw error;
    }
  }

  #drop(client: StreamClient): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
    this.#tidy();
  }

  #watched(): Set<Board> {
    return new Set([...this.#clients].map((client) => client.board));
  }

  /** Forgets boards that nobody looks at or waits for. */
  #tidy(): void {
    if (this.#preparing > 0) return;
    const watched = this.#watched();
    for (const [account, board] of this.#boards) if (!watched.has(board)) this.#boards.delete(account);
  }

  #mark(sections: readonly Section[], concerns: (board: Board) => boolean): void {
    for (const board of this.#watched()) if (concerns(board)) board.mark(sections);
    this.#flushSoon();
  }

  #readMemory(): void {
    for (const board of this.#watched()) void board.readMemory().then(() => this.#flushSoon());
  }

  #beat(): void {
    this.#cancelBeat ??= this.#sources.wall.after(BEAT_MS, () => {
      this.#cancelBeat = undefined;
      this.#look();
      if (this.#clients.size > 0) this.#beat();
    });
  }

  #look(): void {
    this.#mark(SECTIONS, () => true);
    this.#readMemory();
    const nowMs = this.#sources.wall.monotonicMs();
    for (const client of this.#clients) if (client.blockedMs > STUCK_MS) client.destroy();
    if (nowMs - this.#pingedMs < PING_MS) return;
    this.#pingedMs = nowMs;
    for (const client of this.#clients) client.ping();
  }

  #flushSoon(): void {
    if (this.#clients.size === 0) return;
    const sinceMs = this.#sources.wall.monotonicMs() - this.#flushedMs;
    this.#cancelFlush ??= this.#sources.wall.after(Math.max(GATHER_MS, PATCH_MS - sinceMs), () => {
      this.#cancelFlush = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    this.#flushedMs = this.#sources.wall.monotonicMs();
    for (const board of this.#watched()) board.keepUp();
    for (const client of this.#clients) client.update();
  }
}
