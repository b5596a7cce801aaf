import assert from 'node:assert/strict';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { discordCheck, runningCheck, scoresCheck } from '../../lib/app/doctor/around.ts';
import { databaseCheck } from '../../lib/app/doctor/database.ts';
import { type DoctorParts, examine } from '../../lib/app/doctor/doctor.ts';
import { type Check, type Finding, fault, note, ok, runChecks } from '../../lib/app/doctor/finding.ts';
import { flowsCheck, homeCheck, nodeCheck, settingsCheck } from '../../lib/app/doctor/machine.ts';
import { findingsJson, findingText, isHealthy, summaryText } from '../../lib/app/doctor/report.ts';
import { hideSecrets } from '../../lib/app/doctor/secrets.ts';
import { openPracticeExchange } from '../../lib/app/practice.ts';
import { readOptions } from '../../lib/app/practice-options.ts';
import { systemClock } from '../../lib/kalshi/wall-clock.ts';
import { openStore } from '../../lib/store/index.ts';
import { MIGRATIONS } from '../../migrations/index.ts';
import { TOKEN, WEBHOOK_ID, WEBHOOK_URL } from '../alerts/discord-stand-in.ts';
import { freshSchema, type Server as PostgresServer, startPostgres, whyNoPostgres } from '../store/postgres-server.ts';

const plainly = (text: string) => text;

function found(...checks: Check[]): Promise<Finding[]> {
  return Array.fromAsync(runChecks(checks, plainly));
}

/** Level and words of each finding. */
async function said(check: Check): Promise<string[]> {
  return (await found(check)).map(({ level, says }) => `${level}: ${says}`);
}

/** A server of a test, on a free port of this machine. */
async function serving(listener: RequestListener): Promise<{ origin: string; port: number; close(): Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe('the doctor on this machine', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-doctor-test-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const versions: [version: string, needed: string, level: string][] = [
    ['v24.1.0', '>=22.19', 'ok'],
    ['v22.19.0', '>=22.19', 'ok'],
    ['v22.18.9', '>=22.19', 'fault'],
    ['v20.20.0', '>=22.19', 'fault'],
    ['v9.0.0', '>=22.19', 'fault'],
  ];
  for (const [version, needed, level] of versions) {
    it(`calls Node ${version} ${level} where ${needed} is needed`, async () => {
      assert.equal((await found(nodeCheck(version, needed)))[0]?.level, level);
    });
  }

  it('tells where the home folder will be made, and that other users can look into one that is there', async () => {
    assert.deepEqual(await said(homeCheck(join(dir, 'a/b'))), [`ok: ${join(dir, 'a/b')} is made at the first start`]);
    chmodSync(dir, 0o755);
    assert.deepEqual((await said(homeCheck(dir))).at(-1), `note: other users of this machine can look into ${dir}`);
    chmodSync(dir, 0o700);
    assert.deepEqual(await said(homeCheck(dir)), [`ok: ${dir}`]);
  });

  it('finds a home folder that cannot be written', async () => {
    writeFileSync(join(dir, 'file'), '');
    for (const home of [join(dir, 'file'), join(dir, 'file/below')]) {
      const [finding] = await found(homeCheck(home));
      assert.equal(finding?.level, 'fault');
      assert.match(finding?.says ?? '', /cannot be written/);
      assert.match(finding?.todo ?? '', /COURTSIDE_HOME/);
    }
  });

  it('reads the flows', async () => {
    mkdirSync(join(dir, 'node-red'));
    const path = join(dir, 'node-red/flows.json');
    assert.deepEqual(await said(flowsCheck(dir)), ['ok: the shipped flows are copied at the first start']);
    writeFileSync(path, '[{"id":"a","type":"tab"},{"id":"b","type":"comment"}]');
    assert.deepEqual(await said(flowsCheck(dir)), ['ok: 1 tab, 2 nodes']);
    writeFileSync(path, '[{"id":');
    assert.deepEqual(await said(flowsCheck(dir)), [`fault: ${path} cannot be used: it is no JSON`]);
    writeFileSync(path, '{}');
    assert.deepEqual(await said(flowsCheck(dir)), [`fault: ${path} cannot be used: it holds no list of nodes`]);
  });
});

describe('the doctor and the database', () => {
  let dir = '';
  let file = '';
  const parts = { wall: systemClock, activity: { begin: () => () => {} } };
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-doctor-test-'));
    file = join(dir, 'courtside.db');
    await (await openStore({ file, ...parts })).close();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const at = (name: string) => databaseCheck({ url: undefined, file: name });
  const ask = (sql: string) => {
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
  };

  it('finds one that is up to date and durable, and leaves it as it is', async () => {
    assert.deepEqual(await said(at(file)), [
      `ok: ${file} is up to date (${MIGRATIONS.length} steps)`,
      'ok: every commit reaches the disk before an order is sent (WAL, synchronous FULL)',
    ]);
    const tables = new DatabaseSync(file).prepare("SELECT 1 FROM sqlite_master WHERE name LIKE 'doctor%'").all();
    assert.deepEqual(tables, []);
  });

  it('knows one that is not there yet', async () => {
    const other = join(dir, 'other.db');
    assert.deepEqual(await said(at(other)), [`ok: ${other} is made at the first start`]);
  });

  it('tells how far one of an older version is behind', async () => {
    ask(`DELETE FROM knex_migrations WHERE name = '${MIGRATIONS.at(-1)?.name}'`);
    assert.match((await said(at(file)))[0] ?? '', /^note: .* is 1 step behind this version$/);
  });

  const troubles: [what: string, hurt: () => unknown, says: RegExp][] = [
    [
      'a newer one',
      () => ask("INSERT INTO knex_migrations (name, batch) VALUES ('20990101_fly', 9)"),
      /was made by a newer Courtside \(it has 20990101_fly\)$/,
    ],
    [
      // The format version that SQLite may read and not write: rights would not hold root back.
      'one that cannot be written',
      () => {
        ask('PRAGMA wal_checkpoint(TRUNCATE)');
        const handle = openSync(file, 'r+');
        writeSync(handle, Buffer.from([3]), 0, 1, 18);
        closeSync(handle);
      },
      /cannot be written: let this user write/,
    ],
    ['something else', () => writeFileSync(file, 'Dear reader, '.repeat(1_000)), /is damaged, or no database/],
  ];
  for (const [what, hurt, says] of troubles) {
    it(`finds ${what}, and says what to do`, async () => {
      hurt();
      const bad = (await found(at(file))).find(({ level }) => level === 'fault');
      assert.match(bad?.says ?? '', says);
      assert.ok((bad?.todo ?? '').length > 10);
    });
  }

  it('finds one that another program holds', async () => {
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    try {
      assert.match(
        (await said(databaseCheck({ url: undefined, file, busyMs: 1 }))).at(-1) ?? '',
        /^fault: another program is writing to .*end it/,
      );
    } finally {
      other.close();
    }
  });
});

describe(`the doctor and PostgreSQL ${whyNoPostgres()}`.trim(), () => {
  let server: PostgresServer | undefined;
  before(async function () {
    if (whyNoPostgres() !== '') this.skip();
    server = await startPostgres();
  });
  after(() => server?.stop());

  it('finds a server without fsync, a database of ours, and one that is away', async () => {
    assert.ok(server);
    const schema = await freshSchema(server);
    try {
      const empty = await said(databaseCheck({ url: schema.url, file: '' }));
      assert.match(empty[0] ?? '', /^ok: the database .* is empty: its tables are made at the first start$/);
      await (await openStore({ url: schema.url, wall: systemClock, activity: { begin: () => () => {} } })).close();
      const full = await said(databaseCheck({ url: schema.url, file: '' }));
      assert.match(full[0] ?? '', /is up to date \(\d+ steps\)$/);
      // A server that a test was given may be durable.
      assert.match(full[1] ?? '', /^(fault: .* runs with fsync = off|ok: every commit reaches the disk)/);
    } finally {
      await schema.remove();
    }
    const away = await said(databaseCheck({ url: 'postgresql://me:hunter22@127.0.0.1:1/none', file: '' }));
    assert.deepEqual(away, [
      'fault: the database none on 127.0.0.1:1 cannot be reached: check that the server runs and DATABASE_URL is right',
    ]);
  });
});

describe('the doctor and what stands around', () => {
  let server: Awaited<ReturnType<typeof serving>> | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const webhooks: [status: number, body: string, says: RegExp][] = [
    [200, '{"name":"Spidey \\u001b[31m"}', /^ok: the webhook is known \("Spidey .*"\); nothing was posted$/],
    [200, 'no JSON', /^ok: the webhook is known; nothing was posted$/],
    [404, '{"message":"Unknown Webhook"}', /^fault: Discord does not know the webhook any more$/],
    [401, '', /^fault: Discord does not know the webhook any more$/],
    [503, '', /^note: Discord answered with HTTP status 503$/],
  ];
  for (const [status, body, says] of webhooks) {
    it(`reads Discord's answer ${status} ${body}`, async () => {
      const methods: string[] = [];
      server = await serving(({ method = '', url = '' }, response) => {
        methods.push(`${method} ${url.split('?')[0]}`);
        response.writeHead(status).end(body);
      });
      const [line] = await said(discordCheck(WEBHOOK_URL, server.origin));
      assert.match(line ?? '', says);
      assert.deepEqual(methods, [`GET /api/webhooks/${WEBHOOK_ID}/${TOKEN}`]);
    });
  }

  it('says that there is no webhook, and that Discord is out of reach', async () => {
    assert.match((await said(discordCheck(undefined)))[0] ?? '', /^note: no webhook is set/);
    server = await serving(() => {});
    const { origin } = server;
    await server.close();
    server = undefined;
    assert.deepEqual(await said(discordCheck(WEBHOOK_URL, origin)), ['fault: Discord could not be reached']);
  });

  it('knows a free port, a Courtside, and another program', async () => {
    server = await serving((_, response) => response.end('hello'));
    const { port } = server;
    assert.deepEqual(await said(runningCheck('127.0.0.1', port)), [`fault: port ${port} is taken by another program`]);
    await server.close();
    server = undefined;
    assert.deepEqual(await said(runningCheck('127.0.0.1', port)), [`ok: not running; port ${port} is free`]);
    assert.match((await said(runningCheck('127.0.0.1', 0)))[0] ?? '', /^note: PORT is 0/);
  });

  for (const [state, level] of [
    ['running', 'ok'],
    ['paused', 'ok'],
    ['blocked', 'fault'],
    ['refused', 'fault'],
  ] as const) {
    it(`passes on what a Courtside that is ${state} says of itself`, async () => {
      server = await serving(({ url }, response) => {
        const health = { version: '9.9.9', uptimeSeconds: 1 };
        response.end(JSON.stringify(url === '/health' ? health : { engine: { state, text: 'Because.' } }));
      });
      const lines = await said(runningCheck('127.0.0.1', server.port));
      assert.deepEqual(lines, [`ok: version 9.9.9 is running: ${server.origin}/dashboard`, `${level}: it says: Because.`]);
    });
  }

  it('tells of scores that cannot be read, and of none that are wanted', async () => {
    server = await serving((_, response) => response.writeHead(500).end());
    const [line] = await said(scoresCheck(server.origin, systemClock, '2026-10-24'));
    assert.match(line ?? '', /^note: the second source of scores does not work: 127\.0\.0\.1:\d+ answered with HTTP status 500$/);
    assert.match(
      (await said(scoresCheck(undefined, systemClock, '2026-10-24')))[0] ?? '',
      /^ok: the exchange's own live data alone/,
    );
    await server.close();
    server = await serving((_, response) => response.end('{"events":[],"leagues":[]}'));
    assert.match(
      (await said(scoresCheck(server.origin, systemClock, '2026-10-24')))[0] ?? '',
      /^ok: ESPN answers in \d+ ms, 0 NBA games today/,
    );
  });
});

describe('the doctor as a whole', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-doctor-test-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const partsWith = (env: NodeJS.ProcessEnv, change: Partial<DoctorParts> = {}): DoctorParts => ({
    env: { COURTSIDE_HOME: dir, PORT: '0', ...env },
    userHome: dir,
    source: 'a test',
    node: { version: 'v24.0.0', needed: '>=22.19' },
    wall: systemClock,
    openPractice: (options) => openPracticeExchange(options),
    practice: readOptions([]),
    ...change,
  });

  it('finds nothing wrong on a new machine, starts a practice exchange, and leaves nothing behind', async () => {
    let scratch: string | undefined;
    const openPractice: DoctorParts['openPractice'] = (options) => {
      scratch = options.dir;
      return openPracticeExchange(options);
    };
    const findings = await Array.fromAsync(examine(partsWith({}, { openPractice })));
    assert.ok(isHealthy(findings), findings.map(findingText).join('\n'));
    const practice = findings.find(({ topic }) => topic === 'Practice');
    assert.match(practice?.says ?? '', /^a practice exchange starts in \d+ ms, answers in \d+ ms, and lends 10,000 dollars$/);
    assert.throws(() => openSync(scratch ?? '/', 'r'), { code: 'ENOENT' });
  });

  it('tells why a practice exchange cannot be started', async () => {
    const openPractice = () => Promise.reject(new Error('the port is taken'));
    const findings = await Array.fromAsync(examine(partsWith({}, { openPractice })));
    const practice = findings.find(({ topic }) => topic === 'Practice');
    assert.equal(practice?.says, 'no practice exchange can be started: the port is taken');
  });

  it('names every setting that cannot be used, and looks at nothing that depends on them', async () => {
    const findings = await Array.fromAsync(examine(partsWith({ LOG_LEVEL: 'loud', HOST: '0.0.0.0' })));
    const faults = findings.filter(({ level }) => level === 'fault').map(({ says }) => says.split(' ')[0]);
    assert.deepEqual(faults, ['LOG_LEVEL', 'HOST']);
    assert.equal(findings.at(-1)?.topic, 'The rest');
  });

  for (const name of ['paper', 'live']) {
    it(`says why ${name} cannot be used`, async () => {
      const findings = await Array.fromAsync(examine(partsWith({ KALSHI_ENV: name })));
      const environment = findings.find(({ topic }) => topic === 'Environment');
      assert.equal(environment?.level, 'fault');
      assert.match(environment?.says ?? '', new RegExp(`^${name} trading`));
    });
  }

  it('tells of a key that nobody trades with', async () => {
    const key = { KALSHI_API_KEY_ID: 'a1b2c3d4-e5', KALSHI_PRIVATE_KEY: '-----BEGIN A-----' };
    const findings = await Array.fromAsync(examine(partsWith(key)));
    const said = findings.filter(({ topic }) => topic === 'Environment').map(({ level, says }) => `${level}: ${says}`);
    assert.deepEqual(said, ['note: a Kalshi key or address is set and not used, since KALSHI_ENV is practice']);
  });

  it('tells of a check that fails itself, and goes on with the next', async () => {
    const broken: Check = {
      topic: 'Broken',
      examine: () => {
        throw new Error('oh');
      },
    };
    const findings = await found(broken, settingsCheck([], 'here'));
    assert.deepEqual(
      findings.map(({ topic, level }) => [topic, level]),
      [
        ['Broken', 'fault'],
        ['Settings', 'ok'],
      ],
    );
  });

  it('shows no secret, wherever it turns up', async () => {
    const env = {
      DATABASE_URL: 'postgresql://me:hunter%2122@db.example/courtside',
      SECRET_KEY: 'a secret of sixteen letters',
      KALSHI_PRIVATE_KEY: '-----BEGIN A-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA\\n-----END A-----',
      DISCORD_WEBHOOK_URL: WEBHOOK_URL,
    };
    const secrets = ['hunter%2122', 'hunter!22', env.SECRET_KEY, 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA', TOKEN];
    const loose: Check = { topic: 'Loose', examine: () => secrets.flatMap((one) => [ok(one), note('x', one), fault(one, one)]) };
    for (const finding of await Array.fromAsync(runChecks([loose], hideSecrets(env)))) {
      const shown = findingText(finding) + findingsJson([finding]);
      for (const secret of secrets) assert.ok(!shown.includes(secret), shown);
    }
  });
});

describe('the words of the doctor', () => {
  const bad: Finding = { topic: 'API key', ...fault('it is\nno key \u001b[31m', 'Make one.') };

  it('puts each finding on a line of its own, and under it what to do', () => {
    assert.equal(findingText(bad), 'FAULT  API key      it is no key [31m\n                    -> Make one.');
    assert.equal(findingText({ topic: 'Node', ...ok('v24') }), 'ok     Node         v24');
  });

  it('says how many faults there are', () => {
    assert.equal(summaryText([]), 'Nothing stands in the way of trading.');
    assert.match(summaryText([bad]), /^One fault\./);
    assert.match(summaryText([bad, bad]), /^2 faults\./);
  });

  it('gives programs one document', () => {
    assert.deepEqual(JSON.parse(findingsJson([{ topic: 'Node', ...ok('v24') }, bad])), {
      healthy: false,
      findings: [
        { topic: 'Node', level: 'ok', says: 'v24', todo: null },
        { topic: 'API key', level: 'fault', says: bad.says, todo: 'Make one.' },
      ],
    });
  });
});
