import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { openStore, type Store } from '../../lib/store/index.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { type Ground, onEngine, SQLITE } from './engines.ts';
import { newAccount, requestOf, wordOf } from './stage.ts';

const PROBE_MS = 1_000;

function fileOf({ place }: Ground): string {
  assert.ok(place.options.file !== undefined);
  return place.options.file;
}

/** Resolves when the health has changed once more. */
function turn(store: Store): Promise<void> {
  return new Promise((resolve) => {
    const callOff = store.onHealth(() => {
      callOff();
      resolve();
    });
  });
}

/** Lets the store try again, and waits for what comes of it: its requests are answered in turn. */
async function proved(store: Store, wall: VirtualClock): Promise<void> {
  wall.advance(PROBE_MS);
  for (let turns = 0; turns < 3; turns++) await store.accounts.list();
}

async function healed(store: Store, wall: VirtualClock): Promise<void> {
  await proved(store, wall);
  assert.deepEqual(store.health(), { isHealthy: true, code: undefined, reason: '' });
}

/** What nobody has caught meanwhile. */
async function uncaughtWhile(run: () => Promise<void>): Promise<Error[]> {
  const uncaught: Error[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
  try {
    await run();
    await new Promise(setImmediate);
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
  return uncaught;
}

onEngine(SQLITE, 'a file in trouble', (ground) => {
  it('that another program writes to refuses at once after one wait, and is well again when it is let go', async () => {
    const wall = new VirtualClock();
    const store = await ground.another({ wall, busyMs: 500 });
    const { id } = await newAccount(store);
    const other = new DatabaseSync(fileOf(ground));
    other.exec('BEGIN IMMEDIATE');
    const turned = turn(store);
    const asked = performance.now();
    await assert.rejects(store.orders.intend(requestOf(id)), {
      code: 'STORE_LOCKED',
      message: /another program is writing to .*end it/,
    });
    assert.ok(performance.now() - asked >= 500);
    await turned;
    const { isHealthy, code, reason } = store.health();
    assert.deepEqual([isHealthy, code], [false, 'STORE_LOCKED']);
    assert.match(reason, /nothing is bought: another program/);
    const many = await Promise.allSettled(Array.from({ length: 40 }, () => store.accounts.setEntries(id, false)));
    assert.ok(many.every(({ status }) => status === 'rejected'));
    assert.ok(performance.now() - asked < 15_000, 'forty waits of half a second each');
    assert.equal((await store.accounts.get(id))?.entriesEnabled, true, 'reads go on');
    await proved(store, wall);
    assert.equal(store.health().code, 'STORE_LOCKED', 'it was tried again, in vain');
    other.exec('ROLLBACK');
    other.close();
    await healed(store, wall);
    assert.deepEqual(await store.orders.open(id), []);
    assert.equal(wordOf(await store.orders.intend(requestOf(id))), 'committed');
  });

  it('tells everybody of it and answers as ever, though one who listens fails', async () => {
    const wall = new VirtualClock();
    const store = await ground.another({ wall, busyMs: 1 });
    const { id } = await newAccount(store);
    const other = new DatabaseSync(fileOf(ground));
    other.exec('BEGIN IMMEDIATE');
    store.onHealth(() => {
      throw new Error('not mine');
    });
    const turned = turn(store);
    const uncaught = await uncaughtWhile(async () => {
      await assert.rejects(store.accounts.setEntries(id, false), { code: 'STORE_LOCKED' });
      await turned;
      other.exec('ROLLBACK');
      other.close();
      await healed(store, wall);
    });
    assert.deepEqual(
      uncaught.map(({ message }) => message),
      ['not mine', 'not mine'],
    );
  });

  it('without room says so, keeps what it has, and is well again when there is some', async () => {
    const wall = new VirtualClock();
    const file = join(dirname(fileOf(ground)), 'small.db');
    const store = await openStore({ file, wall, mostBytes: 600_000, activity: { begin: () => () => {} } });
    try {
      const { id } = await newAccount(store);
      const line = {
        accountId: id,
        level: 'info',
        category: 'system',
        message: 'x'.repeat(5_000),
        details: {},
        atMs: 1,
      } as const;
      let kept = 0;
      const fill = async () => {
        for (; kept < 1_000; kept++) await store.records.log(line);
      };
      await assert.rejects(fill(), { code: 'STORE_FULL', message: /no room left for .*free some space/ });
      assert.ok(kept > 10);
      assert.equal(store.health().code, 'STORE_FULL');
      await assert.rejects(store.orders.intend(requestOf(id, {}, { envelope: 'x'.repeat(20_000) })), { code: 'STORE_FULL' });
      const lines = await store.pages.recentActivity(
        { accountId: id, levels: undefined, categories: undefined },
        { most: 2_000 },
      );
      assert.equal(lines.length, kept);
      await proved(store, wall);
      assert.equal(store.health().code, 'STORE_FULL', 'it was tried again, in vain');
      const other = new DatabaseSync(file);
      other.exec('DELETE FROM activity_log');
      other.close();
      await healed(store, wall);
      assert.equal(wordOf(await store.orders.intend(requestOf(id))), 'committed');
    } finally {
      await store.close();
    }
  });
});

describe('a thread that dies', () => {
  it('fails what it was asked, and another takes its place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'courtside-store-'));
    const threads: Worker[] = [];
    const noteThread = (message: unknown) => threads.push((message as { worker: Worker }).worker);
    subscribe('worker_threads', noteThread);
    const wall = new VirtualClock();
    const store = await openStore({ file: join(folder, 'courtside.db'), wall, activity: { begin: () => () => {} } });
    try {
      const { id } = await newAccount(store);
      const first = await store.orders.intend(requestOf(id));
      const asked = store.orders.intend(requestOf(id, { ruleId: 'another' }));
      await threads[0]?.terminate();
      await assert.rejects(asked, { code: 'STORE_UNAVAILABLE', message: /has ended: it is started again by itself/ });
      assert.equal(store.health().code, 'STORE_UNAVAILABLE');
      await healed(store, wall);
      assert.ok(first.kind === 'committed');
      assert.deepEqual(await store.orders.byClientOrderId(id, first.order.clientOrderId), first.order);
      await threads[1]?.terminate();
      // The other may have been committed at the very moment at which the thread died.
      const orders = await store.pages.ordersOf(id, first.order.signal.cause.ticker);
      assert.deepEqual(orders[0]?.clientOrderId, first.order.clientOrderId);
      assert.ok(store.health().isHealthy);
    } finally {
      unsubscribe('worker_threads', noteThread);
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('opening a file', () => {
  let folder: string;
  const parts = { wall: new VirtualClock(), activity: { begin: () => () => {} } };
  const opening = (file: string, more = {}) => openStore({ file, ...parts, ...more });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'courtside-store-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('makes it and its folder, for this user only', async () => {
    const file = join(folder, 'a', 'b', 'courtside.db');
    await (await opening(file)).close();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
  });

  it('that cannot be written is refused', async () => {
    const file = join(folder, 'read-only.db');
    await (await opening(file)).close();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA wal_checkpoint');
    database.close();
    // A mark in its header that SQLite takes for a format it may read and not write: rights would not hold root back.
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.from([3]), 0, 1, 18);
    closeSync(handle);
    await assert.rejects(opening(file), { code: 'STORE_READ_ONLY', message: /cannot be written: let this user write/ });
  });

  it('that is no database is refused, and it is left as it is', async () => {
    const file = join(folder, 'letter.db');
    writeFileSync(file, 'Dear reader, '.repeat(1_000));
    await assert.rejects(opening(file), { code: 'STORE_UNAVAILABLE', message: /is damaged, or no database/ });
    assert.equal(statSync(file).size, 13_000);
  });

  it('where none can be is refused', async () => {
    const file = join(folder, 'letter.db', 'courtside.db');
    await assert.rejects(opening(file), { code: 'STORE_UNAVAILABLE', message: /cannot be opened: check that its folder/ });
    mkdirSync(join(folder, 'folder.db'));
    await assert.rejects(opening(join(folder, 'folder.db')), { code: 'STORE_UNAVAILABLE' });
  });

  it('that another program writes to is refused after a while', async () => {
    const file = join(folder, 'busy.db');
    await (await opening(file)).close();
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await assert.rejects(opening(file, { busyMs: 30 }), { code: 'STORE_LOCKED' });
    other.close();
    await (await opening(file)).close();
  });

  it('needs one to be named', async () => {
    await assert.rejects(openStore(parts), { code: 'STORE_UNAVAILABLE', message: /neither/ });
  });
});
