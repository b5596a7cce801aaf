/** Every test of the memory runs on both databases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore, type Store, type StoreOptions } from '../../lib/store/index.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { freshSchema, type Server, startPostgres, whyNoPostgres } from './postgres-server.ts';

/** A database with nothing in it. */
export interface Place {
  options: { url?: string; file?: string };
  /** Asks the database itself, past the store. */
  ask(sql: string): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

export interface Engine {
  name: string;
  /** Why it cannot be had; empty where it can. */
  whyNot: string;
  place(): Promise<Place>;
}

let server: Promise<Server> | undefined;

after(async () => {
  await server?.then((started) => started.stop()).catch(() => {});
});

export function theServer(): Promise<Server> {
  server ??= startPostgres();
  return server;
}

async function sqlitePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'courtside-store-'));
  const file = join(folder, 'home', 'courtside.db');
  return {
    options: { file },
    async ask(sql) {
      const database = new DatabaseSync(file);
      try {
        return database.prepare(sql).all();
      } finally {
        database.close();
      }
    },
    async remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function postgresPlace(): Promise<Place> {
  const schema = await freshSchema(await theServer());
  return { options: { url: schema.url }, ask: async (sql) => (await schema.query(sql)).rows, remove: schema.remove };
}

export const SQLITE: Engine = { name: 'SQLite', whyNot: '', place: sqlitePlace };
export const POSTGRES: Engine = { name: 'PostgreSQL', whyNot: whyNoPostgres(), place: postgresPlace };

/** What a suite works on. */
export interface Ground {
  place: Place;
  store: Store;
  /** Wall time: stands still unless a test moves it. */
  wall: VirtualClock;
  /** Work that is under way. */
  underWay(): number;
  /** Another store on the same database, closed with the suite. */
  another(options?: Partial<StoreOptions>): Promise<Store>;
}

/** Defines a suite for an engine, with a store on a fresh database; skipped, with the reason, where the engine cannot be had. */
export function onEngine(
  engine: Engine,
  title: string,
  define: (ground: Ground) => void,
  options: Partial<StoreOptions> = {},
): void {
  const why = engine.whyNot === '' ? '' : ` (${engine.whyNot})`;
  describe(`${title}, on ${engine.name}${why}`, () => {
    const open: Store[] = [];
    let underWay = 0;
    const activity = {
      begin() {
        underWay++;
        return () => {
          underWay--;
        };
      },
    };
    const ground = { wall: new VirtualClock(), underWay: () => underWay } as Ground;
    ground.another = async (more = {}) => {
      const store = await openStore({ ...ground.place.options, wall: ground.wall, activity, ...options, ...more });
      open.push(store);
      return store;
    };

    before(async function () {
      if (engine.whyNot !== '') this.skip();
      ground.place = await engine.place();
      ground.store = await ground.another();
    });
    after(async () => {
      for (const store of open) await store.close();
      await ground.place?.remove();
    });
    define(ground);
  });
}

export function onEachEngine(title: string, define: (ground: Ground) => void): void {
  for (const engine of [SQLITE, POSTGRES]) onEngine(engine, title, define);
}
