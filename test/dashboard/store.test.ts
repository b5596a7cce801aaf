import assert from 'node:assert/strict';
import { createStore, type Store } from '../../dashboard/shared/store.ts';
import type { Overview } from '../../lib/web/contract.ts';
import { FakeBrowser } from './browser.ts';
import { chartView, evening, gameView, NOW, positionView } from './night.ts';

describe('what the pages know', () => {
  let browser: FakeBrowser;
  let store: Store;
  let release: () => void;

  beforeEach(() => {
    browser = new FakeBrowser();
    store = createStore(browser);
  });

  async function begin(overview: Overview = evening()): Promise<void> {
    release = store.use();
    await browser.asked('/api/v1/overview').answer(told(overview));
    browser.line.say('snapshot', told(overview));
  }

  /** As told now. */
  function told(overview: Overview): Overview {
    return { ...overview, environment: { ...overview.environment, wallTime: new Date(browser.nowMs()).toISOString() } };
  }

  it('keeps one line for all of its users, and closes it a second after the last', async () => {
    await begin();
    const second = store.use();
    release();
    second();
    second();
    browser.clock.advance(999);
    const third = store.use();
    browser.clock.advance(5_000);
    assert.equal(browser.lines.filter((line) => line.isOpen).length, 1);
    third();
    browser.clock.advance(1_000);
    assert.equal(browser.lines.filter((line) => line.isOpen).length, 0);
    assert.equal(browser.clock.timers, 0);
  });

  it('carries market time on by the speed of the night, also when the reading is an old one', async () => {
    await begin();
    assert.equal(store.marketNow(), NOW);
    browser.clock.advance(2_000);
    assert.equal(store.marketNow(), NOW + 120_000);
    browser.line.say('patch', { positions: [] });
    assert.equal(store.marketNow(), NOW + 120_000);
  });

  it('does not mind a clock of this machine that is minutes off', async () => {
    browser.aheadMs = 300_000;
    const overview = evening();
    release = store.use();
    const wallTime = new Date(browser.nowMs() - browser.aheadMs).toISOString();
    await browser.asked('/api/v1/overview').answer({ ...overview, environment: { ...overview.environment, wallTime } });
    assert.equal(store.marketNow(), NOW);
  });

  it('opens with the chart of a game in which something is held', async () => {
    const [first, second] = [gameView('BOS', 'NYK'), gameView('MIA', 'CHI')];
    await begin(evening({ live: [first, second], positions: [positionView('MIA', 'CHI')] }));
    assert.equal(store.state.event, second.event);
    await browser.asked(`/api/v1/games/${second.event}/chart`).answer(chartView(second));
    assert.equal(store.state.chart.view?.ticker, second.favourite);
  });

  it('carries the chart on with each quote, score and decision', async () => {
    const game = gameView('MIA', 'CHI');
    await begin(evening({ live: [game] }));
    await browser.asked(`/api/v1/games/${game.event}/chart`).answer(chartView(game));
    const before = store.state.chart.view;
    const next = gameView('MIA', 'CHI', { homeScore: 55, says: 'buying: drop 17.0' }, { bid: 48, ask: 49 });
    browser.line.say('patch', { live: [next] });
    const { view } = store.state.chart;
    assert.deepEqual(
      [view?.points.at(-1)?.bid, view?.scores.at(-1)?.home, view?.decisions.at(-1)?.text],
      [48, 55, 'buying: drop 17.0'],
    );
    assert.equal(view?.points.length, (before?.points.length ?? 0) + 1);
  });

  it('reads the chart again when a position has changed, and every half minute', async () => {
    const game = gameView('MIA', 'CHI');
    await begin(evening({ live: [game] }));
    await browser.asked(`/api/v1/games/${game.event}/chart`).answer(chartView(game));
    assert.equal(browser.readings.length, 0);
    browser.line.say('patch', { money: null });
    assert.equal(browser.readings.length, 0);
    browser.line.say('patch', { positions: [] });
    await browser.asked(`/api/v1/games/${game.event}/chart`).answer(chartView(game));
    for (let second = 0; second < 31; second++) {
      browser.line.say('ping');
      browser.clock.advance(1_000);
    }
    assert.equal(browser.readings.length, 1);
  });

  it('keeps a bounded past, however long the page stays open', async () => {
    await begin(evening({ live: [gameView('MIA', 'CHI')] }));
    const game = gameView('MIA', 'CHI');
    await browser.asked(`/api/v1/games/${game.event}/chart`).answer(chartView(game));
    for (let n = 0; n < 5_000; n++) {
      const live = [gameView('MIA', 'CHI', { homeScore: n, says: `drop ${n}` }, { bid: 40 + (n % 20) })];
      const line = { id: 100 + n, at: '', level: 'info' as const, category: 'trade' as const, message: '' };
      browser.line.say('patch', { live, activity: [line] });
    }
    const { overview, chart, paths } = store.state;
    assert.equal(overview?.activity.length, 200);
    assert.ok(Object.values(paths).every((path) => path.length <= 240));
    assert.ok((chart.view?.points.length ?? 0) <= 600);
    assert.ok((chart.view?.decisions.length ?? 0) <= 200);
    assert.ok((chart.view?.scores.length ?? 0) <= 200);
  });

  it('forgets the paths of games that are over', async () => {
    await begin(evening({ live: [gameView('MIA', 'CHI'), gameView('BOS', 'NYK')] }));
    assert.equal(Object.keys(store.state.paths).length, 2);
    browser.line.say('patch', { live: [gameView('BOS', 'NYK')] });
    assert.equal(Object.keys(store.state.paths).length, 1);
  });

  it('remembers the chosen account, and lets it go when it is no longer open', async () => {
    await begin(
      evening({
        accounts: [
          { id: 'a-1', label: 'One', environment: 'demo' },
          { id: 'a-2', label: 'Two', environment: 'demo' },
        ],
      }),
    );
    store.chooseAccount('a-2');
    assert.equal(browser.recall('account'), 'a-2');
    await browser.asked('/api/v1/overview?account=a-2').answer({ code: 'ACCOUNT_UNKNOWN', message: 'Not open.' }, false);
    await browser.asked('/api/v1/overview').answer(told(evening()));
    assert.equal(store.state.account, null);
    assert.equal(store.state.link.state, 'live');
  });

  it('says what became of a wish, and lets the good news go after a while', async () => {
    await begin();
    await store.pauseEntries();
    assert.deepEqual(browser.sent, [{ method: 'POST', path: '/api/v1/bot/pause', key: 'key-1', body: { account: 'a-1' } }]);
    assert.equal(store.state.fates['entries']?.state, 'done');
    assert.equal(store.state.said, 'Done.');
    browser.clock.advance(8_000);
    assert.equal(store.state.fates['entries'], undefined);
  });

  it('sends a wish of unknown fate again under the same key, and a refused one under a new one', async () => {
    await begin();
    browser.answer = null;
    await store.closePosition('p-MIA');
    assert.equal(store.state.fates['close:p-MIA']?.state, 'unknown');
    browser.answer = { status: 409, body: { done: false, code: 'MARKET_PAUSED', message: 'The market is paused.' } };
    await store.closePosition('p-MIA');
    assert.equal(store.state.fates['close:p-MIA']?.state, 'refused');
    await store.closePosition('p-MIA');
    assert.deepEqual(
      browser.sent.map(({ key }) => key),
      ['key-1', 'key-1', 'key-2'],
    );
  });

  it('takes a failure of the server for an unknown fate, never for a refusal', async () => {
    await begin();
    browser.answer = { status: 500, body: { code: 'INTERNAL', message: 'Something broke.' } };
    await store.closeAll();
    assert.equal(store.state.fates['close-all']?.state, 'unknown');
  });

  it('forgets what it said about a position that is gone', async () => {
    await begin();
    browser.answer = { status: 409, body: { done: false, code: 'X', message: 'No.' } };
    await store.closePosition('p-MIA');
    browser.line.say('patch', { positions: [] });
    assert.equal(store.state.fates['close:p-MIA'], undefined);
  });
});
