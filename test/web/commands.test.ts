import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { CommandResult } from '../../lib/account/contract.ts';
import { positionRow } from './game.ts';
import { ScriptedAccount } from './scripted.ts';
import { type Answer, Stage } from './stage.ts';

const LOCAL = { kind: 'local' };

function codeOf({ json }: Answer): string | undefined {
  return (json as { code?: string } | undefined)?.code;
}

describe('commands', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = new Stage();
    await stage.open();
    stage.account.rows = [positionRow()];
  });
  afterEach(() => stage.close());

  const commands: [string, string, object, string, unknown[]][] = [
    ['POST', '/bot/pause', {}, 'setEntries', [false, LOCAL]],
    ['POST', '/bot/resume', {}, 'setEntries', [true, LOCAL]],
    ['POST', '/bot/reconcile', {}, 'reconcile', [LOCAL]],
    ['POST', '/bot/reset', { rule: 'daily_loss', note: ' seen ' }, 'reset', ['daily_loss', 'seen', LOCAL]],
    ['POST', '/positions/close-all', {}, 'closeAll', [LOCAL, 'manual']],
    ['DELETE', '/positions/position-1', {}, 'close', ['position-1', LOCAL, 'manual']],
  ];
  for (const [method, path, body, command, given] of commands) {
    it(`${method} ${path} asks the account, as a person at this machine`, async () => {
      const answer = await stage.command(`/api/v1${path}`, { method, body: { account: 'a1', ...body } });
      assert.equal(answer.status, 200);
      assert.equal((answer.json as CommandResult).done, true);
      assert.deepEqual(stage.account.calls, [{ command, arguments: given }]);
    });
  }

  it('say what the account refused', async () => {
    stage.account.answer = async () => ({ done: false, code: 'MARKET_CLOSED', message: 'The market is closed.' });
    const answer = await stage.command('/api/v1/positions/close-all');
    assert.equal(answer.status, 409);
    assert.deepEqual(answer.json, { done: false, code: 'MARKET_CLOSED', message: 'The market is closed.' });
  });

  it('tell what a reconciliation found, and that one failed', async () => {
    const run = {
      agreed: false,
      cause: 'request' as const,
      atMs: 0,
      findings: ['one order too many'],
      repairs: [],
      failure: undefined,
    };
    stage.account.run = run;
    const found = await stage.command('/api/v1/bot/reconcile');
    assert.deepEqual(found.json, { done: true, code: null, message: 'Memory and exchange differ: one order too many.' });
    stage.account.run = { ...run, failure: { code: 'KALSHI_UNREACHABLE', message: 'no answer' } };
    const failed = await stage.command('/api/v1/bot/reconcile');
    assert.deepEqual(
      [failed.status, failed.json],
      [409, { done: false, code: 'KALSHI_UNREACHABLE', message: 'Not reconciled: no answer' }],
    );
  });

  it('take an empty body without a type', async () => {
    const answer = await stage.ask('/api/v1/bot/pause', { method: 'POST', headers: { 'idempotency-key': 'k-12345678' } });
    assert.equal(answer.status, 200);
  });

  describe('with the same key', () => {
    it('are done once, and answered alike', async () => {
      const first = await stage.command('/api/v1/bot/pause', { key: 'press-0001' });
      stage.account.answer = async () => ({ done: false, code: 'OTHER', message: 'Other.' });
      const second = await stage.command('/api/v1/bot/pause', { key: 'press-0001' });
      assert.equal(stage.account.calls.length, 1);
      assert.deepEqual([second.status, second.json], [first.status, first.json]);
    });

    it('and sent while the first is under way, wait for it', async () => {
      let finish: ((result: CommandResult) => void) | undefined;
      stage.account.answer = () =>
        new Promise((resolve) => {
          finish = resolve;
        });
      const both = Promise.all([1, 2].map(() => stage.command('/api/v1/positions/close-all', { key: 'press-0002' })));
      // A third request that is answered has passed both on its way.
      while (stage.account.calls.length === 0) await stage.ask('/health');
      await stage.ask('/health');
      finish?.({ done: true, code: undefined, message: 'Closed.' });
      const answers = await both;
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      );
      assert.equal(stage.account.calls.length, 1);
    });

    it('tell again that a position was closed, though it is no longer there', async () => {
      const close = () => stage.command('/api/v1/positions/position-1', { method: 'DELETE', key: 'press-0003' });
      assert.equal((await close()).status, 200);
      stage.account.rows = [];
      assert.equal((await close()).status, 200);
      assert.equal(stage.account.calls.length, 1);
    });

    it('are refused when they ask for something else', async () => {
      await stage.command('/api/v1/bot/pause', { key: 'press-0004' });
      const answer = await stage.command('/api/v1/bot/resume', { key: 'press-0004' });
      assert.deepEqual([answer.status, codeOf(answer)], [409, 'IDEMPOTENCY_KEY_REUSED']);
    });

    it('are answered alike after a defect: whether it was done is not known', async () => {
      stage.account.answer = () => Promise.reject(new Error('secret inside'));
      const first = await stage.command('/api/v1/bot/pause', { key: 'press-0005' });
      stage.account.answer = async () => ({ done: true, code: undefined, message: 'Done.' });
      const second = await stage.command('/api/v1/bot/pause', { key: 'press-0005' });
      assert.deepEqual([first.status, second.status, codeOf(second)], [500, 500, 'WEB_FAILED']);
      assert.doesNotMatch(first.text, /secret/);
      assert.equal(stage.account.calls.length, 1);
      assert.equal(stage.reports.length, 1);
    });

    it('are new commands after a day', async () => {
      await stage.command('/api/v1/bot/pause', { key: 'press-0006' });
      stage.wall.advance(86_400_000);
      await stage.command('/api/v1/bot/pause', { key: 'press-0006' });
      assert.equal(stage.account.calls.length, 2);
    });
  });

  const json = { 'content-type': 'application/json' };
  const key = { 'idempotency-key': 'k-12345678' };
  const refused: [string, string, Parameters<Stage['ask']>[1], number, string][] = [
    ['no key', '/bot/pause', { headers: json }, 400, 'IDEMPOTENCY_KEY_NEEDED'],
    ['a short key', '/bot/pause', { headers: { ...json, 'idempotency-key': '1234567' } }, 400, 'IDEMPOTENCY_KEY_NEEDED'],
    ['a long key', '/bot/pause', { headers: { ...json, 'idempotency-key': 'k'.repeat(101) } }, 400, 'IDEMPOTENCY_KEY_NEEDED'],
    [
      'a form',
      '/bot/pause',
      { body: 'a=b', headers: { ...key, 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'BODY_TYPE',
    ],
    ['plain text', '/bot/pause', { body: '{}', headers: { ...key, 'content-type': 'text/plain' } }, 415, 'BODY_TYPE'],
    ['a body of no type', '/bot/pause', { body: '{}', headers: key }, 415, 'BODY_TYPE'],
    ['no JSON', '/bot/pause', { body: '{', headers: { ...json, ...key } }, 400, 'BODY_UNREADABLE'],
    ['a list', '/bot/pause', { body: '[]', headers: { ...json, ...key } }, 400, 'BODY_INVALID'],
    ['a field that is none', '/bot/pause', { body: '{"acount":"a1"}', headers: { ...json, ...key } }, 400, 'BODY_INVALID'],
    ['a reset of nothing', '/bot/reset', { body: '{"note":"x"}', headers: { ...json, ...key } }, 400, 'BODY_INVALID'],
    [
      'a reset without a note',
      '/bot/reset',
      { body: '{"rule":"manual","note":" "}', headers: { ...json, ...key } },
      400,
      'BODY_INVALID',
    ],
    ['too much', '/bot/pause', { body: `"${'x'.repeat(20_000)}"`, headers: { ...json, ...key } }, 413, 'BODY_TOO_LARGE'],
    ['a query', '/bot/pause?account=a1', { headers: key }, 400, 'QUERY_INVALID'],
    ['an unknown account', '/bot/pause', { body: '{"account":"a9"}', headers: { ...json, ...key } }, 404, 'ACCOUNT_UNKNOWN'],
    ['an unknown position', '/positions/p9', { method: 'DELETE', headers: key }, 404, 'POSITION_UNKNOWN'],
    ['an unknown command', '/bot/dance', { headers: key }, 404, 'ROUTE_UNKNOWN'],
    ['a way that is none', '/bot/pause', { method: 'GET' }, 405, 'METHOD_NOT_ALLOWED'],
    ['another site', '/bot/pause', { headers: { ...key, origin: 'https://evil.example' } }, 403, 'DOOR_FOREIGN_ORIGIN'],
    ['another host', '/bot/pause', { headers: { ...key, host: 'evil.example' } }, 403, 'DOOR_FOREIGN_HOST'],
  ];
  for (const [what, path, ask, status, code] of refused) {
    it(`with ${what} are refused and not done`, async () => {
      const answer = await stage.ask(`/api/v1${path}`, { method: 'POST', ...ask });
      assert.deepEqual([answer.status, codeOf(answer)], [status, code]);
      assert.match((answer.json as { message: string }).message, /\w/);
      assert.equal(stage.account.calls.length, 0);
    });
  }

  it('that do not arrive whole are not done, and are no defect', async () => {
    const head = [
      'POST /api/v1/positions/close-all HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 100',
      'Idempotency-Key: k-12345678',
    ];
    const socket = connect(stage.port, '127.0.0.1');
    socket.end(`${head.join('\r\n')}\r\n\r\n{"account"`);
    socket.resume();
    await once(socket, 'close');
    await stage.ask('/health');
    assert.deepEqual([stage.account.calls, stage.reports], [[], []]);
  });

  it('name their account where several are open', async () => {
    const second = new ScriptedAccount('a2', 'practice', () => stage.marketMs);
    second.rows = [positionRow({ id: 'position-2' })];
    stage.desk.openAccounts = [stage.account, second];
    stage.desk.changed();
    assert.equal(codeOf(await stage.command('/api/v1/positions/close-all')), 'ACCOUNT_NEEDED');
    await stage.command('/api/v1/positions/close-all', { body: { account: 'a2' } });
    // Whose position it is, its id says.
    await stage.command('/api/v1/positions/position-2', { method: 'DELETE' });
    assert.equal(
      codeOf(await stage.command('/api/v1/positions/position-2', { method: 'DELETE', body: { account: 'a1' } })),
      'POSITION_UNKNOWN',
    );
    assert.deepEqual(
      second.calls.map(({ command }) => command),
      ['closeAll', 'close'],
    );
    assert.equal(stage.account.calls.length, 0);
  });
});
