import assert from 'node:assert/strict';
import { MIGRATIONS } from '../../migrations/index.ts';
import { onEachEngine } from './engines.ts';
import { newAccount } from './stage.ts';

onEachEngine('migrations', (ground) => {
  it('have run once each, in their order, under names without extension', async () => {
    await ground.another();
    const done = await ground.place.ask('SELECT name FROM knex_migrations ORDER BY id');
    assert.deepEqual(
      done.map(({ name }) => name),
      MIGRATIONS.map(({ name }) => name),
    );
    for (const { name } of MIGRATIONS) assert.match(name, /^\d{8}_[a-z_]+$/);
    assert.equal(new Set(MIGRATIONS.map(({ name }) => name)).size, MIGRATIONS.length);
  });

  it('leave a user, who is at this machine', async () => {
    const users = await ground.place.ask('SELECT id, role, is_active FROM users');
    assert.deepEqual(
      users.map((user) => ({ ...user })),
      [{ id: 'local', role: 'owner', is_active: 1 }],
    );
  });

  it('keep what is there, and clear away what a crash has left of a trial', async () => {
    const account = await newAccount(ground.store);
    await ground.place.ask("INSERT INTO probes (id, filler) VALUES (1, 'x')");
    const another = await ground.another();
    assert.deepEqual(await another.accounts.get(account.id), account);
    assert.deepEqual(await ground.place.ask('SELECT id FROM probes'), []);
  });

  it('follow what an older program has left: its rows stay, and count as written now', async () => {
    const { place, store } = ground;
    const { id } = await newAccount(store);
    await store.records.log({ accountId: id, level: 'info', category: 'system', message: 'old', details: {}, atMs: 1 });
    for (const table of ['activity_log', 'account_snapshots', 'rule_states', 'baselines', 'tracked_games']) {
      await place.ask(`DROP INDEX ${table}_stored_at_index`);
      await place.ask(`ALTER TABLE ${table} DROP COLUMN stored_at`);
    }
    await place.ask('CREATE INDEX positions_account_id_rule_id_ticker_index ON positions (account_id, rule_id, ticker)');
    await place.ask("DELETE FROM knex_migrations WHERE name >= '20261121'");
    const before = Date.now();
    const newer = await ground.another();
    const [line] = await place.ask("SELECT message, stored_at FROM activity_log WHERE message = 'old'");
    assert.equal(line?.['message'], 'old');
    assert.ok(Number(line['stored_at']) >= before);
    assert.equal((await newer.accounts.get(id))?.id, id);
    const done = await place.ask('SELECT name FROM knex_migrations ORDER BY id');
    assert.deepEqual(
      done.map(({ name }) => name),
      MIGRATIONS.map(({ name }) => name),
    );
  });

  it('that this program does not know make it refuse the database, and change nothing', async () => {
    const { place } = ground;
    await place.ask(`INSERT INTO knex_migrations (name, batch) VALUES ('29991231_create_wonders', 9)`);
    await assert.rejects(ground.another(), {
      code: 'STORE_NEWER',
      message: /made by a newer Courtside \(it has 29991231_create_wonders\): start that version/,
    });
    await place.ask(`DELETE FROM knex_migrations WHERE batch = 9`);
    await ground.another();
  });
});
