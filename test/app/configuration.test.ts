import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialSecret, examineConfiguration, readConfiguration } from '../../lib/app/configuration.ts';
import { AppError } from '../../lib/app/errors.ts';
import { exampleEnvironment, VARIABLES } from '../../lib/app/variables.ts';

const ROOT = join(import.meta.dirname, '../..');

function problemWith(env: NodeJS.ProcessEnv): string {
  try {
    readConfiguration(env, '/home/somebody');
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'CONFIGURATION_INVALID');
    return error.message;
  }
  return 'none';
}

describe('the configuration', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-configuration-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('needs no variable at all, and is practice then', () => {
    const read = readConfiguration({}, '/home/somebody');
    assert.deepEqual(
      { ...read },
      {
        host: '127.0.0.1',
        port: 1880,
        databaseUrl: undefined,
        secretKey: undefined,
        environment: 'practice',
        apiBase: undefined,
        wsUrl: undefined,
        espnBase: 'https://site.api.espn.com/apis/site/v2/sports',
        scoreLiveS: 5,
        scorePregameS: 60,
        discordWebhookUrl: undefined,
        logLevel: 'info',
        home: '/home/somebody/.courtside',
        credentials: undefined,
      },
    );
  });

  it('takes an empty variable for one that is not set', () => {
    assert.equal(readConfiguration({ PORT: '', KALSHI_ENV: '' }, '/h').port, 1880);
  });

  const bad: [env: NodeJS.ProcessEnv, message: RegExp][] = [
    [{ PORT: '70000' }, /^PORT takes a whole number from 0 to 65535$/],
    [{ PORT: '12a' }, /^PORT takes a whole number/],
    [{ COURTSIDE_HOME: '~/.courtside' }, /^COURTSIDE_HOME takes a whole path: write your home folder out instead of "~"$/],
    [{ KALSHI_API_KEY_ID: 'a1b2c3d4-e5', KALSHI_PRIVATE_KEY_PATH: '~/key.pem' }, /^KALSHI_PRIVATE_KEY_PATH takes a whole path/],
    [{ HOST: '0.0.0.0' }, /^HOST is 0\.0\.0\.0, and without sign-in Courtside listens on this machine only/],
    [{ KALSHI_ENV: 'real' }, /^KALSHI_ENV takes one of practice, paper, demo, live$/],
    [{ DATABASE_URL: 'mysql://x/y' }, /^DATABASE_URL takes an address that begins with postgresql/],
    [{ SECRET_KEY: 'short' }, /^SECRET_KEY takes at least 16 characters$/],
    [{ KALSHI_API_KEY_ID: 'a b' }, /^KALSHI_API_KEY_ID takes the id/],
    [{ KALSHI_API_KEY_ID: 'a1b2c3d4-e5' }, /^KALSHI_API_KEY_ID is set, and neither/],
    [{ KALSHI_PRIVATE_KEY: '-----BEGIN X-----' }, /^KALSHI_PRIVATE_KEY is set and KALSHI_API_KEY_ID is not$/],
    [
      { KALSHI_API_KEY_ID: 'a1b2c3d4-e5', KALSHI_PRIVATE_KEY: 'xyz' },
      /^KALSHI_PRIVATE_KEY takes a private key with its BEGIN and END lines$/,
    ],
    [
      { KALSHI_API_KEY_ID: 'a1b2c3d4-e5', KALSHI_PRIVATE_KEY_PATH: '/nowhere/key' },
      /^KALSHI_PRIVATE_KEY_PATH names a file that cannot be read: \/nowhere\/key$/,
    ],
    [
      { KALSHI_API_KEY_ID: 'a1b2c3d4-e5', KALSHI_PRIVATE_KEY: '-----BEGIN X-----', KALSHI_PRIVATE_KEY_PATH: '/k' },
      /^KALSHI_PRIVATE_KEY and KALSHI_PRIVATE_KEY_PATH are both set/,
    ],
    [{ KALSHI_API_BASE: 'ftp://x' }, /^KALSHI_API_BASE takes an address/],
    [{ KALSHI_WS_URL: 'wss://me:secret@host/ws' }, /^KALSHI_WS_URL takes an address .* and holds no password$/],
    [{ ESPN_API_BASE: 'maybe' }, /^ESPN_API_BASE takes an address|^ESPN_API_BASE /],
    [{ SCORE_POLL_LIVE_SECONDS: '0' }, /^SCORE_POLL_LIVE_SECONDS takes a whole number from 1 to 300$/],
    [{ DISCORD_WEBHOOK_URL: 'discord' }, /^DISCORD_WEBHOOK_URL cannot be used: it is not an address\. Copy it from/],
    [{ DISCORD_WEBHOOK_URL: 'https://example.com/x' }, /^DISCORD_WEBHOOK_URL cannot be used: it is not on discord\.com/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL takes one of/],
  ];
  for (const [env, message] of bad) {
    it(`refuses ${Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`, () => {
      const said = problemWith(env);
      assert.match(said, message);
    });
  }

  it('names every variable that cannot be used, when asked for all of them', () => {
    const { configuration, problems } = examineConfiguration(
      { PORT: 'x', HOST: '0.0.0.0', KALSHI_API_KEY_ID: 'a1b2c3d4-e5', LOG_LEVEL: 'loud' },
      '/h',
    );
    assert.equal(configuration, undefined);
    assert.deepEqual(
      problems.map(({ message }) => message.split(' ')[0]),
      ['PORT', 'LOG_LEVEL', 'HOST', 'KALSHI_API_KEY_ID'],
    );
    assert.deepEqual(examineConfiguration({}, '/h').problems, []);
  });

  it('shows no secret in what it refuses', () => {
    for (const { name, isSecret } of Object.values<{ name: string; isSecret?: true }>(VARIABLES)) {
      if (isSecret !== true) continue;
      assert.ok(!problemWith({ [name]: 'hunter2' }).includes('hunter2'), name);
    }
  });

  it('reads a private key from its file, or from the variable with written line breaks', () => {
    const path = join(dir, 'key.pem');
    writeFileSync(path, '-----BEGIN A-----\nx\n-----END A-----\n');
    const id = { KALSHI_API_KEY_ID: 'a1b2c3d4-e5' };
    const fromFile = readConfiguration({ ...id, KALSHI_PRIVATE_KEY_PATH: path }, dir).credentials;
    assert.deepEqual(fromFile, { keyId: 'a1b2c3d4-e5', privateKeyPem: '-----BEGIN A-----\nx\n-----END A-----\n' });
    const written = readConfiguration({ ...id, KALSHI_PRIVATE_KEY: '-----BEGIN A-----\\nx\\n-----END A-----' }, dir).credentials;
    assert.equal(written?.privateKeyPem, '-----BEGIN A-----\nx\n-----END A-----');
  });

  it('makes the secret of stored credentials once, readable by its owner only', () => {
    const configuration = { secretKey: undefined, home: dir };
    const path = join(dir, 'secret.key');
    const made = credentialSecret(configuration);
    assert.ok(made.length >= 32);
    assert.equal(credentialSecret(configuration), made);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(credentialSecret({ ...configuration, secretKey: 'given by the user' }), 'given by the user');
  });

  it('makes the secret anew where a crash has left an empty file, and says what cannot be read', () => {
    const path = join(dir, 'secret.key');
    writeFileSync(path, '\n');
    const made = credentialSecret({ secretKey: undefined, home: dir });
    assert.ok(made.length >= 32);
    assert.equal(readFileSync(path, 'utf8'), `${made}\n`);
    rmSync(path);
    mkdirSync(path);
    assert.throws(() => credentialSecret({ secretKey: undefined, home: dir }), {
      code: 'APP_HOME_UNUSABLE',
      message: `${path} cannot be read (EISDIR)`,
    });
  });

  for (const host of ['external-api.kalshi.com', 'api.elections.kalshi.com', 'KALSHI.com', 'api.kalshi.com.']) {
    it(`lets nobody trade with real money at ${host} under the name of demo`, () => {
      const rest = { KALSHI_API_BASE: `https://${host}/trade-api/v2` };
      assert.match(
        problemWith({ KALSHI_ENV: 'demo', ...rest }),
        /^KALSHI_API_BASE is Kalshi's live exchange, where orders cost real money, and KALSHI_ENV is demo$/,
      );
      assert.match(problemWith({ KALSHI_WS_URL: `wss://${host}/trade-api/ws/v2` }), /^KALSHI_WS_URL .* KALSHI_ENV is practice$/);
      assert.equal(problemWith({ KALSHI_ENV: 'live', ...rest }), 'none');
    });
  }

  it('takes the addresses of the demo exchange, and of this machine', () => {
    for (const host of ['demo-api.kalshi.co', 'external-api.demo.kalshi.co', 'kalshi.com.example', '127.0.0.1:8791']) {
      assert.equal(problemWith({ KALSHI_ENV: 'demo', KALSHI_API_BASE: `https://${host}/trade-api/v2` }), 'none');
    }
  });
});

describe('.env.example', () => {
  it('is what the table of variables says', () => {
    assert.equal(readFileSync(join(ROOT, '.env.example'), 'utf8'), exampleEnvironment());
  });

  it('names every variable that the program reads, and no other', () => {
    const named = [...exampleEnvironment().matchAll(/^#([A-Z_]+)=/gm)].map((match) => match[1]);
    assert.deepEqual(
      named,
      Object.values(VARIABLES).map(({ name }) => name),
    );
  });
});
