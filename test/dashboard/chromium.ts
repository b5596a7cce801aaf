/** A page in real Chromium, with what its console says. */
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
/** Screenshots of a run, for people. */
const PICTURES = join(tmpdir(), 'courtside-dashboard');

export interface View {
  readonly page: Page;
  /** Errors and warnings of the browser's console, and errors thrown in the page. */
  readonly complaints: string[];
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface ViewOptions {
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
  isStill?: boolean;
  timeZone?: string;
}

/** Skips the suite, with the reason, where there is no browser. */
export function skipWithoutChromium(hook: Mocha.Context): void {
  if (existsSync(CHROMIUM)) return;
  console.log(`skipped: no Chromium at ${CHROMIUM}; CHROMIUM_PATH names another`);
  hook.skip();
}

export function launchChromium(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-quic', '--disable-background-networking'];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** An empty page, in a context of its own. */
export async function openView(
  browser: Browser,
  { width = 1280, height = 900, theme = 'light', isStill = false, timeZone = 'America/New_York' }: ViewOptions = {},
): Promise<View> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: isStill ? 'reduce' : 'no-preference',
    timezoneId: timeZone,
    locale: 'en-US',
    hasTouch: width < 768,
  });
  return new OpenView(await context.newPage(), context);
}

class OpenView implements View {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
