/** Puts together what pages are told, from accounts, feeds and what was watched of them. Each view is built when asked for. */
import type { AccountView, Desk, FeedView } from '../account/contract.ts';
import type { WallTimer } from '../trading/ports/clock.ts';
import type { ListedGame } from '../trading/ports/market-data.ts';
import type { Memory } from '../trading/ports/memory.ts';
import { dayStartMs, newYorkDay } from '../trading/trading-day.ts';
import type { AccountChoice, ChartView, EngineView, EnvironmentView, HealthView, MoneyView, PositionView } from './contract.ts';
import { WebError } from './errors.ts';
import type { PagesReads } from './pages-port.ts';
import { chartView } from './read/chart.ts';
import { countRules, engineView, knowsMoney, noAccount } from './read/engine.ts';
import { environmentView, type PracticeNight } from './read/environment.ts';
import { favouriteOf } from './read/game.ts';
import { type GameLists, gameLists } from './read/games.ts';
import { healthView, type OrderHealth } from './read/health.ts';
import { joinedPath, moneyView, type ResultPoint } from './read/money.ts';
import { exitPrices, isOpenRow, positionView, worthOf } from './read/position.ts';
import { exitDecision } from './read/says.ts';
import { largestEntryE6, mayEnterTonight, worstCase } from './read/worst-case.ts';
import type { Watches } from './watch/watches.ts';

export interface WebSources {
  desk: Desk;
  pages: PagesReads;
  memory: Pick<Memory, 'health' | 'onHealth'>;
  wall: WallTimer;
  /** The practice night, where there is one. */
  practice: () => PracticeNight | undefined;
  info: {
    version: string;
    /** Wall time. */
    startedMs: number;
  };
  /** Why no account can be had, where that is known. */
  problem?: () => { code: string; message: string } | undefined;
  /** Whether an account's orders get through, where its venue tells. */
  orders?: (accountId: string) => OrderHealth | undefined;
  /** Names or addresses under which this machine may be reached besides loopback. */
  hosts?: readonly string[];
  /** Told of defects: for the log. */
  report: (error: unknown) => void;
}

const MOST_TRADES = 2_000;
/** How long before its scheduled start a game may have been traded. */
const TRADED_BEFORE_MS = 2 * 86_400_000;

export class Views {
  readonly #sources: WebSources;
  readonly #watches: Watches;

  constructor(sources: WebSources, watches: Watches) {
    this.#sources = sources;
    this.#watches = watches;
  }

  /** The named account, or the first that is open. Throws `ACCOUNT_UNKNOWN` for a name that is none. */
  account(id: string | undefined): AccountView | undefined {
    const open = this.#sources.desk.accounts();
    if (id === undefined) return open.find((account) => account.state().status !== 'closed') ?? open[0];
    const found = open.find((account) => account.id === id);
    if (found === undefined) throw new WebError('ACCOUNT_UNKNOWN', 'That account is not open.');
    return found;
  }

  /** As `account`; throws `ACCOUNT_UNKNOWN` where none is open. */
  someAccount(id: string | undefined): AccountView {
    const account = this.account(id);
    if (account === undefined) throw new WebError('ACCOUNT_UNKNOWN', 'No account is open.');
    return account;
  }

  accounts(): AccountChoice[] {
    return this.#sources.desk.accounts().map(({ id, label, environment }) => ({ id, label, environment }));
  }

  feedOf(account: AccountView | undefined): FeedView | undefined {
    const { desk } = this.#sources;
    const environment = account?.environment ?? desk.started;
    return desk.feeds().find((feed) => feed.environment === environment);
  }

  environment(account: AccountView | undefined): EnvironmentView {
    const { wall, practice, desk } = this.#sources;
    const wallMs = wall.nowMs();
    return environmentView({
      name: account?.environment ?? desk.started,
      practice: practice(),
      marketMs: this.#marketMs(account),
      wallMs,
    });
  }

  health(account: AccountView | undefined): HealthView {
    const { memory, orders } = this.#sources;
    return healthView({
      feed: this.feedOf(account),
      account: account?.state(),
      orders: account === undefined ? undefined : orders?.(account.id),
      memory: memory.health(),
    });
  }

  engine(account: AccountView | undefined): EngineView {
    if (account === undefined) return noAccount(this.#sources.problem?.());
    return engineView({
      state: account.state(),
      trips: account.trips(),
      rules: countRules(account.decisions()),
      lastRun: account.lastRun(),
    });
  }

  /** `stored`: what the memory kept of today's path. Null while the account does not know its balance. */
  money(account: AccountView | undefined, stored: readonly ResultPoint[]): MoneyView | null {
    if (account === undefined) return null;
    const money = account.money();
    if (!knowsMoney(account.state(), money)) return null;
    const limits = account.limits();
    const today = newYorkDay(money.atMs);
    const sinceMs = dayStartMs(today);
    const watch = this.#watches.account(account);
    const feed = this.feedOf(account);
    const open = account
      .positions()
      .filter(isOpenRow)
      .map(({ open, ticker }) => {
        const { costE6, feesE6 } = open;
        return { costE6, feesE6, worthE6: worthOf(open, feed?.market(ticker)?.market, feed?.quote(ticker)?.quote) };
      });
    const worst = worstCase({
      money,
      limits,
      open,
      entryE6: largestEntryE6(account.sizeCaps(), account.decisions()),
      mayEnter: mayEnterTonight(account.state(), account.trips()),
    });
    const path = joinedPath(stored, watch?.results(sinceMs) ?? []).filter(({ atMs }) => atMs >= sinceMs);
    const openFeesE6 = open.reduce((total, { feesE6 }) => total + feesE6, 0);
    return moneyView({ money, openFeesE6, limits, path, worst });
  }

  /** Oldest first. */
  positions(account: AccountView | undefined): PositionView[] {
    if (account === undefined) return [];
    const feed = this.feedOf(account);
    const watch = this.#watches.feed(feed);
    const facts = {
      accountId: account.id,
      nowMs: this.#marketMs(account),
      decisions: account.decisions(),
      underWay: account.ordersUnderWay(),
    };
    const rows = account.positions().filter(isOpenRow);
    return rows
      .toSorted((a, b) => a.openedMs - b.openedMs || (a.id < b.id ? -1 : 1))
      .map((row) =>
        positionView({
          ...facts,
          row,
          listed: feed?.market(row.ticker),
          quote: feed?.quote(row.ticker),
          known: feed?.known(row.eventTicker),
          points: watch?.series(row.ticker)?.points(row.openedMs) ?? [],
        }),
      );
  }

  games(account: AccountView | undefined, wanted?: readonly (keyof GameLists)[]): Partial<GameLists> {
    const facts = {
      feed: this.feedOf(account),
      decisions: account?.decisions() ?? [],
      rows: account?.positions() ?? [],
      state: account?.state().status,
      hasEntered: (rule: string, event: string) => (account?.tally(rule, event).entriesInGame ?? 0) > 0,
    };
    return gameLists(facts, wanted);
  }

  /** The chart of one market of a game; of its favourite where none is named. Throws `GAME_UNKNOWN`, `MARKET_UNKNOWN`. */
  async chart(account: AccountView | undefined, event: string, ticker: string | undefined): Promise<ChartView> {
    const feed = this.feedOf(account);
    const game = feed?.game(event);
    if (feed === undefined || game === undefined) throw new WebError('GAME_UNKNOWN', 'That game is not followed.');
    const markets = game.markets.map((market) => ({
      market,
      quote: feed.quote(market.ticker),
      baseline: feed.baseline(market.ticker),
    }));
    const chosen =
      ticker === undefined ? (favouriteOf(markets) ?? markets[0]) : markets.find(({ market }) => market.ticker === ticker);
    if (chosen === undefined) throw new WebError('MARKET_UNKNOWN', 'That market is none of this game.');
    const { market, baseline } = chosen;
    const traded = await this.#traded(account, game, market.ticker);
    const watch = this.#watches.feed(feed);
    const track = watch?.track(event);
    const rows = account?.positions().filter((row) => row.ticker === market.ticker) ?? [];
    const open = rows.find(isOpenRow);
    const said = open && account ? exitDecision(account.decisions(), market.ticker, open.ruleId) : undefined;
    return chartView({
      game,
      market,
      known: feed.known(event),
      baseline,
      points: watch?.series(market.ticker)?.points() ?? [],
      periods: track?.periods() ?? [],
      scores: track?.scores() ?? [],
      said: account === undefined ? [] : (this.#watches.account(account)?.said(market.ticker) ?? []),
      rows,
      ...traded,
      exits: open === undefined ? { stopCC: undefined, takeCC: undefined } : exitPrices(open.open, said),
    });
  }

  /** Where today's path stood before this program began to watch. Throws a MemoryFailure. */
  async storedPath(account: AccountView | undefined): Promise<ResultPoint[]> {
    if (account === undefined) return [];
    const sinceMs = dayStartMs(newYorkDay(this.#marketMs(account)));
    const snapshots = await this.#sources.pages.snapshots(account.id, sinceMs);
    return snapshots.map(({ atMs, dayPnlE6 }) => ({ atMs, todayE6: dayPnlE6 }));
  }

  /** The trading day it is, in market time. */
  today(account: AccountView): string {
    return newYorkDay(this.#marketMs(account));
  }

  async #traded(account: AccountView | undefined, game: ListedGame, ticker: string) {
    if (account === undefined) return { trades: [], orders: [] };
    const { pages } = this.#sources;
    const sinceMs = (game.startMs ?? this.#marketMs(account)) - TRADED_BEFORE_MS;
    const range = { sinceMs, untilMs: Number.MAX_SAFE_INTEGER, most: MOST_TRADES };
    const [trades, orders] = await Promise.all([pages.trades(account.id, range), pages.ordersOf(account.id, ticker)]);
    return { trades: trades.filter((trade) => trade.ticker === ticker), orders };
  }

  #marketMs(account: AccountView | undefined): number {
    return (this.feedOf(account)?.clock ?? this.#sources.wall).nowMs();
  }
}
