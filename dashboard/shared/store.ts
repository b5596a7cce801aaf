/** Everything the pages know, and what they can do. One per browser page, shared by all of its templates. */
import { shallowReactive } from 'vue';
import type { ChartView, ErrorView, GameView, Overview } from '../../lib/web/contract.ts';
import { extended } from '../chart/extend.ts';
import { type CommandPorts, type Fate, sendWish, type Wish } from './commands.ts';
import { type Link, type LinkPorts, type LinkState, openLink } from './link.ts';
import { aheadOf, marketTimeAt } from './market-time.ts';
import { bounded, favourite, patched } from './patch.ts';
import { thinned, withPoint } from './series.ts';

export interface StorePorts extends LinkPorts, CommandPorts {
  /** Calls again and again; answers how to stop. */
  every(ms: number, call: () => void): () => void;
  recall(name: string): string | null;
  remember(name: string, value: string): void;
}

export interface PathPoint {
  atMs: number;
  value: number;
}

export interface StoreState {
  overview: Overview | null;
  link: LinkState;
  /** This machine's clock, renewed every second. */
  nowMs: number;
  account: string | null;
  /** The game and market whose chart is shown. */
  event: string | null;
  ticker: string | null;
  chart: { view: ChartView | null; problem: string | null };
  /** The bid of each live game's favourite, for small charts. */
  paths: Record<string, PathPoint[]>;
  fates: Record<string, Fate>;
  /** The last thing worth saying aloud. */
  said: string;
}

interface ChartAnswer {
  view?: ChartView;
  problem?: string | undefined;
}

export type Store = ReturnType<typeof createStore>;

const NO_CHART: StoreState['chart'] = { view: null, problem: null };
const PATH_POINTS = 240;
const CHART_REFRESH_MS = 30_000;
/** How long the good end of a wish stays on the page. */
const DONE_SHOWN_MS = 8_000;
/** Templates are made anew at every change of the flow: the line outlives that. */
const GRACE_MS = 1_000;

export function createStore(ports: StorePorts) {
  const state: StoreState = shallowReactive({
    overview: null,
    link: { state: 'connecting', heardMs: null, error: null },
    nowMs: ports.nowMs(),
    account: ports.recall('account') || null,
    event: null,
    ticker: null,
    chart: NO_CHART,
    paths: {},
    fates: {},
    said: '',
  });
  let users = 0;
  let link: Link | undefined;
  let stopTicking = () => {};
  let stayOpen = () => {};
  let aheadMs = 0;
  let chartReadMs = 0;
  let holdings = '';
  const seeding = new Set<string>();
  /** Charts that are being read. */
  const charts = new Map<string, Promise<ChartAnswer>>();
  /** What was missed while the server was away has been read. */
  let isCaughtUp = false;

  /** Renewed every second where a page shows it. A practice night runs in the server: while that is lost its time is not known. */
  function marketNow(): number {
    const nowMs = Math.max(state.nowMs, ports.nowMs());
    if (state.link.state === 'lost' && state.overview?.environment.name === 'practice') return heardMarketMs() ?? nowMs;
    return state.overview ? marketTimeAt(state.overview.environment, nowMs, aheadMs) : nowMs;
  }

  /** Market time when the server was last heard. */
  function heardMarketMs(): number | null {
    const {
      overview,
      link: { heardMs },
    } = state;
    return overview === null || heardMs === null ? null : marketTimeAt(overview.environment, heardMs, aheadMs);
  }

  function take(overview: Overview, isPatchOf: Partial<Overview> | null): void {
    state.overview = overview;
    if (!isCaughtUp) seeding.clear();
    if (isPatchOf === null || isPatchOf.live) followGames(overview.live);
    const held = overview.positions.map(({ id, contracts, pending }) => `${id} ${contracts} ${pending}`).join();
    if (!isCaughtUp || held !== holdings) void readChart();
    holdings = held;
    isCaughtUp = true;
    forgetEnded(overview);
  }

  function followGames(games: GameView[]): void {
    const atMs = marketNow();
    const paths: StoreState['paths'] = {};
    for (const game of games) {
      const market = favourite(game);
      if (!market) continue;
      const path = state.paths[market.ticker] ?? [];
      const isNew = market.bid !== null && path.at(-1)?.value !== market.bid;
      paths[market.ticker] = isNew && market.bid !== null ? withPoint(path, { atMs, value: market.bid }, PATH_POINTS) : path;
    }
    state.paths = paths;
    const shown = games.find(({ event }) => event === state.event);
    if (!shown) select(mostTelling(games));
    else if (state.chart.view?.event === shown.event) {
      const view = extended(state.chart.view, shown, atMs);
      if (view !== state.chart.view) state.chart = { ...state.chart, view };
    }
    void seedPaths(games);
  }

  /** Without a choice of the user: a game in which something is held, else the first. */
  function mostTelling(games: GameView[]): GameView | null {
    const held = new Set(state.overview?.positions.map(({ event }) => event));
    return games.find(({ event }) => held.has(event)) ?? games[0] ?? null;
  }

  /** The market in which something is held, else the one that the rules look at first. */
  function mostTellingMarket(game: GameView): string | undefined {
    const held = state.overview?.positions.find(({ event }) => event === game.event);
    return held?.ticker ?? favourite(game)?.ticker;
  }

  function select(game: GameView | null, ticker = game && mostTellingMarket(game)): void {
    if (game?.event === state.event && ticker === state.ticker) return;
    state.event = game?.event ?? null;
    state.ticker = ticker ?? null;
    state.chart = NO_CHART;
    void readChart();
  }

  function chartPath(event: string, ticker: string): string {
    const account = state.account === null ? '' : `&account=${encodeURIComponent(state.account)}`;
    return `/api/v1/games/${encodeURIComponent(event)}/chart?ticker=${encodeURIComponent(ticker)}${account}`;
  }

  /** Who asks while it is being read waits for that. */
  function askForChart(event: string, ticker: string): Promise<ChartAnswer> {
    const path = chartPath(event, ticker);
    const asked = charts.get(path);
    if (asked) return asked;
    const answer = ports
      .read(path)
      .then(({ ok, body }) => (ok ? { view: body as ChartView } : { problem: (body as Partial<ErrorView> | null)?.message }))
      .catch(() => ({}))
      .finally(() => charts.delete(path));
    charts.set(path, answer);
    return answer;
  }

  async function readChart(): Promise<void> {
    const { event, ticker } = state;
    if (event === null || ticker === null) return;
    chartReadMs = ports.nowMs();
    const { view, problem } = await askForChart(event, ticker);
    if (state.event !== event || state.ticker !== ticker) return;
    if (view) state.chart = { view, problem: null };
    else state.chart = { ...state.chart, problem: problem ?? 'The chart could not be read.' };
  }

  /** What a game's small chart shows of the time before this page was opened. */
  async function seedPaths(games: GameView[]): Promise<void> {
    const unseeded = games.flatMap((game) => favourite(game)?.ticker ?? []).filter((ticker) => !seeding.has(ticker));
    for (const ticker of unseeded) seeding.add(ticker);
    for (const game of games) {
      const ticker = favourite(game)?.ticker;
      if (ticker !== undefined && unseeded.includes(ticker)) await seedPath(game, ticker);
    }
  }

  async function seedPath(game: GameView, ticker: string): Promise<void> {
    const { view } = await askForChart(game.event, ticker);
    const path = state.paths[ticker];
    if (!view || !path) return;
    const points = view.points.flatMap(({ at, bid }) => (bid === null ? [] : [{ atMs: Date.parse(at), value: bid }]));
    const lastMs = points.at(-1)?.atMs ?? 0;
    state.paths = {
      ...state.paths,
      [ticker]: [...thinned(points, PATH_POINTS / 2), ...path.filter(({ atMs }) => atMs > lastMs)],
    };
  }

  /** Wishes about positions that are gone have nothing more to say. */
  function forgetEnded({ positions }: Overview): void {
    const open = new Set(positions.map(({ id }) => `close:${id}`));
    const kept = Object.entries(state.fates).filter(
      ([about, { state: end }]) => !about.startsWith('close:') || open.has(about) || end === 'sending',
    );
    if (kept.length < Object.keys(state.fates).length) state.fates = Object.fromEntries(kept);
  }

  function tellFate(fate: Fate): void {
    const { about } = fate.wish;
    state.fates = { ...state.fates, [about]: fate };
    if (fate.state !== 'sending') state.said = fate.message;
    if (fate.state === 'done') ports.later(DONE_SHOWN_MS, () => dismiss(about, fate));
  }

  function dismiss(about: string, only?: Fate): void {
    if (only && state.fates[about] !== only) return;
    const { [about]: _, ...others } = state.fates;
    state.fates = others;
  }

  function ask(about: string, method: Wish['method'], path: string, body: Wish['body'] = {}): Promise<void> {
    const account = state.overview?.account ?? state.account;
    const wish: Wish = { about, method, path: `/api/v1/${path}`, body: account === null ? body : { account, ...body } };
    return sendWish(wish, state.fates[about], ports, tellFate);
  }

  function open(): void {
    link = openLink(state.account, ports, {
      serverTime: (serverMs) => {
        aheadMs = aheadOf(serverMs, ports.nowMs());
      },
      snapshot: (overview) => take(bounded(overview), null),
      patch: (patch) => {
        if (state.overview) take(patched(state.overview, patch), patch);
      },
      state: (now) => {
        state.nowMs = ports.nowMs();
        state.link = now;
        if (now.state === 'lost') isCaughtUp = false;
        // Every practice night is another account: the remembered one may be over.
        if (now.error?.code === 'ACCOUNT_UNKNOWN' && state.account !== null) chooseAccount(null);
      },
    });
  }

  /** Null: the server's choice. */
  function chooseAccount(account: string | null): void {
    ports.remember('account', account ?? '');
    link?.close();
    isCaughtUp = false;
    Object.assign(state, { account, overview: null, event: null, ticker: null, paths: {}, fates: {}, chart: NO_CHART });
    open();
  }

  function shut(): void {
    link?.close();
    link = undefined;
    stopTicking();
  }

  function tick(): void {
    state.nowMs = ports.nowMs();
    const isCurrent = state.link.state === 'live' || state.link.state === 'polling';
    if (isCurrent && state.nowMs - chartReadMs >= CHART_REFRESH_MS) void readChart();
  }

  return {
    state,
    marketNow,
    heardMarketMs,
    /** Orders can be sent: the server is heard. */
    canAsk: () => state.overview !== null && (state.link.state === 'live' || state.link.state === 'polling'),
    /** Opens the line for its first user and closes it after its last. */
    use(): () => void {
      users += 1;
      stayOpen();
      if (link === undefined) {
        open();
        stopTicking = ports.every(1_000, tick);
      }
      let isUsed = true;
      return () => {
        if (!isUsed) return;
        isUsed = false;
        users -= 1;
        if (users === 0) stayOpen = ports.later(GRACE_MS, shut);
      };
    },
    retry: () => link?.retry(),
    chooseAccount,
    select,
    readChart,
    dismiss,
    pauseEntries: () => ask('entries', 'POST', 'bot/pause'),
    resumeEntries: () => ask('entries', 'POST', 'bot/resume'),
    reconcile: () => ask('reconcile', 'POST', 'bot/reconcile'),
    reset: (rule: string, note: string) => ask(`reset:${rule}`, 'POST', 'bot/reset', { rule, note }),
    closePosition: (id: string) => ask(`close:${id}`, 'DELETE', `positions/${encodeURIComponent(id)}`),
    closeAll: () => ask('close-all', 'POST', 'positions/close-all'),
  };
}
