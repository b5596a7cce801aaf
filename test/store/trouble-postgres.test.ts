import assert from 'node:assert/strict';
import { Client } from 'pg';
import { openStore, type Store } from '../../lib/store/index.ts';
import { BriskClock } from '../kalshi/clock.ts';
import { onEngine, POSTGRES } from './engines.ts';
import { type Line, lineTo } from './line.ts';
import { intended, newAccount, requestOf, wordOf } from './stage.ts';

const PROBE_MS = 1_000;
const activity = { begin: () => () => {} };

onEngine(POSTGRES, 'a server in trouble', (ground) => {
  let line: Line;
  let store: Store;
  /** Rests between attempts are over at once, the probe waits. */
  const wall = new BriskClock(PROBE_MS);

  const urlOf = () => {
    assert.ok(ground.place.options.url !== undefined);
    return ground.place.options.url;
  };

  /** Resolves when the health has changed once more. */
  const turned = () =>
    new Promise<void>((resolve) => {
      const callOff = store.onHealth(() => {
        callOff();
        resolve();
      });
    });
  const heals = async () => {
    const turn = turned();
    wall.advance(PROBE_MS);
    await turn;
    assert.deepEqual(store.health(), { isHealthy: true, code: undefined, reason: '' });
  };
  /** On another connection, as another program would. */
  const beside = async (work: (client: Client) => Promise<void>) => {
    const client = new Client({ connectionString: urlOf() });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  };

  /** Resolves when somebody waits for what this connection holds. */
  const waiting = async (client: Client) => {
    const others = 'SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))';
    while ((await client.query(others)).rows.length === 0);
  };

  before(async () => {
    line = await lineTo(urlOf());
    store = await ground.another({ url: line.url, wall, busyMs: 50 });
  });
  after(() => line?.close());

  it('that has cut every connection is asked again over new ones', async () => {
    const { id } = await newAccount(store);
    await Promise.all(Array.from({ length: 12 }, () => store.accounts.list()));
    line.cut();
    const words = await Promise.all(
      Array.from({ length: 12 }, (_, i) => intended(store, id, { leg: 'exit', ruleId: `rule ${i}` })),
    );
    assert.deepEqual(new Set(words), new Set(['committed']));
    assert.ok(store.health().isHealthy);
  });

  it('whose answer to a commit is lost has committed once, and says so', async () => {
    const { id } = await newAccount(store);
    line.swallowCommits(1);
    const request = requestOf(id);
    const verdict = await store.orders.intend(request);
    assert.ok(verdict.kind === 'committed');
    assert.deepEqual(await store.orders.open(id), [verdict.order]);
    assert.equal(wordOf(await store.orders.intend(request)), 'duplicate');
    line.swallowCommits(1);
    const other = await newAccount(store);
    assert.equal((await store.accounts.connect({ ...other, entriesEnabled: true, atMs: 1 })).id, other.id);
  });

  it('is not told twice what a repetition would double', async () => {
    const { id } = await newAccount(store);
    const line1 = { accountId: id, level: 'info', category: 'system', message: 'once', details: {}, atMs: 1 } as const;
    line.swallowCommits(1);
    await assert.rejects(store.records.log(line1), { code: 'STORE_UNAVAILABLE' });
    const lines = await ground.store.pages.recentActivity(
      { accountId: id, levels: undefined, categories: undefined },
      { most: 9 },
    );
    assert.equal(lines.filter(({ message }) => message === 'once').length, 1);
    await heals();
  });

  it('that cannot be reached makes the memory unhealthy until it can', async () => {
    const { id } = await newAccount(store);
    line.setOpen(false);
    line.cut();
    const turn = turned();
    await assert.rejects(store.orders.intend(requestOf(id)), {
      code: 'STORE_UNAVAILABLE',
      message: /^the database \w+ on [\w.:]+ cannot be reached: check/,
    });
    await turn;
    assert.equal(store.health().code, 'STORE_UNAVAILABLE');
    assert.match(store.health().reason, /nothing is bought: the database/);
    await assert.rejects(store.pages.alerts(1), { code: 'STORE_UNAVAILABLE' });
    line.setOpen(true);
    await heals();
    assert.equal(await intended(store, id), 'committed');
  });

  it('where another program holds the account says so after a while', async () => {
    const { id } = await newAccount(store);
    await beside(async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM kalshi_accounts WHERE id = $1 FOR UPDATE', [id]);
      await assert.rejects(store.orders.intend(requestOf(id)), { code: 'STORE_LOCKED', message: /another program holds/ });
    });
    assert.equal(store.health().code, 'STORE_LOCKED');
    await heals();
    assert.equal(await intended(store, id), 'committed');
  });

  it('that shows old things by default shows what was committed before the account was free', async () => {
    const url = new URL(urlOf());
    url.searchParams.set('options', `${url.searchParams.get('options')} -c default_transaction_isolation=serializable`);
    const strict = await ground.another({ url: url.href, busyMs: 5_000 });
    const { id } = await newAccount(strict);
    await beside(async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM kalshi_accounts WHERE id = $1 FOR UPDATE', [id]);
      await client.query('UPDATE global_settings SET bot_enabled = 0 WHERE account_id = $1', [id]);
      const asked = intended(strict, id);
      await waiting(client);
      await client.query('COMMIT');
      assert.equal(await asked, 'entries_off');
    });
  });

  it('without room says so, and the intent is not there', async () => {
    const { id } = await newAccount(store);
    await beside(async (client) => {
      await client.query(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$`);
      await client.query('CREATE TRIGGER no_room BEFORE INSERT ON orders EXECUTE FUNCTION no_room()');
      await assert.rejects(store.orders.intend(requestOf(id)), { code: 'STORE_FULL', message: /no room left/ });
      await client.query('DROP TRIGGER no_room ON orders');
    });
    assert.equal(store.health().code, 'STORE_FULL');
    await heals();
    const taken = "SELECT pg_relation_size(reltoastrelid)::int AS bytes FROM pg_class WHERE oid = 'probes'::regclass";
    const [tried] = await ground.place.ask(taken);
    assert.ok(Number(tried?.['bytes']) > 20_000, 'it was tried with less than an order takes');
    assert.deepEqual(await store.orders.open(id), []);
  });

  it('keeps values out of what is said about a failure', async () => {
    const { id } = await newAccount(store);
    await beside(async (client) => {
      await client.query(
        `CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$`,
      );
      await client.query('CREATE TRIGGER broken BEFORE INSERT ON orders EXECUTE FUNCTION broken()');
      const asked = store.orders.intend(requestOf(id, {}, { envelope: 'a secret' }));
      await assert.rejects(asked, (error) => {
        assert.ok(error instanceof Error && error.cause instanceof Error);
        assert.deepEqual([error.cause.message, 'code' in error && error.code], ['broken', 'STORE_FAILED']);
        assert.doesNotMatch(`${error.message} ${error.stack} ${error.cause.stack}`, /a secret/);
        return true;
      });
      await client.query('DROP TRIGGER broken ON orders');
    });
    assert.ok(store.health().isHealthy, 'a defect says nothing about the next commit');
  });

  it('that takes no writes, has no such database or is none at all is refused at the start', async () => {
    const changed = (change: (url: URL) => void) => {
      const url = new URL(urlOf());
      change(url);
      return url.href;
    };
    const readOnly = changed((url) => {
      url.searchParams.set('options', `${url.searchParams.get('options')} -c default_transaction_read_only=on`);
    });
    const missing = changed((url) => {
      url.pathname = '/no_such_database';
    });
    const odd = changed((url) => {
      url.pathname = '/100%25';
    }).replace('%25', '%');
    const encrypted = changed((url) => {
      url.searchParams.set('sslmode', 'verify-full');
    });
    const cases = [
      [odd, 'STORE_UNAVAILABLE', /the database 100% on .* does not exist/],
      [encrypted, 'STORE_UNAVAILABLE', /do not agree on encryption: check sslmode in DATABASE_URL/],
      [readOnly, 'STORE_READ_ONLY', /takes no writes/],
      [missing, 'STORE_UNAVAILABLE', /no_such_database on .* does not exist/],
      ['postgres://somebody:pass-word@127.0.0.1:1/x', 'STORE_UNAVAILABLE', /^the database x on 127.0.0.1:1 cannot be reached/],
      ['mysql://somebody:pass-word@127.0.0.1/x', 'STORE_UNAVAILABLE', /DATABASE_URL must read postgres:/],
      ['somewhere', 'STORE_UNAVAILABLE', /DATABASE_URL must read postgres:/],
    ] as const;
    for (const [url, code, message] of cases) {
      await assert.rejects(openStore({ url, wall, activity }), (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, message);
        assert.equal('code' in error && error.code, code);
        assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /pass-word/);
        return true;
      });
    }
  });
});
