import assert from 'node:assert/strict';
import { request } from 'node:http';
import { openStage, type Stage } from '../rest/stage.ts';

describe('exchange doors', () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  const knock = (path: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: stage.server.port, path, method, headers, agent: false }, (reply) => {
        reply.resume();
        resolve(reply.statusCode ?? 0);
      });
      asked.on('error', reject);
      asked.end();
    });

  const own = (name: string) => `${name}:${stage.server.port}`;

  it('opens to this machine under each of its names', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]']) {
      assert.equal(await knock('/trade-api/v2/exchange/status', { host: own(name) }), 200, name);
    }
  });

  it('refuses a foreign Host, also without or with another port', async () => {
    for (const host of ['evil.example', own('evil.example'), '127.0.0.1', '127.0.0.1:1', own('127.0.0.1.evil.example')]) {
      assert.equal(await knock('/trade-api/v2/exchange/status', { host }), 403, host);
    }
  });

  it('refuses a foreign Origin on every path', async () => {
    for (const path of ['/trade-api/v2/exchange/status', '/practice/clock', '/']) {
      assert.equal(await knock(path, { host: own('localhost'), origin: 'https://evil.example' }), 403, path);
      assert.equal(await knock(path, { host: own('localhost'), origin: 'null' }), 403, path);
    }
    assert.equal(await knock('/practice/step', { host: own('localhost'), origin: 'https://evil.example' }, 'POST'), 403);
    assert.equal(stage.night.delivered, 1);
  });

  it('opens to its own Origin', async () => {
    assert.equal(await knock('/practice/clock', { host: own('localhost'), origin: `http://${own('127.0.0.1')}` }), 200);
  });

  it('says in one text why it refuses', async () => {
    const reply = await stage.ask('GET', '/practice/clock', { headers: { origin: 'https://evil.example' } });
    assert.equal(reply.body.error.code, 'forbidden');
    assert.match(reply.body.error.details, /only to programs on this machine/);
  });
});
