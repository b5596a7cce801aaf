import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { ActivityView, Overview } from '../../lib/web/contract.ts';
import { ACTIVITY_LINES } from '../../lib/web/read/activity.ts';
import { MOST_STREAMS } from '../../lib/web/stream/hub.ts';
import { decisionOf, EVENT, knownGame, MIA, positionRow } from './game.ts';
import { ScriptedAccount } from './scripted.ts';
import { type EventReader, Stage } from './stage.ts';

/** What a page does with a patch, as the contract says it. */
function patched(overview: Overview, patch: Partial<Overview>): Overview {
  const activity: ActivityView[] = [...(patch.activity ?? []), ...overview.activity].slice(0, ACTIVITY_LINES);
  return { ...overview, ...patch, activity };
}

async function snapshotOf(events: EventReader): Promise<Overview> {
  const event = await events.next();
  assert.equal(event?.name, 'snapshot');
  return event.data as Overview;
}

async function patchOf(events: EventReader): Promise<Partial<Overview>> {
  const event = await events.next();
  assert.equal(event?.name, 'patch');
  return event.data as Partial<Overview>;
}

describe('the event stream', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = new Stage();
    await stage.open();
  });
  afterEach(() => stage.close());

  it('begins with the whole overview, as a reading gives it', async () => {
    stage.feed.quoted(MIA, 5_200, 5_300);
    stage.pages.log({ message: 'started' });
    const events = await stage.events();
    assert.equal(events.response.headers['content-type'], 'text/event-stream');
    const snapshot = await snapshotOf(events);
    assert.deepEqual(snapshot, await stage.overview());
    assert.deepEqual(snapshot.accounts, [{ id: 'a1', label: 'a1 label', environment: 'practice' }]);
    assert.deepEqual([snapshot.environment.night, snapshot.environment.speed], ['night 7', 60]);
    assert.equal(snapshot.live[0]?.markets[1]?.bid, 52);
    assert.deepEqual(
      snapshot.activity.map(({ message }) => message),
      ['started'],
    );
  });

  it('tells of a price with the sections that it changes, and no others', async () => {
    stage.speed = 0;
    stage.feed.quoted(MIA, 5_200, 5_300);
    const events = await stage.events();
    await snapshotOf(events);
    stage.feed.quoted(MIA, 5_000, 5_100);
    await stage.pass(200);
    const patch = await patchOf(events);
    assert.deepEqual(Object.keys(patch), ['live']);
    assert.equal(patch.live?.[0]?.markets[1]?.bid, 50);
  });

  it('shows a change within half a second, whoever announces it', async () => {
    const changes: [string, () => void, (overview: Partial<Overview>) => boolean][] = [
      ['a price', () => stage.feed.quoted(MIA, 4_000, 4_100), ({ live }) => live?.[0]?.markets[1]?.bid === 40],
      [
        'an account',
        () => {
          stage.account.standing = { status: 'paused', reason: '', code: undefined };
          stage.account.changed();
        },
        ({ engine }) => engine?.state === 'paused',
      ],
      [
        'a line that nobody announces',
        () => stage.pages.log({ message: 'quiet' }),
        ({ activity }) => activity?.[0]?.message === 'quiet',
      ],
      [
        'a decision that nobody announces',
        () => {
          stage.account.said = [decisionOf({ reason: 'drop 14.0 < 15.0' })];
        },
        ({ live }) => live?.[0]?.says === 'MIA: drop 14.0 < 15.0',
      ],
      [
        'memory that fails',
        () => {
          stage.health = { isHealthy: false, code: 'STORE_FULL', reason: 'the disk is full' };
        },
        ({ health }) => health?.memory.reason === 'the disk is full',
      ],
    ];
    const events = await stage.events();
    await snapshotOf(events);
    for (const [what, change, isShown] of changes) {
      // Right after a patch is the worst moment: the next one has to wait.
      stage.feed.quoted(MIA, 6_000, 6_100);
      await stage.pass(225);
      change();
      const beforeMs = stage.wall.nowMs();
      let shown = false;
      while (!shown && stage.wall.nowMs() - beforeMs < 500) {
        await stage.pass(25);
        // Let what was written arrive.
        await stage.ask('/health');
        shown = events.waiting.some(({ name, data }) => name === 'patch' && isShown(data as Partial<Overview>));
      }
      assert.ok(shown, `${what} was not shown within 500 ms`);
    }
  });

  it('tells many changes in few patches', async () => {
    stage.speed = 0;
    const events = await stage.events();
    await snapshotOf(events);
    for (let i = 0; i < 400; i++) {
      stage.feed.quoted(MIA, 5_000 + i, 5_500);
      if (i % 10 === 0) await stage.pass(25);
    }
    await stage.pass(200);
    await stage.ask('/health');
    const patches = events.waiting.filter(({ name }) => name === 'patch');
    assert.ok(patches.length >= 5 && patches.length <= 8, `${patches.length} patches in 1.2 s`);
    const last = patches.at(-1)?.data as Overview | undefined;
    assert.equal(last?.live[0]?.markets[1]?.bid, 53.99);
  });

  it('says nothing while nothing changes, but that it is there', async () => {
    stage.speed = 0;
    const events = await stage.events();
    await snapshotOf(events);
    await stage.pass(1_000);
    await stage.ask('/health');
    const before = events.waiting.length;
    await stage.pass(20_000);
    await stage.ask('/health');
    const later = events.waiting.slice(before).map(({ name }) => name);
    assert.deepEqual(later, ['ping', 'ping']);
  });

  it('tells market time anew when it does not run as expected, and not before', async () => {
    const events = await stage.events();
    await snapshotOf(events);
    await stage.pass(3_000);
    await stage.ask('/health');
    assert.ok(events.waiting.every(({ data }) => !('environment' in (data as object))));
    stage.jumpMs = 3_600_000;
    await stage.pass(500);
    const { environment } = await events.patchWith((patch) => patch.environment !== undefined);
    const told = Date.parse(environment?.marketTime ?? '') - Date.parse(environment?.wallTime ?? '');
    assert.ok(Math.abs(told - (stage.marketMs - stage.wall.nowMs())) <= 500 * 60);
  });

  it('adds up: the snapshot with its patches is the next snapshot', async () => {
    // Ages stand still, so that both are of one instant.
    stage.speed = 0;
    const change = fc.oneof(
      fc.record({ kind: fc.constant('price' as const), bidCC: fc.integer({ min: 100, max: 9_000 }) }),
      fc.record({ kind: fc.constant('line' as const), count: fc.integer({ min: 1, max: 130 }) }),
      fc.record({ kind: fc.constant('position' as const), isHeld: fc.boolean() }),
      fc.record({ kind: fc.constant('money' as const), dayPnlE6: fc.integer({ min: -400_000_000, max: 400_000_000 }) }),
      fc.record({ kind: fc.constant('score' as const), homeScore: fc.integer({ min: 52, max: 120 }) }),
      fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 25, max: 1_500 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 25 }), async (changes) => {
        const events = await stage.events();
        let overview = await snapshotOf(events);
        for (const one of changes) {
          if (one.kind === 'price') stage.feed.quoted(MIA, one.bidCC, one.bidCC + 100);
          else if (one.kind === 'line') for (let i = 0; i < one.count; i++) stage.pages.log({ message: `line ${i}` });
          else if (one.kind === 'position') stage.account.rows = one.isHeld ? [positionRow()] : [];
          else if (one.kind === 'money') stage.account.purse = { ...stage.account.purse, dayPnlE6: one.dayPnlE6 };
          else if (one.kind === 'score') stage.feed.states.set(EVENT, knownGame({ homeScore: one.homeScore }));
          else await stage.pass(one.ms);
        }
        await stage.pass(1_000);
        const expected = await stage.overview();
        for (const { name, data } of events.waiting)
          if (name === 'patch') overview = patched(overview, data as Partial<Overview>);
        assert.deepEqual(overview, expected);
        events.close();
      }),
      { numRuns: 25 },
    );
  });

  it('builds nothing while nobody looks', async () => {
    let built = 0;
    const listed = stage.feed.games();
    stage.feed.games = () => {
      built++;
      return listed;
    };
    for (let i = 0; i < 100; i++) {
      stage.feed.quoted(MIA, 5_000 + i, 5_500);
      stage.account.changed();
    }
    await stage.pass(2_000);
    assert.equal(built, 0);
    assert.equal(stage.wall.timers, 0);
    const events = await stage.events();
    await snapshotOf(events);
    events.close();
    while (stage.web.streams > 0) await stage.pass(25);
    await stage.pass(500);
    assert.equal(stage.wall.timers, 0);
  });

  it('skips what a page is too slow to take, and then shows it the newest', async () => {
    const events = await stage.events();
    await snapshotOf(events);
    events.response.pause();
    const message = 'x'.repeat(120_000);
    const logged = 200;
    for (let i = 0; i < logged; i++) {
      stage.pages.log({ message: `${i} ${message}` });
      await stage.pass(225);
    }
    events.response.resume();
    let patches = 0;
    let newest = 0;
    while (newest < logged) {
      await stage.pass(250);
      await stage.ask('/health');
      const { activity = [] } = await events.patchWith(() => true);
      patches++;
      newest = Math.max(newest, activity[0]?.id ?? 0);
    }
    assert.ok(patches < logged / 2, `${patches} patches for ${logged} changes`);
  });

  it('cuts off a page that takes nothing for a minute', async () => {
    const events = await stage.events();
    await snapshotOf(events);
    events.response.pause();
    const message = 'x'.repeat(50_000);
    for (let i = 0; i < 400; i++) {
      stage.pages.log({ message: `${i} ${message}` });
      await stage.pass(225);
    }
    await stage.pass(61_000);
    assert.equal(stage.web.streams, 0);
  });

  it('follows an account that comes, goes and comes back', async () => {
    stage.desk.openAccounts = [];
    stage.desk.changed();
    const events = await stage.events();
    const empty = await snapshotOf(events);
    assert.deepEqual([empty.account, empty.money, empty.engine.state], [null, null, 'starting']);
    assert.equal(empty.live.length, 1);
    stage.desk.openAccounts = [stage.account];
    stage.desk.changed();
    await stage.pass(250);
    assert.equal((await snapshotOf(events)).account, 'a1');
    const again = new ScriptedAccount('a1', 'practice', () => stage.marketMs);
    again.purse = { ...again.purse, wins: 7 };
    stage.desk.openAccounts = [again];
    stage.desk.changed();
    await stage.pass(250);
    assert.equal((await snapshotOf(events)).money?.wins, 7);
    assert.equal(stage.account.listeners.size, 0);
  });

  it('begins with the account that a deploy has put in the place of the one before while the memory was read', async () => {
    const answered = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const read = stage.pages.recentActivity.bind(stage.pages);
    stage.pages.recentActivity = async (...given) => {
      asked.resolve();
      await answered.promise;
      return read(...given);
    };
    stage.pages.log({ message: 'deployed' });
    const opening = stage.events();
    await asked.promise;
    const again = new ScriptedAccount('a1', 'practice', () => stage.marketMs);
    again.purse = { ...again.purse, wins: 7 };
    stage.desk.openAccounts = [again];
    stage.desk.changed();
    answered.resolve();
    const { money, activity } = await snapshotOf(await opening);
    assert.deepEqual([money?.wins, activity[0]?.message], [7, 'deployed']);
  });

  it('shows a page that was too slow no account before it is built', async () => {
    stage.account.rows = [positionRow()];
    const events = await stage.events();
    await snapshotOf(events);
    events.response.pause();
    stage.pages.log({ message: 'x'.repeat(20_000_000) });
    await stage.pass(500);
    const again = new ScriptedAccount('a1', 'practice', () => stage.marketMs);
    again.rows = [positionRow()];
    stage.desk.openAccounts = [again];
    stage.desk.changed();
    events.response.resume();
    await events.patchWith(({ activity }) => activity !== undefined);
    // What was written when it could take more again has arrived by then.
    for (let i = 0; i < 5; i++) await stage.ask('/health');
    await stage.pass(500);
    assert.equal((await snapshotOf(events)).positions.length, 1);
  });

  it('goes on for other accounts where one cannot be shown, and says so once', async () => {
    stage.speed = 0;
    const second = new ScriptedAccount('a2', 'practice', () => stage.marketMs);
    stage.desk.openAccounts = [stage.account, second];
    stage.desk.changed();
    await snapshotOf(await stage.events('?account=a1'));
    const events = await stage.events('?account=a2');
    await snapshotOf(events);
    stage.account.positions = () => {
      throw new Error('a defect');
    };
    second.purse = { ...second.purse, wins: 7 };
    await stage.pass(2_000);
    const { money } = await events.patchWith((patch) => patch.money !== undefined);
    assert.equal(money?.wins, 7);
    assert.equal(stage.reports.length, 1);
  });

  it('shows the account that was asked for', async () => {
    const second = new ScriptedAccount('a2', 'practice', () => stage.marketMs);
    stage.desk.openAccounts = [stage.account, second];
    stage.desk.changed();
    assert.equal((await snapshotOf(await stage.events('?account=a2'))).account, 'a2');
    assert.equal((await stage.ask('/api/v1/events?account=a3')).status, 404);
  });

  it('is open at most 50 times', async () => {
    for (let i = 0; i < MOST_STREAMS; i++) await stage.events();
    const refused = await stage.ask('/api/v1/events');
    assert.equal(refused.status, 503);
    assert.equal((refused.json as { code: string }).code, 'EVENTS_FULL');
  });

  it('goes on without the log while the memory cannot be read, and says so once', async () => {
    stage.pages.failure = Object.assign(new Error('the disk is gone'), { code: 'STORE_UNAVAILABLE' });
    const events = await stage.events();
    assert.deepEqual((await snapshotOf(events)).activity, []);
    await stage.pass(2_000);
    assert.equal(stage.reports.length, 1);
    stage.pages.failure = undefined;
    stage.pages.log({ message: 'back' });
    await stage.pass(500);
    const { activity } = await events.patchWith((patch) => patch.activity !== undefined);
    assert.equal(activity?.[0]?.message, 'back');
  });

  it('ends with the program', async () => {
    const events = await stage.events();
    await snapshotOf(events);
    stage.web.close();
    assert.equal(await events.next(), undefined);
    assert.equal(stage.wall.timers, 0);
    assert.equal((await stage.ask('/api/v1/status')).status, 503);
    for (const { size } of [stage.desk.listeners, stage.feed.listeners, stage.account.listeners]) assert.equal(size, 0);
  });
});
