import assert from 'node:assert/strict';
import { evening, gameView, line, marketView, positionView } from './night.ts';
import { stageFor, type View } from './stage.ts';

describe('the Overview', function () {
  const holder = stageFor(this);
  let view: View;

  before('opens the page', async () => {
    await holder.stage.show(evening());
    view = await holder.stage.open();
  });
  afterEach('is silent', () => assert.deepEqual(view.complaints.splice(0), []));
  after(() => view.close());

  async function text(selector: string): Promise<string> {
    const all = await view.page.locator(selector).allInnerTexts();
    return all.join(' | ').replace(/\s+/g, ' ');
  }

  const card = (id: string) => `section[aria-labelledby="cs-${id}"]`;

  it('shows how it stands, in silence and from its own origin alone', async () => {
    const { stage } = holder;
    await stage.show(evening());
    const foreign: string[] = [];
    view.page.on('request', (request) => {
      if (!request.url().startsWith(stage.origin) && !request.url().startsWith('data:')) foreign.push(request.url());
    });
    const answer = await view.page.reload();
    assert.match(answer?.headers()['content-security-policy'] ?? '', /script-src 'self' 'unsafe-eval'(;|$)/);
    await view.page.locator('.cs-chart-svg').waitFor();
    assert.match(await text(card('trading')), /Running 3 rules · Systems normal\. ✓ Memory and exchange agree\. 21:00/);
    assert.match(await text(card('today')), /▲ ?\+127\.50 5 W 2 L closed · 14\.32 fees/);
    assert.match(await text(card('risk')), /200\.00 of 2,000 Worst case tonight −350\.00 2 open at their stops/);
    assert.match(await text(card('balance')), /10,127\.50 9,927\.50 free/);
    assert.match(
      await text(`${card('positions')} tbody:nth-of-type(1)`),
      /Miami at Chicago holding: up 8\.0 < 20\.0 96 Miami YES 50c 58c ▲ ?\+6\.24 Q3 4:21 40c \/ 70c Close/,
    );
    assert.match(await text(`${card('positions')} tbody:nth-of-type(2)`), /110 Denver NO 45c 41c ▼ ?−5\.87/);
    assert.match(await text(`${card('live')} .cs-funnel`), /tracked 6 → live 4 → dropped 3 → allowed 2 → filled 2/);
    assert.match(
      await text(`${card('live')} tbody tr:nth-child(3)`),
      /BOS 15–12 NYK.* Q1 7:02 BOS 65c A 62c 3c drop 3\.0 < 15\.0/,
    );
    assert.match(await text(card('upcoming')), /Golden State at Memphis in 4\d min · 21:48 NBA base 61c B · collecting 12\/30/);
    assert.match(await text(card('activity')), /^ACTIVITY 20:59:21 bought 96 MIA YES at 50c/i);
    assert.match(await text('.cs-health'), /feed 0\.2 s.*orders 41 ms.*scores 3 s/);
    assert.equal(await view.page.title(), '+127.50 · Courtside');
    assert.deepEqual(foreign, []);
  });

  it('shows a change within half a second', async () => {
    await holder.stage.show(evening());
    const took: number[] = [];
    for (const contracts of [101, 102, 103, 104, 105]) {
      const shown = view.page.getByText(`${contracts} Miami YES`, { exact: true }).waitFor();
      const begin = performance.now();
      await holder.stage.patch({ positions: [positionView('MIA', 'CHI', { contracts })] });
      await shown;
      took.push(performance.now() - begin);
    }
    const [, , median = 0] = took.toSorted((a, b) => a - b);
    assert.ok(median < 500, `took ${took.map(Math.round).join(', ')} ms`);
  });

  it('puts new lines of activity on top and says them aloud', async () => {
    await holder.stage.show(evening());
    await holder.stage.patch({ activity: [line(37, 'sold 96 MIA YES at 70c: take profit, +18.30')] });
    const log = view.page.getByRole('log');
    await log.getByText('take profit, +18.30').waitFor();
    assert.match((await log.innerText()).replace(/\s+/g, ' '), /take profit, \+18\.30.*bought 96 MIA/);
    assert.equal(await log.getAttribute('aria-live'), 'polite');
  });

  it('carries market time on by the speed of the night', async () => {
    await holder.stage.show(evening());
    const clock = view.page.locator('.cs-market-clock b');
    const first = await clock.innerText();
    await view.page.waitForFunction(
      `(() => { const s = (t) => t.split(':').reduce((sum, part) => sum * 60 + Number(part), 0); return s(document.querySelector('.cs-market-clock b').innerText) - s('${first}') >= 55; })()`,
    );
  });

  it('draws the chosen game, and tells what the rule said at the pointed instant', async () => {
    await holder.stage.show(evening());
    const chart = view.page.getByRole('slider', { name: /Price chart of Miami/ });
    await chart.waitFor();
    const drawn = (await view.page.locator('.cs-drawing text').allTextContents()).join(' ');
    for (const part of ['halftime', 'base 65c A', 'take 70c', 'stop 40c', '96 at 50c', 'CHI 52'])
      assert.ok(drawn.includes(part), part);
    await chart.hover({ position: { x: 340, y: 100 } });
    assert.match(await text('.cs-chart-readout'), /Q[12] · MIA \d+–\d+ CHI · bid \d+c ask \d+c · drop \d+\.\d < 15\.0/);
    await view.page.getByRole('button', { name: /BOS 15–12 NYK/ }).click();
    await view.page.getByRole('group', { name: 'Market' }).getByText('New York').click();
    await view.page.getByRole('slider', { name: /Price chart of New York/ }).waitFor();
  });

  it('lets the keyboard walk through a chart, and has a table behind it', async () => {
    await holder.stage.show(evening());
    const chart = view.page.getByRole('slider', { name: /Price chart of Miami/ });
    await view.page.getByRole('button', { name: /MIA 44–52 CHI/ }).click();
    await chart.focus();
    const last = await chart.getAttribute('aria-valuetext');
    await view.page.keyboard.press('ArrowLeft');
    await view.page.keyboard.press('PageUp');
    const earlier = await chart.getAttribute('aria-valuetext');
    assert.notEqual(earlier, last);
    assert.match(earlier ?? '', /bid \d+c ask \d+c/);
    assert.equal(await text('.cs-chart-readout'), earlier);
    await view.page.getByRole('button', { name: 'Table' }).click();
    const table = view.page.getByRole('region', { name: 'The chart as a table' });
    assert.match(await table.innerText(), /bought 96 at 50c: dropped 15\.5/);
    const [download] = await Promise.all([
      view.page.waitForEvent('download'),
      view.page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'KXNBAGAME-26NOV19MIACHI-MIA.csv');
  });

  it('never takes text from outside for markup', async () => {
    const evil = '<img src=x onerror="document.title=1"><b>bold</b> {{ 777 * 7 }}';
    const live = [gameView('MIA', 'CHI', { title: evil, says: evil, home: evil })];
    const upcoming = [gameView('BOS', 'NYK', { title: evil, markets: [marketView('BOS', 'E', { baselineText: evil })] })];
    await holder.stage.show(
      evening({ live, upcoming, positions: [positionView('MIA', 'CHI', { game: evil, team: evil })], activity: [line(1, evil)] }),
    );
    await view.page.getByRole('log').getByText(evil).waitFor();
    assert.equal(await view.page.locator('.cs img, .cs-page b:text-is("bold")').count(), 0);
    assert.ok(!(await text('.cs-page')).includes('5439'));
  });

  for (const [name, colour, height] of [
    ['practice', 'rgb(27, 98, 209)', 4],
    ['paper', 'rgb(242, 176, 30)', 4],
    ['demo', 'rgb(119, 71, 209)', 4],
    ['live', 'rgb(200, 30, 43)', 8],
  ] as const) {
    it(`says over every page that it is ${name}`, async () => {
      await holder.stage.show(evening({ environment: { ...evening().environment, name, night: null, speed: null } }));
      await view.page.locator(`.cs-chip.cs-env-${name}`).waitFor();
      const bar = await view.page.evaluate(
        `(() => { const bar = document.querySelector('.cs-bar'); return [getComputedStyle(bar).backgroundColor, bar.getBoundingClientRect().height, bar.getBoundingClientRect().top]; })()`,
      );
      assert.deepEqual(bar, [colour, height, 0]);
      assert.equal((await view.page.locator('.cs-chip').innerText()).toLowerCase(), name);
    });
  }

  it('says what blocks entries, since when and until when', async () => {
    const blocks = [
      {
        rule: 'consecutive_losses',
        reason: '5 losses in a row.',
        since: '2026-11-20T01:58:00Z',
        until: '2026-11-20T02:58:00Z',
        canReset: true,
      },
    ];
    await holder.stage.show(
      evening({
        engine: {
          ...evening().engine,
          state: 'blocked',
          text: 'Entries are blocked: 5 losses in a row.',
          code: 'BREAKER_OPEN',
          blocks,
        },
      }),
    );
    await view.page.locator('.cs-blocks').waitFor();
    assert.match(await text(card('trading')), /Blocked .*5 losses in a row\. ?BREAKER_OPEN/);
    assert.match(await text('.cs-blocks'), /Entries blocked\. 5 losses in a row\. since 20:58, until 21:58 \(in 5\d min\) Reset/);
  });

  it('has a sentence and a next step where there is nothing', async () => {
    await holder.stage.show(
      evening({ positions: [], live: [], upcoming: [], activity: [], finished: [], money: null, account: null, accounts: [] }),
    );
    await view.page.getByText('No account yet').waitFor();
    assert.match(await text(card('today')), /– No account yet/);
    assert.match(await text(card('positions')), /No open positions\. An entry shows here/);
    assert.match(await text(card('live')), /No game is live\. None is scheduled either/);
    assert.match(await text(card('activity')), /Nothing has happened yet/);
    assert.equal(await view.page.getByRole('button', { name: 'Close all' }).count(), 0);
  });

  it('says why there is nothing to show, and shows it as soon as there is', async () => {
    await holder.stage.show(evening());
    await holder.stage.fail({ status: 503, body: { code: 'STORE_UNAVAILABLE', message: 'The database does not answer.' } });
    await view.page.reload();
    await view.page.getByRole('alert').getByText('The database does not answer. STORE_UNAVAILABLE').waitFor();
    await holder.stage.fail(null);
    await view.page.locator(card('today')).getByText('+127.50').waitFor();
    view.complaints.length = 0;
  });

  it('lets one choose among several accounts, and remembers the choice', async () => {
    const accounts = [
      { id: 'a-1', label: 'Main', environment: 'demo' as const },
      { id: 'a-2', label: 'Second', environment: 'demo' as const },
    ];
    await holder.stage.show(evening({ accounts }));
    const asked = view.page.waitForRequest((request) => request.url().endsWith('/api/v1/events?account=a-2'));
    await view.page.getByLabel('Account').selectOption('a-2');
    await asked;
    const again = view.page.waitForRequest((request) => request.url().endsWith('/api/v1/overview?account=a-2'));
    await view.page.reload();
    await again;
    await holder.stage.show(evening());
    await view.page.reload();
    await view.page.locator(card('today')).getByText('+127.50').waitFor();
    view.complaints.length = 0;
  });
});
