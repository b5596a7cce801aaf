import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ExchangeAt, exchangeChecks } from '../../lib/app/doctor/exchange.ts';
import { type Finding, runChecks } from '../../lib/app/doctor/finding.ts';
import { generatedScenario } from '../../lib/exchange/scenario/index.ts';
import { systemClock } from '../../lib/kalshi/wall-clock.ts';
import { pemOf, TEST_KEY } from '../kalshi/keys.ts';
import { openPractice, type Practice } from '../practice.ts';
import { Doors } from './doors.ts';

const DOCTOR = join(import.meta.dirname, '../../lib/app/doors/doctor.ts');
/** Enough for the first night's games to be listed. */
const STEPS = 200;

describe('the doctor and an exchange', () => {
  let practice: Practice;
  let at: ExchangeAt;
  beforeEach(async () => {
    practice = await openPractice({ scenario: generatedScenario({ shards: 4, leagues: ['MLB', 'NBA'] }), shards: [0, 1, 2, 3] });
    for (let n = 0; n < STEPS; n++) practice.night.step();
    const { keyId } = practice.member();
    at = {
      name: "Kalshi's demo exchange",
      rest: practice.server.rest,
      ws: practice.server.ws,
      credentials: { keyId, privateKeyPem: TEST_KEY.privateKeyPem },
      wall: systemClock,
    };
  });
  afterEach(() => practice.close());

  async function findings(change: Partial<ExchangeAt> = {}): Promise<Finding[]> {
    const exchange = exchangeChecks({ ...at, ...change });
    try {
      return await Array.fromAsync(runChecks(exchange.checks, (text) => text));
    } finally {
      await exchange.close();
    }
  }

  async function said(change: Partial<ExchangeAt> = {}): Promise<string[]> {
    return (await findings(change)).map(({ topic, level, says }) => `${level} ${topic}: ${says}`);
  }

  /** The first finding of a topic that is a fault. */
  async function faultOf(topic: string, change: Partial<ExchangeAt> = {}): Promise<Finding> {
    const bad = (await findings(change)).find((one) => one.topic === topic && one.level === 'fault');
    assert.ok(bad !== undefined, `no fault of ${topic}`);
    assert.ok((bad.todo ?? '') !== '');
    return bad;
  }

  it('finds way, clock, key and cash in order, and the shard of baseball without cash', async () => {
    const lines = (await said()).map((line) => line.replaceAll(/\d+ ms/g, 'N ms'));
    assert.deepEqual(
      lines.filter((line) => !line.includes('clock')),
      [
        'ok Connection: REST answers in N ms',
        'ok API key: the private key can be read, and signs',
        'ok API key: the exchange accepts the key "test": it may read and trade',
        'ok Connection: WebSocket answers in N ms',
        'ok Balances: 10,000.00 dollars (shard 0: 10,000.00, shard 1: 0.00, shard 2: 0.00, shard 3: 0.00)',
        'fault Balances: shard 3 lists games of MLB and has no cash',
      ],
    );
    assert.match(
      lines.find((line) => line.startsWith('ok Clock')) ?? '',
      /^ok Clock: this machine's clock is 0\.\d s (behind|ahead of) the exchange/,
    );
  });

  it('is content where every shard that lists games has cash', async () => {
    const [account] = [...practice.night.exchange.state.accounts.values()].filter(({ name }) => name === 'member');
    practice.night.execute({ kind: 'deposit', accountId: account?.id ?? '', shard: 3, amountE6: 5_000_000 });
    assert.ok((await findings()).every(({ level }) => level === 'ok'));
  });

  it('says that an account has no cash at all', async () => {
    const { keyId } = practice.member(0);
    const bad = await faultOf('Balances', { credentials: { keyId, privateKeyPem: TEST_KEY.privateKeyPem } });
    assert.equal(bad.says, 'there is no cash');
  });

  const skews: [ms: number, words: RegExp | undefined][] = [
    [5_000, /^this machine's clock is [45]\.\d s ahead of the exchange, .* more than 2 s is too much$/],
    [-4_000, /^this machine's clock is [34]\.\d s behind the exchange/],
    [1_000, undefined],
  ];
  for (const [ms, words] of skews) {
    it(`${words === undefined ? 'lets pass' : 'finds'} a clock that is ${ms} ms ahead`, async () => {
      const wall = { ...systemClock, nowMs: () => systemClock.nowMs() + ms };
      const bad = (await findings({ wall })).filter(({ topic, level }) => topic === 'Clock' && level === 'fault');
      assert.equal(bad.length, words === undefined ? 0 : 1);
      if (words !== undefined) assert.match(bad[0]?.says ?? '', words);
    });
  }

  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys: [what: string, pem: string, words: RegExp][] = [
    ['that is no PEM', 'hello', /^The private key is not PEM text/],
    ['that is the public half', TEST_KEY.publicKeyPem, /^This is the public half of a key/],
    ['that is cut off', TEST_KEY.privateKeyPem.slice(0, 400), /^The private key is damaged or incomplete/],
    ['that is too short', pemOf(small.privateKey), /^The RSA key has 1024 bits/],
    ['of somebody else', pemOf(stranger.privateKey), /^the exchange does not accept the key/],
  ];
  for (const [what, privateKeyPem, words] of keys) {
    it(`finds a key ${what}`, async () => {
      const bad = await faultOf('API key', { credentials: { keyId: at.credentials?.keyId ?? '', privateKeyPem } });
      assert.match(bad.says, words);
    });
  }

  it('finds a key id that the exchange does not know', async () => {
    const bad = await faultOf('API key', { credentials: { keyId: 'nobody-knows-it', privateKeyPem: TEST_KEY.privateKeyPem } });
    assert.match(bad.todo ?? '', /a key of live is none of demo/);
  });

  it('finds a key that may only read', async () => {
    const [account] = [...practice.night.exchange.state.accounts.values()].filter(({ name }) => name === 'member');
    const { id: keyId } = practice.night.execute<'add_key'>({
      kind: 'add_key',
      accountId: account?.id ?? '',
      name: 'looker',
      publicKeyPem: TEST_KEY.publicKeyPem,
      scopes: ['read'],
    });
    const bad = await faultOf('API key', { credentials: { keyId, privateKeyPem: TEST_KEY.privateKeyPem } });
    assert.equal(bad.says, 'the key "looker" may only read (read)');
  });

  it('goes without a key as far as one can', async () => {
    const lines = await said({ credentials: undefined });
    assert.match(lines[0] ?? '', /^ok Connection: REST/);
    assert.ok(lines.some((line) => line.startsWith('note API key: none in the environment variables')));
    assert.ok(lines.includes('note Balances: not read: it takes a key that the exchange accepts'));
  });

  it('says that the exchange is out of reach, and does not blame the key', async () => {
    const lines = await said({ rest: 'http://127.0.0.1:1/trade-api/v2', ws: 'ws://127.0.0.1:1/trade-api/ws/v2' });
    assert.match(lines[0] ?? '', /^fault Connection: Kalshi's demo exchange cannot be reached: .*ECONNREFUSED/);
    assert.ok(lines.includes('note API key: not shown to the exchange, which was not reached'));
    assert.ok(lines.includes('note Clock: not compared: the exchange was not reached'));
  });

  it('says that trading is paused', async () => {
    practice.night.execute({ kind: 'set_activity', exchangeActive: true, tradingActive: false });
    assert.ok((await said()).includes("note Connection: trading on Kalshi's demo exchange is paused now"));
  });

  it('tells a WebSocket that is refused from one that does not get through', async () => {
    const proxy = createServer();
    proxy.on('upgrade', (_, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n'));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const refused = await faultOf('Connection', { ws: `ws://127.0.0.1:${port}/trade-api/ws/v2` });
    assert.equal(refused.says, 'the WebSocket was refused (HTTP status 502)');
    await new Promise((resolve) => proxy.close(resolve));
    const none = await faultOf('Connection', { ws: `ws://127.0.0.1:${port}/trade-api/ws/v2` });
    assert.match(none.says, /^no WebSocket to 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  });

  describe('as a program', () => {
    const doors = new Doors();
    after(() => doors.close());

    /** Everything it prints, and its code. */
    async function run(args: string[], env: NodeJS.ProcessEnv): Promise<{ out: string; code: number | null }> {
      const before = { ...process.env };
      Object.assign(process.env, env);
      const child = doors.launch([DOCTOR, ...args]);
      for (const name of Object.keys(env)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
      let out = '';
      child.stdout?.on('data', (chunk) => (out += chunk));
      child.stderr?.on('data', (chunk) => (out += chunk));
      return new Promise((resolve) => child.once('close', (code) => resolve({ out, code })));
    }

    it('ends with code 1 and one JSON document where there is a fault, and shows no secret', async () => {
      const env = {
        PORT: '0',
        KALSHI_ENV: 'demo',
        KALSHI_API_BASE: at.rest,
        KALSHI_WS_URL: at.ws,
        KALSHI_API_KEY_ID: 'nobody-knows-it',
        KALSHI_PRIVATE_KEY: TEST_KEY.privateKeyPem.replaceAll('\n', '\\n'),
        ESPN_API_BASE: 'off',
      };
      const { out, code } = await run(['--json'], env);
      assert.equal(code, 1, out);
      const { healthy, findings: told } = JSON.parse(out) as { healthy: boolean; findings: Finding[] };
      assert.equal(healthy, false);
      assert.ok(told.some(({ topic, level }) => topic === 'API key' && level === 'fault'));
      const [, secret = ''] = TEST_KEY.privateKeyPem.split('\n');
      assert.ok(secret.length > 40 && !out.includes(secret));
    });

    it('ends with code 0 where there is none, and with code 2 where it is called wrongly', async () => {
      const well = await run([], { PORT: '0' });
      assert.equal(well.code, 0, well.out);
      assert.match(well.out, /\nNothing stands in the way of trading\.\n$/);
      const wrong = await run(['--fast'], {});
      assert.equal(wrong.code, 2);
      assert.match(wrong.out, /--fast/);
      assert.match((await run(['--help'], {})).out, /--json/);
    });
  });
});
