/**
 * One night of the whole program, in a process of its own: Node-RED, and the desk that its nodes find, are one per process. Takes what to
 * do as JSON in its first argument, and prints what came of it as one line of JSON. Everything runs as built, as a user's would.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Dist<Path extends string> = Path extends 'courtside'
  ? typeof import('../../lib/app/courtside.ts')
  : Path extends 'flows-file'
    ? typeof import('../../lib/app/flows-file.ts')
    : Path extends 'practice'
      ? typeof import('../../lib/app/practice.ts')
      : Path extends 'configuration'
        ? typeof import('../../lib/app/configuration.ts')
        : typeof import('../../lib/app/practice-options.ts');

export interface NightWanted {
  home: string;
  /** As on the command line. */
  args: string[];
  /** Properties of the entry node that differ from the shipped flow's. */
  entry: Record<string, unknown>;
  exit: Record<string, unknown>;
  /** Limits by key, over the defaults. */
  limits: Record<string, unknown>;
}

export interface TradeTold {
  ticker: string;
  side: string;
  contracts: number;
  entryMs: number;
  entryCostE6: number;
  exitMs: number;
  exitProceedsE6: number;
  reason: string | undefined;
  netE6: number;
}

export interface NightTold {
  events: number;
  tookMs: number;
  trades: TradeTold[];
  state: string;
  reconciled: boolean | undefined;
  log: string[];
}

const ROOT = join(import.meta.dirname, '../..');

async function built<P extends string>(path: P): Promise<Dist<P>> {
  return (await import(join(ROOT, `dist/lib/app/${path}.js`))) as Dist<P>;
}

async function run(wanted: NightWanted): Promise<NightTold> {
  const { openCourtside } = await built('courtside');
  const { readShippedFlows } = await built('flows-file');
  const { openPracticeExchange } = await built('practice');
  const { readConfiguration } = await built('configuration');
  const { readOptions } = await built('practice-options');
  const { checkLimits } = (await import(
    join(ROOT, 'dist/lib/trading/limits.js')
  )) as typeof import('../../lib/trading/limits.ts');

  const userDir = join(wanted.home, 'node-red');
  mkdirSync(userDir, { recursive: true });
  const flows = readShippedFlows(join(ROOT, 'flows')).flatMap(({ nodes }) => nodes);
  const changed = flows.map((node) => {
    if (node.type === 'kalshi-entry-rules') return { ...node, ...wanted.entry };
    return node.type === 'kalshi-exit-rules' ? { ...node, ...wanted.exit } : node;
  });
  const once = [...new Map(changed.map((node) => [node.id, node])).values()];
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(once));

  const log: string[] = [];
  const env = { COURTSIDE_HOME: wanted.home, PORT: '0' };
  const configuration = readConfiguration(env, wanted.home);
  const options = readOptions(wanted.args, { dir: join(wanted.home, 'night'), port: 0 });
  const courtside = await openCourtside({
    configuration,
    openPractice: () => openPracticeExchange(options, env),
    log: { say: (level, text) => (level === 'error' || level === 'warn' ? log.push(`${level} ${text}`) : undefined) },
    root: ROOT,
    version: 'test',
  });
  await courtside.untilArmed();
  const [account] = courtside.engine.desk.accounts();
  if (account === undefined) throw new Error('no account');
  const limits = checkLimits(wanted.limits);
  if (!limits.ok) throw new Error(limits.problems.map(({ message }) => message).join('; '));
  await account.setLimits(limits.values, { kind: 'local' });
  const beganMs = performance.now();
  const events = await courtside.runNight();
  const tookMs = performance.now() - beganMs;
  const store = await courtside.engine.database.open();
  const rows = await store.pages.trades(account.id, { most: 10_000 });
  const comparison = await account.reconcile({ kind: 'local' });
  const { status, reason } = account.state();
  await courtside.close();
  return {
    events,
    tookMs,
    trades: rows.toReversed().map((row) => ({
      ticker: row.ticker,
      side: row.outcome,
      contracts: row.countE2 / 100,
      entryMs: row.entryMs,
      entryCostE6: row.entryCostE6,
      exitMs: row.exitMs,
      exitProceedsE6: row.exitProceedsE6,
      reason: row.exitReason,
      netE6: row.netE6,
    })),
    state: `${status} ${reason}`.trim(),
    reconciled: comparison.agreed,
    log,
  };
}

const told = await run(JSON.parse(process.argv[2] ?? '{}') as NightWanted);
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit(0));
