import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import type { Attachment } from '../../lib/account/contract.ts';
import { provideDesk, theDesk } from '../../lib/account/desk.ts';
import type { Alert } from '../../lib/trading/ports/outbox.ts';
import { DeskStage } from './desk-stage.ts';
import { NBA } from './feed-stage.ts';

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

const ids = (attachment: Attachment) => attachment.accounts().map(({ id }) => id);

describe('the desk', () => {
  describe('gives an attachment', () => {
    it('at once, which says that it is connecting until the account is there', async () => {
      const stage = new DeskStage();
      const attachment = stage.attach();
      let changes = 0;
      attachment.onChange(() => changes++);
      assert.deepEqual([attachment.accounts(), attachment.feed()], [[], undefined]);
      assert.deepEqual(attachment.problem(), { code: 'ACCOUNT_CONNECTING', message: 'connecting' });
      await stage.rest();
      assert.deepEqual(
        [ids(attachment), attachment.feed()?.environment, attachment.problem()],
        [['account 1'], 'practice', undefined],
      );
      assert.ok(changes > 0);
      assert.equal(attachment.environment, 'practice');
    });

    it('that shares the account with whoever names the same, and the feed with the whole environment', async () => {
      const stage = new DeskStage();
      const attachments = [
        stage.attach(),
        stage.attach(),
        stage.attach({ label: 'second' }),
        stage.attach({ environment: 'demo' }),
      ];
      await stage.rest();
      assert.deepEqual(attachments.map(ids), [['account 1'], ['account 1'], ['account 2'], ['account 3']]);
      assert.equal(stage.feeds.length, 2);
      assert.equal(attachments[0]?.feed(), attachments[2]?.feed());
      assert.equal(stage.desk.accounts().length, 3);
      assert.deepEqual(
        stage.desk.feeds().map(({ environment }) => environment),
        ['practice', 'demo'],
      );
    });

    it('to all accounts of an environment as they come and go, holding none of them', async () => {
      const stage = new DeskStage();
      const all = await stage.open({ scope: 'all' });
      assert.deepEqual([all.accounts(), all.problem()?.code, all.feed()?.environment], [[], 'ACCOUNT_NONE', 'practice']);
      let changes = 0;
      all.onChange(() => changes++);
      const one = await stage.open();
      await stage.open({ label: 'second' });
      await stage.open({ environment: 'demo' });
      assert.deepEqual([ids(all), all.problem()], [['account 1', 'account 2'], undefined]);
      assert.ok(changes >= 2);
      one.release();
      await stage.pass(10_000);
      assert.deepEqual(ids(all), ['account 2']);
      assert.equal(stage.only('second').isStopped, false);
    });

    it('that answers and tells nothing after its release', async () => {
      const stage = new DeskStage();
      const attachment = await stage.open();
      let changes = 0;
      attachment.onChange(() => changes++);
      attachment.release();
      attachment.release();
      changes = 0;
      await stage.pass(60_000);
      assert.deepEqual([attachment.accounts(), attachment.feed(), attachment.problem(), changes], [[], undefined, undefined, 0]);
    });

    it('that hands alerts to the outbox', async () => {
      const stage = new DeskStage();
      const alert: Alert = {
        kind: 'message',
        key: 'one',
        accountId: undefined,
        environment: 'practice',
        level: 'info',
        title: 'hello',
        facts: [],
        atMs: 0,
      };
      await stage.attach().post(alert);
      assert.deepEqual(stage.posted, [alert]);
    });
  });

  describe('shows why there is nothing', () => {
    it('and tries again, longer and longer', async () => {
      const stage = new DeskStage();
      stage.failing.account = failure('KALSHI_AUTH_REJECTED', 'the exchange does not know this key');
      const attachment = await stage.open();
      assert.deepEqual(attachment.problem(), { code: 'KALSHI_AUTH_REJECTED', message: 'the exchange does not know this key' });
      for (const waitMs of [1_000, 2_000, 4_000]) await stage.pass(waitMs);
      assert.equal(attachment.problem()?.code, 'KALSHI_AUTH_REJECTED');
      stage.failing = {};
      await stage.pass(7_999);
      assert.deepEqual(ids(attachment), []);
      await stage.pass(1);
      assert.deepEqual([ids(attachment), attachment.problem()], [['account 1'], undefined]);
    });

    it('where an environment is refused', async () => {
      const stage = new DeskStage();
      const attachment = await stage.open({ environment: 'paper' });
      assert.deepEqual(attachment.problem(), {
        code: 'ENVIRONMENT_REFUSED',
        message: 'paper cannot be used yet: use practice or demo',
      });
    });

    it('where the feed cannot be opened, and opens the account as soon as it can', async () => {
      const stage = new DeskStage();
      stage.failing.feed = failure('KALSHI_UNREACHABLE', 'the exchange cannot be reached');
      const attachment = await stage.open();
      assert.equal(attachment.problem()?.code, 'KALSHI_UNREACHABLE');
      for (let n = 0; n < 10; n++) await stage.pass(60_000);
      assert.equal(stage.accounts.length, 0);
      stage.failing = {};
      await stage.pass(60_000);
      assert.deepEqual(ids(attachment), ['account 1']);
    });

    it('without counting the rest between attempts as work', async () => {
      const stage = new DeskStage();
      stage.failing = { feed: new Error('no'), account: new Error('no') };
      await stage.open();
      assert.equal(stage.activity.count, 0);
      assert.ok(stage.wall.timers > 0);
    });
  });

  describe('lets go', () => {
    it('ten seconds after the last release, the accounts before the feed', async () => {
      const stage = new DeskStage();
      const [one, other] = [await stage.open(), await stage.open()];
      one.release();
      await stage.pass(60_000);
      assert.equal(stage.only().isStopped, false);
      other.release();
      await stage.pass(9_999);
      assert.deepEqual(stage.ended, []);
      await stage.pass(1);
      assert.deepEqual(stage.ended, ['main practice', 'feed practice']);
      assert.deepEqual([stage.desk.accounts(), stage.desk.feeds()], [[], []]);
    });

    it('of nothing that is taken again within that time: the same objects', async () => {
      const stage = new DeskStage();
      const before = await stage.open();
      const [account, feed] = [before.accounts()[0], before.feed()];
      feed?.choose(NBA, before);
      before.release();
      await stage.pass(9_999);
      const after = stage.attach();
      assert.equal(after.accounts()[0], account);
      assert.equal(after.feed(), feed);
      assert.equal(after.problem(), undefined);
      await stage.pass(60_000);
      assert.deepEqual(stage.ended, []);
    });

    it('and opens anew only what has ended', async () => {
      const stage = new DeskStage();
      const before = await stage.open();
      let finish = () => {};
      stage.only().gate = new Promise((resolve) => {
        finish = resolve;
      });
      before.release();
      stage.wall.advance(10_000);
      await new Promise((resolve) => setImmediate(resolve));
      const after = stage.attach();
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(after.problem()?.code, 'ACCOUNT_CONNECTING');
      assert.equal(stage.accounts.length, 1);
      finish();
      await stage.rest();
      assert.deepEqual(ids(after), ['account 2']);
      assert.deepEqual(stage.ended, ['main practice'], 'the feed has been wanted throughout');
    });

    it('of an account that was still connecting', async () => {
      const stage = new DeskStage();
      let connect = () => {};
      stage.gate = new Promise((resolve) => {
        connect = resolve;
      });
      stage.attach().release();
      stage.wall.advance(10_000);
      connect();
      await stage.rest();
      assert.deepEqual([stage.live(), stage.desk.accounts()], [[], []]);
    });

    it('at shutdown: accounts finish what is under way, then the feeds end', async () => {
      const stage = new DeskStage();
      const attachment = await stage.open();
      await stage.open({ label: 'second' });
      let finish = () => {};
      stage.only().gate = new Promise((resolve) => {
        finish = resolve;
      });
      const closing = stage.desk.closeAll();
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(stage.ended, ['second practice']);
      finish();
      await closing;
      assert.deepEqual(stage.ended, ['second practice', 'main practice', 'feed practice']);
      assert.deepEqual([attachment.accounts(), attachment.problem()?.code], [[], 'DESK_CLOSED']);
      assert.equal(stage.attach().problem()?.code, 'DESK_CLOSED');
      await stage.pass(60_000);
      assert.deepEqual([stage.accounts.length, stage.feeds.length, stage.wall.timers], [2, 1, 0]);
    });
  });

  describe('changes credentials', () => {
    it('when the account is flat: the old one ends, then the new one opens', async () => {
      const stage = new DeskStage();
      const before = await stage.open({ keyId: 'old' });
      before.release();
      const after = await stage.open({ keyId: 'new' });
      assert.equal(stage.only().keyId, 'new');
      assert.deepEqual([ids(after), stage.ended], [['account 2'], ['main practice']]);
    });

    it('not while positions or orders are open: it says so, the old one goes on, and it changes when that is over', async () => {
      const stage = new DeskStage();
      const before = await stage.open({ keyId: 'old' });
      const old = stage.only();
      old.change(['G1-A'], ['G1-A']);
      before.release();
      const after = await stage.open({ keyId: 'new' });
      assert.deepEqual([ids(after), after.problem()?.code], [['account 1'], 'ACCOUNT_KEY_CHANGED_WHILE_OPEN']);
      assert.match(after.problem()?.message ?? '', /^the key of account main cannot be changed while/);
      await stage.pass(60_000);
      assert.equal(stage.only(), old);
      old.change([], ['G1-A']);
      await stage.rest();
      assert.equal(stage.only(), old);
      old.change([]);
      await stage.rest();
      assert.deepEqual([ids(after), after.problem(), stage.only().keyId], [['account 2'], undefined, 'new']);
    });

    it('back without a trace where the old key is deployed again', async () => {
      const stage = new DeskStage();
      const before = await stage.open({ keyId: 'old' });
      stage.only().change(['G1-A']);
      before.release();
      const changed = await stage.open({ keyId: 'new' });
      changed.release();
      const back = await stage.open({ keyId: 'old' });
      assert.deepEqual([ids(back), back.problem(), stage.ended], [['account 1'], undefined, []]);
    });

    it('of an account that cannot connect with the old ones, at once', async () => {
      const stage = new DeskStage();
      stage.failing.account = failure('KALSHI_KEY_UNREADABLE', 'the key cannot be read');
      const before = await stage.open({ keyId: 'garbled' });
      for (let n = 0; n < 8; n++) await stage.pass(60_000);
      before.release();
      stage.failing = {};
      const after = await stage.open({ keyId: 'good' });
      assert.deepEqual([ids(after), stage.only().keyId], [['account 1'], 'good']);
    });

    it('of an account that is still connecting: what the old ones open is never shown', async () => {
      for (const isRefused of [true, false]) {
        const stage = new DeskStage();
        let answer = () => {};
        stage.gate = new Promise((resolve) => {
          answer = resolve;
        });
        const before = stage.attach({ keyId: 'old' });
        await new Promise((resolve) => setImmediate(resolve));
        before.release();
        const after = stage.attach({ keyId: 'new' });
        const shown = new Set<string>();
        stage.desk.onChange(() => {
          for (const account of stage.accounts) if (stage.desk.accounts().includes(account)) shown.add(account.keyId ?? '');
        });
        stage.refused = isRefused ? 'old' : undefined;
        answer();
        await stage.rest();
        assert.deepEqual([[...shown], ids(after).length], [['new'], 1]);
      }
    });

    it('for nobody else: a second node with another key for the label is refused, until the first has gone', async () => {
      const stage = new DeskStage();
      const first = await stage.open({ keyId: 'one' });
      const second = await stage.open({ keyId: 'two' });
      assert.deepEqual([ids(first), first.problem()], [['account 1'], undefined]);
      assert.deepEqual([ids(second), second.problem()?.code], [[], 'ACCOUNT_KEY_CONFLICT']);
      first.release();
      await stage.rest();
      assert.deepEqual([ids(second), second.problem(), stage.only().keyId], [['account 2'], undefined, 'two']);
    });

    it('and never shows a key', async () => {
      const stage = new DeskStage();
      const first = await stage.open({ keyId: 'very-secret' });
      stage.only().change(['G1-A']);
      first.release();
      const second = await stage.open({ keyId: 'other-secret' });
      assert.doesNotMatch(JSON.stringify(second.problem()), /secret|pem/);
    });
  });

  describe('changes the environment of a label', () => {
    it('not while positions are open: the old one goes on with its feed, and the new one opens when they are closed', async () => {
      const stage = new DeskStage();
      const before = await stage.open();
      const old = stage.only();
      old.change(['G1-A']);
      before.release();
      const after = await stage.open({ environment: 'demo' });
      assert.deepEqual([ids(after), after.environment, after.feed()?.environment], [['account 1'], 'practice', 'practice']);
      assert.equal(after.problem()?.code, 'ACCOUNT_KEY_CHANGED_WHILE_OPEN');
      assert.match(after.problem()?.message ?? '', /the environment, from practice, of account main/);
      await stage.pass(60_000);
      assert.deepEqual(stage.live(), [old]);
      old.change([]);
      await stage.rest();
      assert.deepEqual([ids(after), after.environment, after.problem()], [['account 2'], 'demo', undefined]);
      await stage.pass(10_000);
      assert.deepEqual(stage.ended, ['main practice', 'feed practice']);
    });

    it('freely where it is flat, and where the same label is wanted in both', async () => {
      const stage = new DeskStage();
      const practice = await stage.open();
      stage.only().change(['G1-A']);
      const demo = await stage.open({ environment: 'demo' });
      assert.deepEqual([demo.problem(), demo.environment, practice.problem()], [undefined, 'demo', undefined]);
      stage.live()[0]?.change([]);
      practice.release();
      const live = await stage.open({ environment: 'live' });
      assert.equal(live.environment, 'live');
    });
  });

  it('tells the feed what its accounts hold', async () => {
    const stage = new DeskStage();
    await stage.open();
    await stage.open({ label: 'second' });
    await stage.open({ environment: 'demo' });
    const [main, second, demo] = stage.accounts;
    main?.change(['G1-A'], ['G2-A']);
    second?.change(['G3-A']);
    demo?.change(['G4-A']);
    assert.deepEqual([...(stage.feeds[0]?.held() ?? [])], ['G1-A', 'G2-A', 'G3-A']);
    await stage.rest();
    assert.deepEqual(stage.feeds[0]?.data.asked.lists.at(-1)?.tickers.includes('G3-A'), true, 'and the feed looks at once');
  });

  it('goes on where a listener throws or an account fails to stop', async () => {
    const stage = new DeskStage();
    stage.desk.onChange(() => {
      throw new Error('a listener is broken');
    });
    let changes = 0;
    const stop = stage.desk.onChange(() => changes++);
    const attachment = await stage.open();
    assert.ok(changes > 0);
    stop();
    stage.only().gate = Promise.reject(new Error('it hangs'));
    attachment.release();
    await stage.pass(10_000);
    assert.deepEqual([...new Set(stage.defects.map(String))], ['Error: a listener is broken', 'Error: it hangs']);
    assert.deepEqual(stage.ended, ['feed practice']);
  });

  it('has exactly one account per label while anybody holds it or has held it within ten seconds, whatever comes', async () => {
    type Step =
      | { do: 'attach' | 'attachAll'; label: string }
      | { do: 'release' }
      | { do: 'redeploy' }
      | { do: 'pass'; ms: number }
      | { do: 'fail' | 'mend' | 'rest' };
    const label = fc.constantFrom('main', 'second');
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ do: fc.constantFrom('attach' as const, 'attachAll' as const), label }),
      fc.record({ do: fc.constant('release' as const) }),
      fc.record({ do: fc.constant('redeploy' as const) }),
      fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 500, 4_000, 9_999, 10_000, 30_000) }),
      fc.record({ do: fc.constantFrom('fail' as const, 'mend' as const, 'rest' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), fc.infiniteStream(fc.nat()), async (steps, picks) => {
        const stage = new DeskStage();
        const pick = (count: number) => (picks.next().value ?? 0) % count;
        let held: { label: string; all: boolean; attachment: Attachment }[] = [];
        const lastHeldMs = new Map<string, number>();
        const seen = new Map<string, string>();
        const attach = (label: string, all: boolean) => {
          held.push({ label, all, attachment: stage.attach({ label, scope: all ? 'all' : 'one' }) });
        };
        const isHeld = (label: string) => held.some((one) => !one.all && one.label === label);
        function look(): void {
          for (const label of ['main', 'second']) {
            assert.ok(stage.live(label).length <= 1, 'two at a time');
            const isKept = isHeld(label) || stage.wall.nowMs() - (lastHeldMs.get(label) ?? -1e9) < 10_000;
            const id = stage.desk.accounts().find((one) => one.label === label)?.id;
            const before = seen.get(label);
            if (isKept && before !== undefined) assert.equal(id, before, 'another object');
            if (!isKept || id === undefined) seen.delete(label);
            else seen.set(label, id);
            for (const { attachment } of held.filter((one) => !one.all && one.label === label)) {
              assert.deepEqual(ids(attachment), id === undefined ? [] : [id]);
              assert.equal(attachment.problem() === undefined, id !== undefined);
            }
          }
          assert.ok(stage.feeds.length - stage.ended.filter((name) => name.startsWith('feed')).length <= 1, 'two feeds');
        }
        for (const one of steps) {
          if (one.do === 'attach' || one.do === 'attachAll') attach(one.label, one.do === 'attachAll');
          if (one.do === 'release' && held.length > 0) {
            const [gone] = held.splice(pick(held.length), 1);
            gone?.attachment.release();
            if (gone !== undefined && !gone.all) lastHeldMs.set(gone.label, stage.wall.nowMs());
          }
          if (one.do === 'redeploy') {
            const before = held;
            held = [];
            for (const { attachment, label, all } of before) {
              attachment.release();
              if (!all) lastHeldMs.set(label, stage.wall.nowMs());
            }
            if (pick(2) === 0) await stage.pass(pick(9_999));
            for (const { label, all } of before) attach(label, all);
          }
          if (one.do === 'fail') stage.failing.account = new Error('no');
          if (one.do === 'mend') stage.failing = {};
          if (one.do === 'pass') await stage.pass(one.ms);
          if (one.do === 'rest') await stage.rest();
          look();
        }
        stage.failing = {};
        for (let n = 0; n < 3; n++) await stage.pass(60_000);
        look();
        for (const label of ['main', 'second']) assert.equal(stage.live(label).length, isHeld(label) ? 1 : 0);
        await stage.desk.closeAll();
        assert.equal(stage.live('main').length + stage.live('second').length, 0);
        assert.equal(stage.wall.timers, 0);
        assert.deepEqual(stage.defects, []);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the process's desk", () => {
  it('is the same for a second copy of the package', async () => {
    const { desk } = new DeskStage();
    assert.throws(theDesk, { code: 'DESK_MISSING' });
    const withdraw = provideDesk(desk);
    try {
      const path = fileURLToPath(new URL('../../lib/account/desk-place.ts', import.meta.url));
      const copy: unknown = await import(`${path}?copy`);
      assert.ok(typeof copy === 'object' && copy !== null && 'theDesk' in copy && typeof copy.theDesk === 'function');
      assert.notEqual(copy.theDesk, theDesk);
      assert.equal(copy.theDesk(), desk);
    } finally {
      withdraw();
    }
    assert.throws(theDesk, { code: 'DESK_MISSING' });
  });

  it('is the one that was provided last', () => {
    const [old, next] = [new DeskStage().desk, new DeskStage().desk];
    const withdrawOld = provideDesk(old);
    const withdrawNext = provideDesk(next);
    withdrawOld();
    assert.equal(theDesk(), next);
    withdrawNext();
    assert.throws(theDesk, { code: 'DESK_MISSING' });
  });
});
