/** A thread that owns one connection to the file: node:sqlite waits for the disk where it is called. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { migrate } from '../migrate.ts';
import { operationOf } from '../operations.ts';
import { type Connected, connect } from './dialect.ts';
import type { Asked, ThreadOptions, Told } from './protocol.ts';
import { sqliteTrouble } from './trouble.ts';

type Request = Extract<Asked, { kind: 'run' }>;

const PAGE_BYTES = 4_096;

const port = parentPort;
if (port === null) throw new TypeError('this runs as a worker thread only');
const options: ThreadOptions = workerData;
const { file, readOnly, busyMs, mostBytes } = options;

const tell = (told: Told) => port.postMessage(told);

async function open(): Promise<Connected> {
  const pragmas = ['foreign_keys = ON'];
  if (!readOnly) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // SQLite gives the files beside it the same rights.
    closeSync(openSync(file, 'a', 0o600));
    // Without the last, a Mac's disk may answer before it has written; elsewhere it does nothing.
    pragmas.push('journal_mode = WAL', 'synchronous = FULL', 'fullfsync = ON');
    if (mostBytes !== undefined) pragmas.push(`max_page_count = ${Math.floor(mostBytes / PAGE_BYTES)}`);
  }
  const connected = connect(file, { readOnly, busyMs, pragmas });
  try {
    if (!readOnly) await migrate(connected.knex, file);
    return connected;
  } catch (error) {
    await connected.knex.destroy();
    throw error;
  }
}

/** What may stand behind the order path does: it begins only when nothing else is waiting. */
const urgent: Request[] = [];
const patient: Request[] = [];
let isWorking = false;
let isClosing = false;
/** After one wait in vain nobody waits again until the file is free: they would stand in a queue of waits. */
let isLocked = false;

async function work({ knex, database }: Connected): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  for (let next = urgent.shift() ?? patient.shift(); next !== undefined; next = urgent.shift() ?? patient.shift()) {
    tell(await answerTo(next, { knex, database }));
    // Lets in what has arrived meanwhile.
    if (urgent.length === 0 && patient.length > 0) await new Promise(setImmediate);
  }
  isWorking = false;
  if (!isClosing) return;
  await knex.destroy();
  port?.close();
}

async function answerTo({ id, name, args }: Request, connected: Connected): Promise<Told> {
  try {
    const { isRead, run } = operationOf(name);
    const answer = isRead ? await run(connected.knex, args) : await inTransaction(connected, () => run(connected.knex, args));
    hurry(connected, false);
    return { kind: 'answer', id, answer };
  } catch (error) {
    const trouble = sqliteTrouble(error, file);
    hurry(connected, trouble.code === 'STORE_LOCKED');
    return { kind: 'failed', id, trouble };
  }
}

/** One request at a time has the only connection, so its queries need not know that they are in a transaction. */
async function inTransaction({ database }: Connected, run: () => Promise<unknown>): Promise<unknown> {
  database.exec('BEGIN IMMEDIATE');
  try {
    const answer = await run();
    database.exec('COMMIT');
    return answer;
  } catch (error) {
    // After some failures SQLite has rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function hurry({ database }: Connected, locked: boolean): void {
  if (locked === isLocked) return;
  isLocked = locked;
  database.exec(`PRAGMA busy_timeout = ${locked ? 0 : busyMs}`);
}

function opened(connected: Connected): void {
  port?.on('message', (asked: Asked) => {
    if (asked.kind === 'close') isClosing = true;
    else (operationOf(asked.name).isPatient ? patient : urgent).push(asked);
    void work(connected);
  });
  tell({ kind: 'opened' });
}

open().then(opened, (error: unknown) => {
  tell({ kind: 'not_opened', trouble: sqliteTrouble(error, file) });
  port.close();
});
