/** A browser on the dashboard: real Chromium, the real Node-RED, a scripted API. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { ChartView, Overview } from '../../lib/web/contract.ts';
import { buildDashboardFlow } from '../../scripts/build-dashboard.mjs';
import { launchChromium, openView, skipWithoutChromium, type View, type ViewOptions } from './chromium.ts';
import type { Answer, Command, FromServer, ToServer } from './messages.ts';
import { chartView } from './night.ts';

export type { View } from './chromium.ts';

export interface StageViewOptions extends ViewOptions {
  /** Until there is something to see; true by default. */
  isAwaited?: boolean;
}

export interface Stage {
  readonly origin: string;
  /** Commands since the last `show`, in order. */
  readonly commands: Command[];
  show(overview: Overview): Promise<void>;
  patch(...patches: Partial<Overview>[]): Promise<void>;
  /** How many event streams are open. */
  streams(): Promise<number>;
  /** How commands are answered; null: the connection breaks. */
  answer(answer: Answer | null): Promise<void>;
  fail(failure: Answer | null): Promise<void>;
  refuseStreams(areRefused: boolean): Promise<void>;
  lose(): Promise<void>;
  back(): Promise<void>;
  open(options?: StageViewOptions): Promise<View>;
  close(): Promise<void>;
}

/** A stage for a suite: opened before its tests, closed after them; without a browser they are skipped. */
export function stageFor(suite: Mocha.Suite): { readonly stage: Stage } {
  const holder: { stage?: Stage } = {};
  suite.beforeAll('opens a browser', async function () {
    skipWithoutChromium(this);
    holder.stage = await openStage();
  });
  suite.afterAll('closes it', () => holder.stage?.close());
  return {
    get stage() {
      if (!holder.stage) throw new Error('the stage is not open');
      return holder.stage;
    },
  };
}

export async function openStage(): Promise<Stage> {
  const userDir = mkdtempSync(join(tmpdir(), 'courtside-node-red-'));
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(buildDashboardFlow()));
  writeFileSync(join(userDir, 'package.json'), '{"name":"dashboard-test","private":true}');
  const child = fork(new URL('server.ts', import.meta.url), [userDir], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [browser, port] = await Promise.all([launchChromium(), ready(child)]);
  return new RunningStage(child, browser, port, userDir);
}

async function ready(child: ChildProcess): Promise<number> {
  for (;;) {
    const [message] = (await Promise.race([once(child, 'message'), ended(child)])) as [FromServer];
    if (message.kind === 'ready') return message.port;
  }
}

async function ended(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`the server ended with code ${code}`);
}

class RunningStage implements Stage {
  readonly origin: string;
  readonly commands: Command[] = [];
  readonly #child: ChildProcess;
  readonly #browser: Browser;
  readonly #userDir: string;
  #isLost = false;

  constructor(child: ChildProcess, browser: Browser, port: number, userDir: string) {
    this.#child = child;
    this.#browser = browser;
    this.#userDir = userDir;
    this.origin = `http://127.0.0.1:${port}`;
    child.on('message', (message: FromServer) => {
      if (message.kind === 'command') this.commands.push(message.command);
    });
  }

  async show(overview: Overview): Promise<void> {
    if (this.#isLost) await this.back();
    this.commands.length = 0;
    const games = [...overview.live, ...overview.upcoming, ...overview.finished];
    const charts = games.flatMap((game) => game.markets.map(({ ticker }) => [ticker, chartView(game, ticker)] as const));
    await this.#tell({ kind: 'show', overview, charts: Object.fromEntries<ChartView>(charts) });
  }

  async patch(...patches: Partial<Overview>[]): Promise<void> {
    await this.#tell({ kind: 'patch', patches });
  }

  streams(): Promise<number> {
    return this.#tell({ kind: 'look' });
  }

  async answer(answer: Answer | null): Promise<void> {
    await this.#tell({ kind: 'answer', answer });
  }

  async fail(failure: Answer | null): Promise<void> {
    await this.#tell({ kind: 'fail', failure });
  }

  async refuseStreams(areRefused: boolean): Promise<void> {
    await this.#tell({ kind: 'streams', areRefused });
  }

  async lose(): Promise<void> {
    await this.#tell({ kind: 'lose' });
    this.#isLost = true;
  }

  async back(): Promise<void> {
    await this.#tell({ kind: 'back' });
    this.#isLost = false;
  }

  async open({ isAwaited = true, ...options }: StageViewOptions = {}): Promise<View> {
    const view = await openView(this.#browser, options);
    await view.page.goto(`${this.origin}/dashboard/overview`);
    if (isAwaited) await view.page.locator('.cs-page .cs-figure').first().waitFor();
    return view;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
    rmSync(this.#userDir, { recursive: true, force: true });
  }

  async #tell(message: ToServer): Promise<number> {
    this.#child.send(message);
    for (;;) {
      const [answer] = (await once(this.#child, 'message')) as [FromServer];
      if (answer.kind === 'failed') throw new Error(answer.message);
      if (answer.kind === 'done') return answer.streams;
    }
  }
}
