import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NightTold, NightWanted, TradeTold } from './night-process.ts';
import { type PlainTrade, plainLedger } from './plain-ledger.ts';

const ROOT = join(import.meta.dirname, '../..');
const RECORDED = join(ROOT, '../shared/data/games');
const NIGHT_MS = 900_000;
/** Wide open: what the rules say is all that counts. */
const LIMITS = {
  daily_loss: 1_000_000,
  daily_loss_share: 100,
  exposure_total: 1_000_000,
  exposure_total_share: 100,
  consecutive_losses: 100,
  open_positions: 100,
};
const CLIP_DOLLARS = 10;

interface Case {
  name: string;
  file: string;
  from?: string;
  to?: string;
  league: 'NBA' | 'MLB';
  minPregame: number;
  drop: number;
  /** At least so many trades, or the comparison shows nothing. */
  least: number;
}

const FIXTURES = join(ROOT, 'test/fixtures/games');
const CASES: readonly Case[] = [
  { name: 'made-up NBA games', file: join(FIXTURES, 'dips-nba.jsonl'), league: 'NBA', minPregame: 55, drop: 15, least: 10 },
  { name: 'made-up MLB games', file: join(FIXTURES, 'dips-mlb.jsonl'), league: 'MLB', minPregame: 50, drop: 10, least: 6 },
  {
    name: 'the recorded MLB games',
    file: join(RECORDED, 'mlb_kalshi_1m_bbo_plays.jsonl.gz'),
    league: 'MLB',
    minPregame: 50,
    drop: 10,
    least: 3,
  },
  {
    name: 'a recorded week of NBA games, the default rule',
    file: join(RECORDED, 'nba_kalshi_1m.jsonl.gz'),
    from: '2025-11-03',
    to: '2025-11-09',
    league: 'NBA',
    minPregame: 55,
    drop: 15,
    least: 20,
  },
];

/** A whole night of the program as it is shipped, in a process of its own. */
function night(wanted: NightWanted): Promise<NightTold> {
  const script = join(import.meta.dirname, 'night-process.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, JSON.stringify(wanted)]);
  return new Promise((resolve, reject) => {
    const out: string[] = [];
    const err: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(out.join('').trim().split('\n').at(-1) ?? '') as NightTold);
      else reject(new Error(`the night ended with code ${code}: ${err.join('')}`));
    });
  });
}

function inPlainWords(trade: TradeTold): PlainTrade {
  const { ticker, contracts, entryMs, exitMs, entryCostE6, exitProceedsE6, reason, netE6 } = trade;
  return {
    ticker,
    side: 'yes',
    contracts,
    entryMs,
    entryCents: entryCostE6 / contracts / 10_000,
    exitMs,
    exitCents: exitProceedsE6 / contracts / 10_000,
    reason: reason as PlainTrade['reason'],
    netMicroDollars: netE6,
  };
}

describe('the shipped flow, over whole nights in lockstep', function () {
  this.timeout(NIGHT_MS);
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'courtside-night-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  for (const one of CASES) {
    const isThere = existsSync(one.file);
    it(`trades ${one.name} exactly as counted independently${isThere ? '' : ' (../shared/data/games is not there)'}`, async function () {
      if (!isThere) {
        this.skip();
        return;
      }
      const { file, from, to, league, minPregame, drop } = one;
      const days = from === undefined || to === undefined ? {} : { from, to };
      const counted = plainLedger({ file, league, minPregame, drop, clipDollars: CLIP_DOLLARS, ...days });
      assert.ok(counted.length >= one.least, `${counted.length} trades`);
      const told = await night({
        home,
        args: [
          '--lockstep',
          '--tier',
          'prestige',
          '--games',
          file,
          ...(from === undefined ? [] : ['--from', from]),
          ...(to === undefined ? [] : ['--to', to]),
        ],
        entry: {
          leagues: [league],
          min_pregame_price: minPregame,
          entry_drop: drop,
          position_size: CLIP_DOLLARS,
          max_total_positions: 100,
        },
        exit: {},
        limits: LIMITS,
      });
      assert.deepEqual(told.trades.map(inPlainWords).toSorted(byExit), counted.toSorted(byExit));
      assert.equal(told.state, 'armed');
      assert.equal(told.reconciled, true);
    });
  }
});

function byExit(a: PlainTrade, b: PlainTrade): number {
  return a.exitMs - b.exitMs || (a.ticker < b.ticker ? -1 : 1);
}
