/** Brings a database's tables up to this program. */
import type { Knex } from 'knex';
import { MIGRATIONS } from '../../migrations/index.ts';
import { StoreError } from './errors.ts';
import { isPostgres } from './operation.ts';

/** As knex's own migrator keeps it, so that its tools can list it. That one locks by a row, which a crash leaves locked. */
const TABLE = 'knex_migrations';
/** Any number, the same in every version: who holds it migrates. */
const POSTGRES_LOCK = 4_027_318_906;

/**
 * Runs what has not run yet, all or nothing, while nobody else does. Throws `STORE_NEWER` where the database has migrations that this
 * program does not know, and the database's own error where it cannot be written. `where` names the database to the user.
 */
export async function migrate(db: Knex, where: string): Promise<void> {
  await db.transaction(async (all) => {
    if (isPostgres(all)) await all.raw('SELECT pg_advisory_xact_lock(?)', [POSTGRES_LOCK]);
    const done = await doneIn(all);
    const unknown = done.find(({ name }) => MIGRATIONS.every((known) => known.name !== name));
    if (unknown !== undefined) throw newer(where, unknown.name);
    const batch = Math.max(0, ...done.map((one) => one.batch)) + 1;
    for (const { name, up } of MIGRATIONS) {
      if (done.some((one) => one.name === name)) continue;
      await up(all);
      await all(TABLE).insert({ name, batch, migration_time: new Date() });
    }
    // Nothing is there, but for what a crash has left of a probe: a database that only reads shows itself now.
    await all('probes').delete();
  });
}

async function doneIn(db: Knex): Promise<{ name: string; batch: number }[]> {
  if (await db.schema.hasTable(TABLE)) return db(TABLE).select('name', 'batch');
  await db.schema.createTable(TABLE, (table) => {
    table.increments();
    table.string('name');
    table.integer('batch');
    table.timestamp('migration_time');
  });
  return [];
}

function newer(where: string, name: string): StoreError {
  const text = `${where} was made by a newer Courtside (it has ${name}): start that version, or name another database`;
  return new StoreError('STORE_NEWER', text);
}
