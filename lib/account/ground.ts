/** What the parts of one account stand on: its ports, what is committed, and the two pens. */
import type { RiskLimits } from '../trading/limits.ts';
import type { Activity, Clock, WallTimer } from '../trading/ports/clock.ts';
import type { LogCategory, LogLevel, Memory } from '../trading/ports/memory.ts';
import type { Alert, Outbox } from '../trading/ports/outbox.ts';
import type { Venue } from '../trading/ports/venue.ts';
import type { Audience } from './audience.ts';
import type { Books } from './books.ts';
import type { FeedView } from './contract.ts';
import type { Owner } from './ledger-change.ts';
import type { Pen } from './pen.ts';

export interface Ground extends Owner {
  label: string;
  venue: Venue;
  memory: Memory;
  outbox: Outbox;
  clock: Clock;
  wall: WallTimer;
  activity: Activity;
  feed: () => FeedView | undefined;
  books: Books;
  /** What decides: orders, fills, positions, breaker. While any of it is owed, entries are blocked. */
  pen: Pen;
  /** What only tells: alerts, the log, snapshots, the state of rules. */
  notes: Pen;
  audience: Audience;
  limits: () => RiskLimits;
}

/** The game that a market belongs to: as the feed lists it, else as Kalshi makes tickers of markets (event, dash, outcome). */
export function eventOf(ground: Pick<Ground, 'feed' | 'books'>, ticker: string): string {
  const listed = ground.feed()?.market(ticker)?.game.eventTicker ?? ground.books.booksOf(ticker)[0]?.eventTicker;
  if (listed !== undefined) return listed;
  const dash = ticker.lastIndexOf('-');
  return dash > 0 ? ticker.slice(0, dash) : ticker;
}

/** The outcome's name, or the ticker where the feed does not list it. */
export function teamOf(ground: Pick<Ground, 'feed'>, ticker: string): string {
  return ground.feed()?.market(ticker)?.market.team ?? ticker;
}

/** Runs `work` as work that is under way. */
export async function underWay<T>(ground: Pick<Ground, 'activity'>, work: () => Promise<T>): Promise<T> {
  const end = ground.activity.begin();
  try {
    return await work();
  } finally {
    end();
  }
}

let lines = 0;

/** One sentence for the activity log. */
export function logLine(
  ground: Pick<Ground, 'notes' | 'memory' | 'accountId' | 'clock'>,
  level: LogLevel,
  category: LogCategory,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): void {
  const line = { accountId: ground.accountId, level, category, message, details, atMs: ground.clock.nowMs() };
  ground.notes.keep(`log|${++lines}`, () => ground.memory.records.log(line));
}

/** Stored once by its key, however often it is posted. */
export function postAlert(
  ground: Pick<Ground, 'notes' | 'outbox' | 'accountId' | 'environment' | 'clock'>,
  alert: Pick<Alert, 'kind' | 'key' | 'level' | 'title' | 'facts'> & { atMs?: number },
): void {
  const { accountId, environment } = ground;
  const whole = { ...alert, accountId, environment, atMs: alert.atMs ?? ground.clock.nowMs() };
  ground.notes.keep(`alert|${alert.key}`, () => ground.outbox.post(whole));
}
