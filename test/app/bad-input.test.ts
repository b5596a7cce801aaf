import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pemOf, TEST_KEY } from '../kalshi/keys.ts';
import { newHome, Program, refusedStart } from './program.ts';
import { openWallExchange, type WallExchange } from './wall-exchange.ts';

const SLOW_MS = 120_000;
const MINUTE_MS = 60_000;
const ACCOUNT = 'cs-account';
const ENTRY = 'cs02-entry';
const ORDER = 'cs02-order';
const STRANGER_PEM = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
const TRADING = [ACCOUNT, 'cs02-stream', 'cs02-baseline', ENTRY, 'cs02-exit', 'cs02-breaker', ORDER];

describe('bad input, tried on the whole program', function () {
  this.timeout(SLOW_MS);
  let home = '';
  let place: ReturnType<typeof newHome>;
  const ends: (() => Promise<unknown>)[] = [];
  beforeEach(() => {
    place = newHome();
    home = place.home;
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
    place.remove();
  });

  /** Ends with the test, which fails where the program has not ended in order. */
  async function started(env: NodeJS.ProcessEnv = {}, args: string[] = []): Promise<Program> {
    const program = await Program.start({ home, env, args });
    ends.push(async () => assert.equal(await program.stop(), 0, program.log));
    return program;
  }

  async function exchange(options: { port?: number; agoMs?: number } = {}): Promise<WallExchange> {
    const opened = await openWallExchange(options);
    ends.push(() => opened.close());
    return opened;
  }

  describe('at the start', () => {
    const refused: [what: string, env: NodeJS.ProcessEnv, says: RegExp][] = [
      [
        'HOST=0.0.0.0',
        { HOST: '0.0.0.0' },
        /^courtside: HOST is 0\.0\.0\.0, and without sign-in Courtside listens on this machine only/,
      ],
      ['a port that is none', { PORT: '70000' }, /^courtside: PORT takes a whole number from 0 to 65535$/],
      ['an unknown environment', { KALSHI_ENV: 'real' }, /^courtside: KALSHI_ENV takes one of practice, paper, demo, live$/],
      ['half of a key', { KALSHI_API_KEY_ID: 'a1b2c3d4-e5' }, /^courtside: KALSHI_API_KEY_ID is set, and neither/],
      [
        'a webhook of somebody else',
        { DISCORD_WEBHOOK_URL: 'https://example.com/h' },
        /^courtside: DISCORD_WEBHOOK_URL cannot be used/,
      ],
    ];
    for (const [what, env, says] of refused) {
      it(`refuses ${what} in one line, with code 2`, async () => {
        const { said, code } = await refusedStart({ home, env });
        assert.match(said.trim(), says);
        assert.equal(code, 2);
      });
    }

    const misused: [args: string[], says: RegExp][] = [
      [['--fast'], /^courtside: Unknown option '--fast'/],
      [['--speed', 'max'], /^courtside: --speed max goes with --games: generated games have no end$/],
      [['--port', '1880'], /^courtside: the port is a setting: PORT=1880 npm start$/],
    ];
    for (const [args, says] of misused) {
      it(`refuses ${args.join(' ')} in one line, with code 2`, async () => {
        const { said, code } = await refusedStart({ home, args });
        assert.match(said.trim(), says);
        assert.equal(code, 2);
      });
    }

    it('refuses a home folder that is none', async () => {
      const file = join(home, 'file');
      writeFileSync(file, '');
      const { said, code } = await refusedStart({ home, env: { COURTSIDE_HOME: file } });
      assert.equal(said.trim(), `courtside: ${file} cannot be used as home folder: name another with COURTSIDE_HOME (EEXIST)`);
      assert.equal(code, 1);
    });

    it('leaves what runs in the home folder alone, whatever the port', async () => {
      const first = await started();
      await first.pageSays(/^Systems normal/);
      const { said, code } = await refusedStart({ home });
      assert.match(said.trim(), /^courtside: Courtside runs in .* already, as process \d+: end that one, or give this one/);
      assert.equal(code, 1);
      assert.equal((await first.ask('/health')).status, 200);
    });

    it('is there for its editor, and says why, where a node of the flows is not installed', async () => {
      const first = await started();
      const flows = await first.flows();
      await first.stop();
      const stranger = { id: 'stranger', type: 'not-installed', z: 'cs01', wires: [] };
      writeFileSync(join(home, 'node-red/flows.json'), JSON.stringify([...flows, stranger]));
      const program = await started();
      await program.says(/error the flows do not run, and so nothing trades: no node of type not-installed is installed here: /);
      await program.deploy(flows);
      await program.pageSays(/^Systems normal/);
    });

    it('says that the port is taken, and by which setting another is chosen', async () => {
      const first = await started();
      const second = newHome();
      try {
        const { said, code } = await refusedStart({ home: second.home, env: { PORT: String(first.port) } });
        assert.doesNotMatch(said, /kalshi-auth/, 'nothing has begun to trade');
        assert.match(said, new RegExp(`courtside: port ${first.port} is taken by another program: choose another with PORT\\n`));
        assert.equal(code, 1);
      } finally {
        second.remove();
      }
    });
  });

  it('says why credentials cannot be used, on nodes, page and log, and trades with right ones without a new start', async () => {
    const { env, keyId } = await exchange();
    const { KALSHI_API_KEY_ID: _, KALSHI_PRIVATE_KEY: __, ...keyless } = env;
    const program = await started(keyless);
    const tried: [what: string, credentials: Record<string, string> | undefined, says: RegExp][] = [
      ['missing', undefined, /^Not trading: demo account "main" has no API key: enter key id and private key/],
      ['garbled', { keyId, privateKey: 'hello' }, /^Not trading: The private key is not PEM text/],
      [
        'unknown',
        { keyId: 'nobody-knows-it', privateKey: TEST_KEY.privateKeyPem },
        /^Not trading: .*does not know this API key id/,
      ],
      [
        'of another key',
        { keyId, privateKey: STRANGER_PEM },
        /^Not trading: .*the private key is not the one that belongs to it/,
      ],
    ];
    for (const [what, credentials, says] of tried) {
      if (credentials !== undefined) await program.change({ [ACCOUNT]: { credentials } });
      await program.pageSays(says);
      assert.equal(program.page.engine?.state, 'refused', what);
      await program.nodeShows(ACCOUNT, /^cannot be used$/);
      await program.nodeShows(ORDER, /^demo: cannot be used$/);
      const [, words = ''] = /^Not trading: (.*)\.$/.exec(program.page.engine?.text ?? '') ?? [];
      await program.until(() => program.log.includes(`error [kalshi-auth] ${words}`), `the log says ${words}`);
    }
    await program.change({ [ACCOUNT]: { credentials: { keyId, privateKey: TEST_KEY.privateKeyPem } } });
    await program.pageSays(/^Paused: entries are switched off/);
    await program.nodeShows(ACCOUNT, /^in use$/);
    assert.ok(!program.log.includes(TEST_KEY.privateKeyPem.split('\n')[1] ?? ''));
  });

  it('trades with one account while another cannot be used', async () => {
    const { env } = await exchange();
    const program = await started(env);
    await program.pageSays(/^Paused: entries are switched off/);
    const flows = await program.flows();
    const sound = flows.find(({ id }) => id === ACCOUNT);
    assert.ok(sound);
    const bad = {
      ...sound,
      id: 'bad-account',
      accountName: 'second',
      credentials: { keyId: 'nobody-knows-it', privateKey: TEST_KEY.privateKeyPem },
    };
    const user = { id: 'bad-order', type: 'kalshi-order', z: 'cs02', account: bad.id, version: 1, wires: [[], [], []] };
    await program.deploy([...flows, bad, user]);
    await program.nodeShows(user.id, /^demo: waiting refused$/);
    assert.equal(await program.stop(), 0);
    const again = await started(env);
    await again.nodeShows(user.id, /^demo: waiting refused$/);
    await again.nodeShows(ORDER, /^demo: waiting paused$/);
    await again.pageSays(/^Paused: entries are switched off/);
  });

  for (const [environment, says] of [
    ['paper', /^Not trading: paper trading is not part of this version yet/],
    ['live', /^Not trading: live trading cannot be armed in this version/],
  ] as const) {
    it(`runs and says that ${environment} cannot be used`, async () => {
      const program = await started({ KALSHI_ENV: environment });
      await program.pageSays(says);
      assert.equal(program.page.environment?.name, environment);
      assert.equal(program.page.engine?.code, 'ENVIRONMENT_REFUSED');
      for (const id of TRADING.slice(1)) await program.nodeShows(id, new RegExp(`^${environment}: cannot be used$`));
      await program.says(new RegExp(`error \\[kalshi-auth\\] ${environment} trading`));
    });
  }

  it('names every impossible parameter at deploy, and trades on when it is corrected', async () => {
    const program = await started();
    await program.pageSays(/^Systems normal/);
    await program.change({ [ENTRY]: { entry_drop: '95', price_band_low: 'x' }, 'cs02-exit': { stop_loss: '0' } });
    await program.nodeShows(ENTRY, /^check settings$/);
    await program.nodeShows('cs02-exit', /^check settings$/);
    await program.says(
      /error \[buy the dip\] check the settings of this entry rules node\. Drop that triggers an entry: 95 is outside 1 to 90 cents; Cheapest entry: "x" is no number/,
    );
    await program.says(/error \[leave\] check the settings of this exit rules node\. Stop loss: 0 is outside 1 to 98 cents/);
    await program.change({ [ENTRY]: { entry_drop: '', price_band_low: '' }, 'cs02-exit': { stop_loss: '' } });
    await program.nodeShows(ENTRY, /^practice: watching/);
  });

  it('checks an entry that is wired past the breaker straight into the order node', async () => {
    // The first game is in its first quarter, and demo accounts begin with entries switched off.
    const demo = await exchange({ agoMs: 38 * MINUTE_MS });
    const program = await started(demo.env);
    await program.pageSays(/^Paused/);
    await program.change({
      [ENTRY]: {
        wires: [[ORDER], []],
        entry_drop: '1',
        min_pregame_price: '1',
        price_band_low: '2',
        price_band_high: '99',
        max_spread: '9',
      },
    });
    await program.nodeShows(ORDER, /^demo: not filled/);
    await program.until(
      () => program.page.activity?.some(({ message }) => /not sent, entries are switched off/.test(message)) === true,
      'the activity tells why',
    );
    assert.equal(demo.orders(), 0);
  });

  it('lets entries wait for a score that is too old, and says so', async () => {
    const { env, faults } = await exchange({ agoMs: 38 * MINUTE_MS });
    const program = await started({ ...env, SCORE_POLL_LIVE_SECONDS: '1' });
    await program.change({ [ENTRY]: { max_score_age: '5', min_pregame_price: '1' } });
    const says = () => program.page.live?.find(({ league }) => league === 'NBA')?.says ?? '';
    await program.until(() => says().includes('drop'), 'the game is decided on');
    const down = faults.add(
      { kind: 'server_error', status: 500, isTaken: false },
      { path: '/trade-api/v2/live_data' },
      1_000_000,
    );
    await program.until(() => /score age|score .* old|score .*> 5/.test(says()), 'it waits for a score');
    faults.remove(down.id);
    await program.until(() => says().includes('drop'), 'the game is decided on again');
  });

  it('tells what is wrong with a message that is no signal, and with an alert that has no channel to go to', async () => {
    const program = await started();
    await program.pageSays(/^Systems normal/);
    const tab = { id: 'bad-tab', type: 'tab', label: 'bad', disabled: false, info: '' };
    const inject = (id: string, to: string) => ({
      id,
      type: 'inject',
      z: tab.id,
      props: [{ p: 'payload' }],
      repeat: '',
      once: false,
      topic: '',
      payload: 'hello',
      payloadType: 'str',
      wires: [[to]],
    });
    const of = (id: string, type: string) => ({ id, type, z: tab.id, account: ACCOUNT, version: 1, wires: [] });
    await program.deploy([
      ...(await program.flows()),
      tab,
      inject('push-order', 'bad-order'),
      of('bad-order', 'kalshi-order'),
      inject('push-discord', 'bad-discord'),
      { ...of('bad-discord', 'kalshi-discord'), least: 'info' },
    ]);
    for (const id of ['push-order', 'push-discord'])
      assert.equal((await program.ask(`/editor/inject/${id}`, {}, 'POST')).status, 200);
    await program.nodeShows('bad-order', /error MESSAGE_NOT_A_SIGNAL$/);
    await program.says(/error \[kalshi-order\] .*signal/);
    await program.nodeShows('bad-discord', /stored message$/);
    const { alerts } = JSON.parse((await program.ask('/api/v1/alerts')).body) as { alerts: { kind: string; state: string }[] };
    assert.deepEqual(
      alerts.map(({ kind, state }) => [kind, state]),
      [['message', 'waiting']],
    );
  });

  it('names file and line of a row that is broken, and trades when the file is mended', async () => {
    const sound = readFileSync(join(import.meta.dirname, '../fixtures/games/dips-nba.jsonl'), 'utf8');
    const rows = sound.split('\n');
    const games = join(home, 'games.jsonl');
    writeFileSync(games, [...rows.slice(0, 2), '{"broken": ', ...rows.slice(3)].join('\n'));
    const program = await started({}, ['--games', games]);
    await program.pageSays(/^Not trading: .*games\.jsonl:3: /);
    assert.equal(program.page.engine?.code, 'GAMES_FILE_INVALID');
    await program.says(/error \[kalshi-auth\] .*games\.jsonl:3: /);
    writeFileSync(games, sound);
    await program.pageSays(/^Systems normal/);
  });

  it('says that the exchange is down at the start, and connects when it comes up', async () => {
    const first = await exchange();
    await first.close();
    const program = await started(first.env);
    await program.pageSays(/^Not trading: .*cannot be reached.*It is tried again by itself\.$/);
    await program.nodeShows(ORDER, /^demo: cannot be used$/);
    await program.says(/error \[kalshi-auth\] .*cannot be reached/);
    // A key of the new one has the old one's id: both make the same ids in the same order.
    const second = await exchange({ port: first.port });
    assert.equal(second.keyId, first.keyId);
    await program.pageSays(/^Paused: entries are switched off/);
    await program.nodeShows(ACCOUNT, /^in use$/);
    await program.nodeShows('cs02-baseline', /^demo: tracking/);
  });

  describe('with a database', () => {
    it('that another program holds, blocks entries, says so, and goes on when it is let go', async () => {
      const program = await started();
      await program.pageSays(/^Systems normal/);
      const other = new DatabaseSync(join(home, 'courtside.db'), { timeout: SLOW_MS });
      other.exec('BEGIN IMMEDIATE');
      try {
        await program.pageSays(
          /^Entries are blocked: nothing can be remembered, so nothing is bought: another program is writing to .*end it/,
        );
        await program.nodeShows(ORDER, /^practice: waiting blocked$/);
        assert.equal((await program.ask('/health')).status, 503);
        other.exec('ROLLBACK');
        await program.pageSays(/^Systems normal/);
        await program.nodeShows(ORDER, /^practice: ready$/);
      } finally {
        other.close();
      }
    });

    const file = () => join(home, 'courtside.db');
    const change = (sql: string) => {
      const database = new DatabaseSync(file());
      database.exec(sql);
      database.close();
    };
    /** The format version that SQLite may read and not write: rights would not hold root back. */
    const markWritable = (isWritable: boolean) => {
      const handle = openSync(file(), 'r+');
      writeSync(handle, Buffer.from([isWritable ? 2 : 3]), 0, 1, 18);
      closeSync(handle);
    };
    const troubles: [what: string, hurt: () => void, heal: () => void, says: RegExp][] = [
      [
        'of a newer version',
        () => change("INSERT INTO knex_migrations (name, batch) VALUES ('20990101_fly', 9)"),
        () => change("DELETE FROM knex_migrations WHERE name = '20990101_fly'"),
        /^Not trading: .*was made by a newer Courtside \(it has 20990101_fly\): start that version/,
      ],
      [
        'that cannot be written',
        () => markWritable(false),
        () => markWritable(true),
        /^Not trading: .*cannot be written: let this user write to it and to its folder/,
      ],
    ];
    for (const [what, hurt, heal, says] of troubles) {
      it(`${what} runs, says so, and trades when that is over`, async () => {
        const first = await Program.start({ home });
        await first.pageSays(/^Systems normal/);
        assert.equal(await first.stop(), 0);
        hurt();
        const program = await started();
        await program.pageSays(says);
        await program.nodeShows(ORDER, /^practice: cannot be used$/);
        assert.equal((await program.ask('/health')).status, 503);
        heal();
        await program.pageSays(/^Systems normal/);
        assert.equal((await program.ask('/health')).status, 200);
        const { lines } = JSON.parse((await program.ask('/api/v1/logs')).body) as { lines: { message: string }[] };
        assert.ok(lines.filter(({ message }) => message === 'Account armed').length >= 2, 'what was remembered before is there');
      });
    }
  });

  it('answers no page of another site, at any of its doors', async () => {
    const program = await started();
    const paths = [
      '/',
      '/health',
      '/api/v1/overview',
      '/editor/',
      '/editor/flows',
      '/dashboard',
      '/dashboard/socket.io/?EIO=4&transport=polling',
    ];
    const foreign: Record<string, string>[] = [
      { host: 'evil.example' },
      { host: `evil.example:${program.port}` },
      { origin: 'http://evil.example' },
      { origin: `http://127.0.0.1:${program.port + 1}` },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const path of paths) {
      assert.ok((await program.ask(path)).status < 400, `${path} is answered to its own`);
      for (const headers of foreign) {
        const { status, body } = await program.ask(path, headers);
        assert.equal(status, 403, `${path} ${JSON.stringify(headers)}`);
        assert.match(body, /DOOR_FOREIGN_(HOST|ORIGIN)/);
      }
    }
    const own = `Host: 127.0.0.1:${program.port}`;
    assert.match(await upgrade(program.port, 'http://[', own), / 400 /, 'an address that cannot be taken apart');
    const { status, body } = await program.ask('/dashboard/%');
    assert.deepEqual([status, body], [400, 'Bad Request']);
    assert.doesNotMatch(program.log, /URIError/, 'an address that somebody has mistyped is no news');
    for (const path of ['/editor/comms', '/dashboard/socket.io/?EIO=4&transport=websocket']) {
      assert.match(await upgrade(program.port, path, own), / 101 /);
      for (const line of [`Host: evil.example:${program.port}`, `${own}\r\nOrigin: http://evil.example`]) {
        assert.match(await upgrade(program.port, path, line), / 403 /, `${path} ${line}`);
      }
    }
  });
});

/** The first line that comes back on a connection that asks for a WebSocket. */
function upgrade(port: number, path: string, lines: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\n${lines}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`);
    });
    socket.on('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().split('\r\n')[0] ?? '');
    });
  });
}
