/** The program as it is built, with Node-RED and the shipped flows, in this process, on the exchange of another. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountView } from '../../../lib/account/contract.ts';
import type { Courtside } from '../../../lib/app/courtside.ts';
import { until } from '../measure.ts';
import type { Arena } from './arena.ts';
import { type ArenaGame, type ArenaTold, BEFORE_CC } from './arena-messages.ts';

export const ROOT = join(import.meta.dirname, '../../..');
const LOCAL = { kind: 'local' } as const;

type Exchange = Extract<ArenaTold, { kind: 'open' }>;

/** Armed, and entries switched on. */
export async function startProgram(home: string, exchange: Exchange): Promise<{ courtside: Courtside; account: AccountView }> {
  const app = (path: string) => join(ROOT, `dist/lib/app/${path}.js`);
  const { openCourtside } = (await import(app('courtside'))) as typeof import('../../../lib/app/courtside.ts');
  const { readShippedFlows } = (await import(app('flows-file'))) as typeof import('../../../lib/app/flows-file.ts');
  const { readConfiguration } = (await import(app('configuration'))) as typeof import('../../../lib/app/configuration.ts');
  const { defaultLimits } = (await import(
    join(ROOT, 'dist/lib/trading/limits.js')
  )) as typeof import('../../../lib/trading/limits.ts');
  layFlows(
    home,
    readShippedFlows(join(ROOT, 'flows')).flatMap(({ nodes }) => nodes),
  );
  const env = {
    COURTSIDE_HOME: home,
    PORT: '0',
    KALSHI_ENV: 'demo',
    KALSHI_API_BASE: exchange.rest,
    KALSHI_WS_URL: exchange.ws,
    KALSHI_API_KEY_ID: exchange.keyId,
    KALSHI_PRIVATE_KEY: exchange.privateKeyPem,
    ESPN_API_BASE: 'off',
  };
  const courtside = await openCourtside({
    configuration: readConfiguration(env, home),
    openPractice: () => Promise.reject(new Error('this is no practice')),
    log: { say: (level, text) => (level === 'error' ? console.error(text) : undefined) },
    root: ROOT,
    version: 'bench',
  });
  await courtside.untilArmed();
  const [account] = courtside.engine.desk.accounts();
  if (account === undefined) throw new Error('no account');
  await account.setLimits({ ...defaultLimits(), openPositions: 100, consecutiveLosses: 100 }, LOCAL);
  await account.setEntries(true, LOCAL);
  return { courtside, account };
}

/** The shipped flows, but for a clip of 10 dollars and any grade of baseline: these games began before they were watched. */
function layFlows(home: string, shipped: readonly Record<string, unknown>[]): void {
  const entry = { position_size: 10, min_baseline_grade: 'D', max_total_positions: 100 };
  const nodes = shipped.map((node) => (node['type'] === 'kalshi-entry-rules' ? { ...node, ...entry } : node));
  const once = new Map(nodes.map((node) => [node['id'], node]));
  mkdirSync(join(home, 'node-red'), { recursive: true });
  writeFileSync(join(home, 'node-red/flows.json'), JSON.stringify([...once.values()]));
}

/** Lists so many live games, of two markets each; resolves when each market has its book and its baseline. */
export async function followGames({ engine }: Courtside, arena: Arena, count: number): Promise<ArenaGame[]> {
  arena.order({ kind: 'list', games: count });
  const { games } = await arena.heard('listed');
  const tickers = games.flatMap(({ ticker, other }) => [ticker, other]);
  const feed = () => engine.desk.feeds()[0];
  await until('every market has its book and its baseline', () =>
    tickers.every((ticker) => feed()?.quote(ticker) !== undefined && feed()?.baseline(ticker).baseline !== undefined),
  );
  await until('every game is known to be live', () => games.every(({ event }) => feed()?.known(event)?.state.phase === 'live'));
  // A price that has stood since before the game is no price of the game.
  for (const { ticker } of games) arena.order({ kind: 'quote', ticker, bidCC: BEFORE_CC - 100 });
  await until('every price has moved', () => games.every(({ ticker }) => feed()?.quote(ticker)?.quote.bidCC === BEFORE_CC - 100));
  await engine.rest();
  return games;
}
