import assert from 'node:assert/strict';
import { cents, dollars, signedDollars } from '../../dashboard/shared/words.ts';
import type { ChartView, Overview, PositionView } from '../../lib/web/contract.ts';
import { skipWithoutChromium } from './chromium.ts';
import { RealApp } from './real-app-stage.ts';

/** Up to the first entry the night passes quickly; then slowly enough for a person to look and press. */
const QUICK = 200;
const CALM = 40;
/** What a browser itself says of requests to a server that is not there. */
const UNREACHABLE = /^Failed to load resource: net::ERR_|^WebSocket connection to 'ws:\S+' failed|^SIO connect error: /;

describe('the Overview on the whole program', function () {
  this.timeout(60_000);
  let app: RealApp;

  before('opens a browser', async function () {
    skipWithoutChromium(this);
    app = await RealApp.open();
  });
  afterEach('is silent', function () {
    // The stations build on each other: after one that failed there is nothing to walk to.
    assert.notEqual(this.currentTest?.state, 'failed', 'the walk ended here');
    assert.deepEqual(app.view.complaints.splice(0), []);
  });
  after('closes it', () => app?.close());

  it('opens before the first game, under its own policy, and collects baselines', async () => {
    const { page } = app.view;
    await app.start(QUICK);
    const answer = await page.goto(`${app.program.life.url()}/`);
    await page.waitForURL('**/dashboard/overview');
    assert.match(answer?.headers()['content-security-policy'] ?? '', /script-src 'self' 'unsafe-eval'(;|$)/);
    await page.evaluate(`window.walk = 'loaded once'`);
    await app
      .card('upcoming')
      .getByText(/collecting \d+\/30/)
      .first()
      .waitFor();
    await app.chip(QUICK).waitFor();
    await app.view.picture('walk-1-before');
  });

  it('shows a game going live with the baseline that was captured before it', async () => {
    const game = app.card('live').locator('tbody tr').first();
    await game.waitFor({ timeout: 30_000 });
    await game.getByText(/^\d+(\.\d+)?c\s[ABCD]$/).waitFor();
    await app.view.picture('walk-2-live');
  });

  it('shows the first entry: why, what is held, at which price and clock', async () => {
    await app.until('a position is open', async () => ((await app.positions()).length > 0 ? null : 'there is none'));
    await app
      .card('activity')
      .getByText(/Bought \d+ YES of .+ at \d/)
      .first()
      .waitFor();
    await app.untilAgreed('what is held', heldRows, (overview) => overview.positions.map((one) => rowOf(one).slice(0, 3)));
    const [[, , , now, clock] = []] = await rows();
    assert.match(`${now} ${clock}`, /^\d+(\.\d+)?c \S/);
    const { positions, live } = await app.program.overview();
    const [{ team, event } = assert.fail('one is held')] = positions;
    const place = live.findIndex((game) => game.event === event);
    await app.card('live').locator('.cs-row-button').nth(place).click();
    await app.view.page.getByRole('group', { name: 'Market' }).getByText(team, { exact: true }).click();
    await app
      .card('live')
      .locator('.cs-drawing')
      .getByText(/^drop \d+\.\d >= 1\.0/)
      .first()
      .waitFor();
    await app.view.picture('walk-3-entry');
  });

  it('says that the program is lost when it is killed, lets its numbers age, and sends nothing', async () => {
    const { page } = app.view;
    await app.program.kill('SIGKILL');
    await page.getByRole('alert').getByText('The server does not answer.').waitFor();
    const old = app.card('positions').getByText(/^\d+ s old$/);
    const before = seconds(await old.first().innerText());
    await app.until('the numbers age', async () => {
      const after = seconds(await old.first().innerText());
      return after >= before + 2 ? null : `${after} s, ${before} s before`;
    });
    for (const name of ['Pause entries', 'Close all', /^Close \d/]) {
      const button = app.button(name).first();
      assert.equal(await button.getAttribute('aria-disabled'), 'true', String(name));
      await button.click({ force: true });
    }
    assert.equal(await page.locator('.cs-confirm').count(), 0);
    await app.view.picture('walk-4-lost');
    forgiveUnreachable();
  });

  it('catches up by itself when the program is back, in the same page', async () => {
    const { page } = app.view;
    await app.start(CALM);
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: 30_000 });
    await app.chip(CALM).waitFor();
    await agreesAllOver();
    assert.equal(await page.evaluate('window.walk'), 'loaded once');
    for (const name of ['Pause entries', 'Close all']) {
      assert.equal(await app.button(name).getAttribute('aria-disabled'), 'false', name);
    }
    forgiveUnreachable();
  });

  it('closes one position after a confirmation in place, and the day goes on after its fees', async () => {
    const { page } = app.view;
    const [position = assert.fail('one is held')] = await app.positions();
    const money = (await app.program.overview()).money ?? assert.fail('the account knows its money');
    await page.locator(`#cs-close-${position.id}`).click();
    const question = page.getByRole('group', { name: /^Close \d+ / });
    assert.match(await question.innerText(), /Sells all \d+ contracts at the bid, now \d+(\.\d)?c\. About [+−]?\d/);
    await app.view.picture('walk-5-confirm');
    await confirm(/^Sell \d+ now$/);
    await page.locator(`#cs-close-${position.id}`).waitFor({ state: 'detached' });
    const { contracts, team } = position;
    await app.card('activity').getByText(`Sold ${contracts} YES of ${team} at`).first().waitFor();
    await app.until('the fees have grown', async () => {
      const fees = (await app.program.overview()).money?.todayFees ?? 0;
      return fees > money.todayFees ? null : `${fees}`;
    });
    await agreesAllOver();
  });

  it('closes all that is held in several games, and buys nothing while paused although the rule would', async () => {
    const { page } = app.view;
    await app.until('several games are held', async () => {
      const held = new Set((await app.positions()).map(({ event }) => event));
      return held.size > 1 ? null : `${held.size}`;
    });
    await app.untilAgreed('what is held', rows, (overview) => overview.positions.map(rowOf));
    await app.button('Pause entries').click();
    await app.card('trading').getByText('Paused').first().waitFor();
    await app.button('Resume entries').waitFor();
    const paused = (await app.program.overview()).activity.find(({ message }) => message === 'Entries switched off');
    assert.ok(paused);
    await app.button('Close all').click();
    const question = page.getByRole('group', { name: /^Close all \d positions\?$/ });
    assert.match(await question.innerText(), /Sells \d+ contracts at the bid\. About [+−]?\d/);
    await app.view.picture('walk-6-close-all');
    await confirm(/^Sell \d positions now$/);
    await page.getByText('No open positions.').waitFor();
    await app.until('the rule would buy', async () => ((await wouldHaveBought(paused.at)) ? null : 'it never said so'));
    await app
      .card('activity')
      .getByText(/not sent, entries are switched off/)
      .first()
      .waitFor();
    const { positions, activity, engine } = await app.program.overview();
    assert.equal(engine.state, 'paused');
    assert.deepEqual(positions, []);
    assert.deepEqual(
      activity.filter(({ id, message }) => id > paused.id && message.startsWith('Bought')),
      [],
    );
    await app.view.picture('walk-7-paused');
    await agreesAllOver();
  });

  it('buys again once entries are resumed', async () => {
    await app.button('Resume entries').click();
    await app.button('Pause entries').waitFor();
    await app
      .button(/^Close \d/)
      .first()
      .waitFor();
    await agreesAllOver();
  });

  for (const width of [1280, 390]) {
    for (const theme of ['light', 'dark'] as const) {
      it(`fits ${width} px, ${theme}, as the night goes on`, async () => {
        const { page } = app.view;
        await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
        await page.emulateMedia({ colorScheme: theme });
        const colour = theme === 'dark' ? 'rgb(14, 17, 21)' : 'rgb(244, 245, 247)';
        await page.waitForFunction(`getComputedStyle(document.querySelector('.v-application')).backgroundColor === '${colour}'`);
        await page.locator('.cs-bottom').waitFor({ state: width === 390 ? 'visible' : 'detached' });
        await app
          .button(/^Close \d/)
          .first()
          .waitFor();
        await page.locator('.cs-chart-svg').waitFor();
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
        if (width === 390) {
          const pause = await page.locator('.cs-bottom').getByRole('button', { name: 'Pause entries' }).boundingBox();
          assert.ok(pause && pause.y + pause.height <= 844 && pause.height >= 44, 'the thumb reaches it');
        }
        await app.view.picture(`walk-8-${width}-${theme}`);
      });
    }
  }

  it('is worked by keyboard alone: pause, and close', async () => {
    const { page } = app.view;
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.locator('.cs-bottom').waitFor({ state: 'detached' });
    await page.evaluate('document.activeElement.blur()');
    await tabTo(/Pause entries$/);
    await page.keyboard.press('Enter');
    await app.button('Resume entries').waitFor();
    await app.untilAgreed('what is held', rows, (overview) => overview.positions.map(rowOf));
    await tabTo(/^Close \d/);
    const id = await page.evaluate('document.activeElement.id');
    await page.keyboard.press('Enter');
    await untilPressCounts(/^Sell \d+ now$/);
    await page.keyboard.press('Enter');
    await page.locator(`#${String(id)}`).waitFor({ state: 'detached' });
    await agreesAllOver();
  });

  /** Closed and open, figures and words: the page says what the API says. */
  async function agreesAllOver(): Promise<void> {
    await app.untilAgreed('what is held', rows, (overview) => overview.positions.map(rowOf));
    await app.untilAgreed('money and engine', figures, figuresOf);
    await app.untilAgreed('the day', dayLine, ({ money }) => money && `${money.wins} W ${money.losses} L`);
    await app.untilAgreed('the newest line', newestLine, ({ activity: [line] }) => line?.message);
  }

  /** Without what changes many times a second in a quick night. */
  async function heldRows(): Promise<string[][]> {
    return (await rows()).map((row) => row.slice(0, 3));
  }

  async function rows(): Promise<string[][]> {
    const cells = await app.view.page.evaluate(
      `[...document.querySelectorAll('#cs-positions')].flatMap((title) => [...title.closest('section').querySelectorAll('tbody tr:first-child')].map((row) =>
        [0, 1, 2, 3, 5].map((at) => row.cells[at].firstChild.textContent.trim())))`,
    );
    return cells as string[][];
  }

  function rowOf({ game, contracts, team, side, entry, now, clock }: PositionView): string[] {
    return [game, `${contracts} ${team} ${side.toUpperCase()}`, cents(entry), cents(now), clock];
  }

  async function figures(): Promise<unknown> {
    const [trading, today, risk, balance] = await Promise.all(
      ['trading', 'today', 'risk', 'balance'].map((id) => app.figure(id)),
    );
    return [
      trading?.replace(/^[^A-Z]+/, ''),
      today?.replace(/^[▲▼] ?/, ''),
      risk?.split(' ')[0],
      balance,
      await app.view.page.title(),
    ];
  }

  function figuresOf({ engine, money }: Overview): unknown {
    assert.ok(money);
    const word = `${engine.state[0]?.toUpperCase()}${engine.state.slice(1)}`;
    const today = signedDollars(money.today);
    return [word, today, dollars(money.atRisk), dollars(money.balance), `${today} · Courtside`];
  }

  async function dayLine(): Promise<string | undefined> {
    return /\d+ W \d+ L/.exec(await app.text('today'))?.[0];
  }

  async function newestLine(): Promise<string> {
    return app.card('activity').locator('li > span').first().innerText();
  }

  /** A press counts only when the question has been there for a moment. */
  async function untilPressCounts(name: RegExp): Promise<void> {
    await app.button(name).waitFor();
    await app.view.page.evaluate('window.asked = performance.now()');
    await app.view.page.waitForFunction('performance.now() - window.asked > 400');
  }

  async function confirm(name: RegExp): Promise<void> {
    await untilPressCounts(name);
    await app.button(name).click();
  }

  /** Whether an entry rule has said "buy" in a market of a live game since then. */
  async function wouldHaveBought(since: string): Promise<boolean> {
    const { live } = await app.program.overview();
    for (const { event, markets } of live) {
      for (const { ticker } of markets) {
        const { decisions } = (await app.program.get(`/api/v1/games/${event}/chart?ticker=${ticker}`)) as ChartView;
        if (decisions.some(({ at, text }) => at > since && text.startsWith('buying: drop'))) return true;
      }
    }
    return false;
  }

  async function tabTo(name: RegExp): Promise<void> {
    for (let step = 0; step < 60; step++) {
      await app.view.page.keyboard.press('Tab');
      const at = await app.view.page.evaluate(
        `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText).replace(/\\s+/g, ' ').trim()`,
      );
      if (name.test(String(at))) return;
    }
    assert.fail(`Tab leads nowhere to ${name}`);
  }

  /** Leaves of the complaints what is not about the server that was not there. */
  function forgiveUnreachable(): void {
    const others = app.view.complaints.splice(0).filter((text) => !UNREACHABLE.test(text));
    app.view.complaints.push(...others);
  }
});

function seconds(text: string): number {
  return Number.parseInt(text, 10);
}
