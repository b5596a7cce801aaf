/** The whole program with a browser on its Overview, and a strategy that trades often and holds what it buys. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Locator } from 'playwright-core';
import type { Overview, PositionView } from '../../lib/web/contract.ts';
import type { FlowNode } from '../certificates/flow.ts';
import { Program } from '../certificates/program.ts';
import { freePort } from '../free-port.ts';
import { launchChromium, openView, type View } from './chromium.ts';

const FLOWS = new URL('../../flows/', import.meta.url);
const PATIENCE_MS = 30_000;
const RECENT = 5;
const LEAGUES = ['NBA', 'NFL', 'MLB', 'NHL', 'SOCCER'];
/** Two games begin within eight minutes of each other. */
const SEED = 40;

/** Buys at the first fall of a cent, again and again. */
const ENTRY = {
  leagues: LEAGUES,
  min_pregame_price: 5,
  entry_drop: 1,
  min_baseline_grade: 'D',
  price_band_low: 5,
  price_band_high: 95,
  min_time_remaining: 0,
  max_data_age: 60,
  max_score_age: 600,
  position_size: 5,
  max_entries_per_game: 10,
  entry_offset: 4,
};
/** Sells nothing by itself for as long as a test takes. */
const EXIT = { leagues: LEAGUES, take_profit: 90, stop_loss: 90 };

export class RealApp {
  readonly program: Program;
  readonly view: View;
  readonly port: number;
  readonly #browser: Browser;

  private constructor(program: Program, browser: Browser, view: View, port: number) {
    this.program = program;
    this.view = view;
    this.port = port;
    this.#browser = browser;
  }

  static async open(): Promise<RealApp> {
    const program = new Program();
    program.lay(eagerFlows());
    const [browser, port] = await Promise.all([launchChromium(), freePort()]);
    return new RealApp(program, browser, await openView(browser), port);
  }

  /** Starts the program, for the first time or again: always at the same address. */
  async start(speed: number): Promise<void> {
    await this.program.start({ seed: SEED, speed, port: this.port });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.program.close();
  }

  button(name: string | RegExp): Locator {
    return this.view.page.getByRole('button', { name });
  }

  card(id: string): Locator {
    return this.view.page.locator(`section[aria-labelledby="cs-${id}"]`);
  }

  /** Says how fast the night runs. */
  chip(speed: number): Locator {
    return this.view.page.locator('.cs-chip').getByText(`· ${speed}x`);
  }

  async positions(): Promise<PositionView[]> {
    return (await this.program.overview()).positions;
  }

  /** The big number of a card. */
  async figure(id: string): Promise<string> {
    return oneLine(await this.card(id).locator('.cs-figure').innerText());
  }

  /** What a card says, on one line. */
  async text(id: string): Promise<string> {
    return oneLine(await this.card(id).innerText());
  }

  /** Asks until the page says what is looked for: `null` once it does, else what is missing. */
  async until(what: string, missing: () => Promise<string | null>): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const lacks = await missing();
      if (lacks === null) return;
      assert.ok(performance.now() < endMs, `${what}: ${lacks}`);
      await this.view.page.waitForTimeout(50);
    }
  }

  /** Until the page shows what the API has just told: prices may have gone on before the page is looked at. */
  async untilAgreed(what: string, shown: () => Promise<unknown>, told: (overview: Overview) => unknown): Promise<void> {
    const recent: string[] = [];
    await this.until(`the page agrees with the API on ${what}`, async () => {
      recent.push(JSON.stringify(told(await this.program.overview())));
      const page = JSON.stringify(await shown());
      return recent.slice(-RECENT).includes(page) ? null : `page ${page}, API ${recent.at(-1)}`;
    });
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The shipped flows with this strategy. */
function eagerFlows(): FlowNode[] {
  const files = readdirSync(FLOWS).filter((file) => file.endsWith('.json'));
  const all = files.toSorted().flatMap((file) => JSON.parse(readFileSync(new URL(file, FLOWS), 'utf8')) as FlowNode[]);
  const changes: Record<string, object> = { 'kalshi-entry-rules': ENTRY, 'kalshi-exit-rules': EXIT };
  // Shared config nodes stand in several files with one id.
  return [...new Map(all.map((node) => [node.id, { ...node, ...changes[node.type] }])).values()];
}
