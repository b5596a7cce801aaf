/** The program as `npm start` runs it: how soon it is armed, and how soon a browser shows the Overview. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';
import type { TradingHealthView } from '../../../lib/web/contract.ts';
import { median } from '../measure.ts';

export interface StartFigures {
  /** From the start of the process to its first armed account, in a folder that is not there yet. */
  freshMs: number;
  /** The same in the folder of an earlier run: its night is resumed, its account found again. */
  warmMs: number;
  /** From a browser's first request, nothing cached, to the Overview with its figures; or why it was not measured. */
  overviewMs: number | string;
}

const ROOT = join(import.meta.dirname, '../../..');
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-quic', '--disable-background-networking'];
const ROUNDS = 3;
const POLL_MS = 10;
const PATIENCE_MS = 60_000;

export async function benchStart(): Promise<StartFigures> {
  const fresh: number[] = [];
  const warm: number[] = [];
  const overviews: number[] = [];
  const browser = existsSync(CHROMIUM) ? await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS }) : undefined;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const home = mkdtempSync(join(tmpdir(), 'courtside-bench-'));
      fresh.push(await armedWithin(home, async () => {}));
      warm.push(
        await armedWithin(home, async (url) => {
          if (browser !== undefined) overviews.push(await overviewMs(browser, url));
        }),
      );
      rmSync(home, { recursive: true, force: true });
    }
  } finally {
    await browser?.close();
  }
  return {
    freshMs: median(fresh),
    warmMs: median(warm),
    overviewMs: overviews.length === 0 ? `no Chromium at ${CHROMIUM}; CHROMIUM_PATH names another` : median(overviews),
  };
}

/** Starts the program there, and ends it after `use`. */
async function armedWithin(home: string, use: (url: string) => Promise<void>): Promise<number> {
  const begunMs = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'dist/lib/app/doors/start.js')], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], COURTSIDE_HOME: home, PORT: '0', LOG_LEVEL: 'error' },
  });
  try {
    const url = await urlOf(child);
    while (!(await isArmed(url))) {
      if (performance.now() - begunMs > PATIENCE_MS) throw new Error('the program was not armed in time');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const tookMs = performance.now() - begunMs;
    await use(url);
    return tookMs;
  } finally {
    await end(child);
  }
}

async function urlOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new TypeError('the program has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^ {2}dashboard +(http:\S+)\/dashboard$/.exec(line) ?? [];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error('the program ended before it answered');
}

/** 503 says that it is not yet. */
async function isArmed(url: string): Promise<boolean> {
  const { accounts } = (await (await fetch(`${url}/health/trading`)).json()) as TradingHealthView;
  return accounts.some((account) => account.isArmed);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function overviewMs(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  const page = await context.newPage();
  const begunMs = performance.now();
  await page.goto(`${url}/dashboard/overview`, { waitUntil: 'commit' });
  // Looked for in each frame; a locator would look ever more seldom.
  await page.waitForFunction(`document.querySelector('.cs-page .cs-engine')?.checkVisibility() === true`);
  const tookMs = performance.now() - begunMs;
  await context.close();
  return tookMs;
}
