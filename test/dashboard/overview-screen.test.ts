import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { evening, gameView, positionView } from './night.ts';
import { stageFor, type View } from './stage.ts';

/** `faintTexts()`: texts whose contrast is too low, as `ratio text`. */
const IN_PAGE = readFileSync(new URL('contrast.js', import.meta.url), 'utf8');

describe('the Overview on its screens', function () {
  const holder = stageFor(this);
  let view: View;

  before('opens the page', async () => {
    await holder.stage.show(evening());
    view = await holder.stage.open();
  });
  afterEach('is silent', () => assert.deepEqual(view.complaints.splice(0), []));
  after(() => view.close());

  /** The same page on another screen. */
  async function turn(
    width: number,
    colorScheme: 'light' | 'dark' = 'light',
    reducedMotion: 'reduce' | 'no-preference' = 'no-preference',
  ): Promise<void> {
    await view.page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await view.page.emulateMedia({ colorScheme, reducedMotion });
  }

  const crowded = evening({
    positions: [
      ...evening().positions,
      positionView('LAL', 'SAC', {
        pending: 'unresolved: the outcome of an order is not known',
        now: null,
        profit: null,
        priceAgeSeconds: null,
        stop: null,
        take: null,
      }),
      positionView('GSW', 'MEM', { priceAgeSeconds: 14 }),
    ],
    live: [
      ...evening().live,
      gameView(
        'GSW',
        'MEM',
        {
          title: 'A game with a name that goes on and on at Somewhere Quite Far Away',
          home: null,
          away: null,
          scoreAgeSeconds: 95,
          says: 'waiting for a price: the feed has not seen a quote of this market since 21:02:04',
        },
        { bid: null, ask: null, baseline: null, grade: null, baselineText: 'missed: it began before anybody looked', drop: null },
      ),
    ],
    engine: {
      ...evening().engine,
      state: 'blocked',
      text: 'Entries are blocked: 5 losses in a row. Exits go on.',
      code: 'BREAKER_OPEN',
      blocks: [
        {
          rule: 'consecutive_losses',
          reason: '5 losses in a row',
          since: '2026-11-20T01:58:00Z',
          until: '2026-11-20T02:58:00Z',
          canReset: true,
        },
      ],
    },
    health: {
      ...evening().health,
      scores: { state: 'down', ageSeconds: null, reason: 'no answer' },
      feed: { state: 'degraded', ageSeconds: 3.4, reason: 'resyncing' },
    },
  });

  for (const width of [390, 1280, 1920]) {
    for (const theme of ['light', 'dark'] as const) {
      it(`fits ${width} px, ${theme}, and every text can be read`, async () => {
        await holder.stage.show(crowded);
        await turn(width, theme, 'reduce');
        const page = theme === 'dark' ? 'rgb(14, 17, 21)' : 'rgb(244, 245, 247)';
        await view.page.waitForFunction(
          `getComputedStyle(document.querySelector('.v-application')).backgroundColor === '${page}'`,
        );
        await view.page.locator('.cs-chart-svg').waitFor();
        await view.page.locator('.cs-blocks').waitFor();
        assert.equal(await view.page.evaluate('document.documentElement.scrollWidth'), width);
        assert.deepEqual(
          await view.page.evaluate(
            `[...document.querySelectorAll('.cs-page :not(.cs-hidden)')].filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible').map((e) => e.className)`,
          ),
          [],
        );
        assert.deepEqual(await view.page.evaluate(`{ ${IN_PAGE} } faintTexts()`), []);
        await view.picture(`overview-${width}-${theme}`);
      });
    }
  }

  it('is a column on a phone: how it stands, positions as cards, games, activity last, entries in a bar below', async () => {
    await holder.stage.show(evening());
    await turn(390);
    await view.page.locator('.cs-bottom').waitFor();
    await view.page.locator('.cs-blocks').waitFor({ state: 'detached' });
    const tops = (await view.page.evaluate(
      `['today', 'trading', 'positions', 'live', 'upcoming', 'activity'].map((id) => Math.round(document.getElementById('cs-' + id).getBoundingClientRect().top))`,
    )) as number[];
    assert.deepEqual(
      tops,
      tops.toSorted((a, b) => a - b),
    );
    assert.equal(tops[0], tops[1], 'today and trading stand side by side');
    assert.equal(await view.page.locator('.cs-list > li').count(), 6);
    const pause = await view.page.getByRole('button', { name: 'Pause entries' }).boundingBox();
    assert.ok(pause && pause.y > 780 && pause.height >= 44);
  });

  it('has room on a phone for the choice of an account', async () => {
    const accounts = ['Night 7', 'A second account of that night'].map((label, n) => ({
      id: `a-${n + 1}`,
      label,
      environment: 'practice' as const,
    }));
    const environment = { ...evening().environment, night: '2026-11-19' };
    await holder.stage.show(evening({ accounts, environment }));
    await turn(390);
    await view.page.getByLabel('Account').waitFor();
    const overlaps = await view.page.evaluate(
      `(() => { const parts = [...document.querySelectorAll('.cs-head > *, .cs-head-actions > *')].map((e) => [e.className, e.getBoundingClientRect()]).filter(([, { width }]) => width > 1).toSorted(([, a], [, b]) => a.left - b.left);
        return parts.flatMap(([name, { left }], n) => n > 0 && left < parts[n - 1][1].right ? [parts[n - 1][0] + ' | ' + name] : []); })()`,
    );
    assert.deepEqual(overlaps, []);
    assert.equal(await view.page.getByRole('heading', { level: 1 }).innerText(), 'Courtside');
  });

  it('follows the choice of a theme, and remembers it', async () => {
    await holder.stage.show(evening());
    await turn(1280);
    const background = () =>
      view.page.evaluate(
        `[getComputedStyle(document.querySelector('.v-application')).backgroundColor, getComputedStyle(document.querySelector('.cs-card')).backgroundColor].join()`,
      );
    assert.equal(await background(), 'rgb(244, 245, 247),rgb(255, 255, 255)');
    await view.page.getByRole('button', { name: 'Theme: as the system. Change' }).click();
    await view.page.getByRole('button', { name: 'Theme: light. Change' }).click();
    await view.page.waitForFunction(
      `getComputedStyle(document.querySelector('.v-application')).backgroundColor === 'rgb(14, 17, 21)'`,
    );
    await view.page.reload();
    await view.page.locator('.cs-figure').first().waitFor();
    assert.equal(await background(), 'rgb(14, 17, 21),rgb(22, 26, 32)');
    await view.page.getByRole('button', { name: 'Theme: dark. Change' }).click();
  });

  it('can be walked by keyboard, with the focus to be seen everywhere', async () => {
    await holder.stage.show(evening());
    await turn(1280);
    await view.page.reload();
    await view.page.locator('.cs-chart-svg').waitFor();
    const walked: string[] = [];
    for (let step = 0; step < 40; step++) {
      await view.page.keyboard.press('Tab');
      const [name, outline] = (await view.page.evaluate(
        `(() => { const at = document.activeElement; if (at === document.body) return ['', '']; const style = getComputedStyle(at); return [at.getAttribute('aria-label') ?? at.innerText.replace(/\\s+/g, ' '), style.outlineStyle + ' ' + style.outlineWidth]; })()`,
      )) as [string, string];
      if (name === '') break;
      assert.equal(outline, 'solid 2px', `the focus on "${name}"`);
      walked.push(name);
    }
    assert.deepEqual(walked.slice(0, 6), [
      'Theme: as the system. Change',
      '❚❚ Pause entries',
      'Check now',
      'Close all',
      'Close 96 Miami YES',
      'Close 110 Denver NO',
    ]);
    assert.deepEqual(
      walked.slice(6).map((name) => name.replace(/:.*/, '').replace(' ,', ',')),
      [
        'MIA 44–52 CHI, show its chart',
        'DEN 49–61 PHX, show its chart',
        'BOS 15–12 NYK, show its chart',
        'LAL 40–58 SAC, show its chart',
        'Miami',
        'Chicago',
        'Table',
        'CSV',
        'Price chart of Miami',
        '20',
        'Finished 1',
      ],
    );
  });

  it('moves nothing where no motion is wanted, and flashes what changed where it is', async () => {
    for (const isStill of [true, false]) {
      await turn(1280, 'light', isStill ? 'reduce' : 'no-preference');
      await view.page.reload();
      await holder.stage.show(evening());
      await view.page.getByRole('button', { name: 'Close 96 Miami YES' }).waitFor();
      await view.page.evaluate(
        `window.flashes = 0; const animate = Element.prototype.animate; Element.prototype.animate = function (...how) { window.flashes += 1; return animate.apply(this, how); }`,
      );
      await holder.stage.patch({ positions: [positionView('MIA', 'CHI', { now: 61, profit: 9.12 })] });
      await view.page.getByText('61c', { exact: true }).waitFor();
      assert.equal((await view.page.evaluate('window.flashes')) === 0, isStill);
    }
  });
});
