import assert from 'node:assert/strict';
import { type Link, type LinkState, openLink } from '../../dashboard/shared/link.ts';
import type { Overview } from '../../lib/web/contract.ts';
import { FakeBrowser } from './browser.ts';
import { evening } from './night.ts';

describe('the line to the server', () => {
  let browser: FakeBrowser;
  let states: LinkState[];
  let snapshots: Overview[];
  let patches: Partial<Overview>[];
  let link: Link;

  function open(account: string | null = null): void {
    link = openLink(account, browser, {
      serverTime: () => {},
      snapshot: (overview) => snapshots.push(overview),
      patch: (patch) => patches.push(patch),
      state: (state) => states.push(state),
    });
  }

  const state = () => states.at(-1)?.state;

  beforeEach(() => {
    browser = new FakeBrowser();
    states = [];
    snapshots = [];
    patches = [];
  });
  afterEach(() => {
    link.close();
    assert.equal(browser.clock.timers, 0, 'timers are left');
  });

  async function live(): Promise<void> {
    open();
    await browser.asked('/api/v1/overview').answer(evening());
    browser.line.say('snapshot', evening());
  }

  it('reads once and then follows the stream, each for the chosen account', async () => {
    open('a 1');
    await browser.asked('/api/v1/overview?account=a%201').answer(evening());
    assert.equal(state(), 'live');
    assert.equal(browser.line.path, '/api/v1/events?account=a%201');
    browser.line.say('snapshot', evening());
    browser.line.say('patch', { positions: [] });
    assert.equal(snapshots.length, 2);
    assert.deepEqual(patches, [{ positions: [] }]);
  });

  it('says at once that the server is lost, and catches up by itself', async () => {
    await live();
    browser.line.fail();
    assert.equal(state(), 'lost');
    browser.clock.advance(250);
    await browser.asked('/api/v1/overview').break();
    assert.equal(state(), 'lost');
    browser.clock.advance(500);
    await browser.asked('/api/v1/overview').answer(evening());
    assert.equal(state(), 'live');
    browser.line.say('snapshot', evening());
    browser.line.say('patch', { live: [] });
    assert.equal(patches.length, 1);
  });

  it('takes silence past a missed ping for a loss', async () => {
    await live();
    browser.clock.advance(14_000);
    browser.line.say('ping');
    browser.clock.advance(14_000);
    assert.equal(state(), 'live');
    browser.clock.advance(1_000);
    assert.equal(state(), 'lost');
  });

  it('polls where the stream is refused, and tries the stream again now and then', async () => {
    open();
    await browser.asked('/api/v1/overview').answer(evening());
    browser.line.fail(true);
    for (let poll = 1; poll <= 5; poll++) {
      browser.clock.advance(2_000);
      await browser.asked('/api/v1/overview').answer(evening());
      assert.equal(state(), 'polling');
    }
    assert.equal(browser.lines.length, 2);
    browser.line.say('snapshot', evening());
    assert.equal(state(), 'live');
    assert.equal(snapshots.length, 7);
  });

  it('polls where a stream opens but nothing ever comes of it', async () => {
    open();
    await browser.asked('/api/v1/overview').answer(evening());
    browser.clock.advance(4_000);
    assert.ok(!browser.line.isOpen);
    browser.clock.advance(2_000);
    await browser.asked('/api/v1/overview').answer(evening());
    assert.equal(state(), 'polling');
  });

  it('tells why a first reading fails, and goes on trying, ever more slowly', async () => {
    open();
    await browser
      .asked('/api/v1/overview')
      .answer({ code: 'STORE_UNAVAILABLE', message: 'The database does not answer.' }, false);
    assert.deepEqual(states.at(-1)?.error, { code: 'STORE_UNAVAILABLE', message: 'The database does not answer.' });
    assert.equal(state(), 'connecting');
    for (const ms of [250, 500, 1_000, 2_000, 4_000, 4_000]) {
      browser.clock.advance(ms - 1);
      assert.equal(browser.readings.length, 0);
      browser.clock.advance(1);
      await browser.asked('/api/v1/overview').break();
    }
    assert.equal(states.at(-1)?.error?.code, 'SERVER_UNREACHABLE');
  });

  it('tries at once when it is told to, and forgets the reading it had begun', async () => {
    await live();
    browser.line.fail();
    link.retry();
    const first = browser.asked('/api/v1/overview');
    link.retry();
    await browser.asked('/api/v1/overview').answer(evening());
    await first.break();
    assert.equal(state(), 'live');
  });

  it('has no more than one stream open, and none once closed', async () => {
    await live();
    for (let round = 0; round < 3; round++) {
      browser.line.fail();
      browser.clock.advance(250);
      await browser.asked('/api/v1/overview').answer(evening());
      browser.line.say('snapshot', evening());
    }
    assert.equal(browser.lines.filter((line) => line.isOpen).length, 1);
    const before = browser.lines.at(-2);
    before?.say('patch', { live: [] });
    assert.equal(patches.length, 0, 'a stream that was dropped still counts');
    link.close();
    assert.equal(browser.lines.filter((line) => line.isOpen).length, 0);
  });
});
