import assert from 'node:assert/strict';
import { openStore, type Store } from '../../lib/store/index.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { type Engine, type Place, POSTGRES, SQLITE } from './engines.ts';
import { newAccount } from './stage.ts';

const parts = { wall: new VirtualClock(), activity: { begin: () => () => {} } };

function onFresh(engine: Engine, define: (place: () => Place) => void): void {
  describe(`an empty database, on ${engine.name}${engine.whyNot === '' ? '' : ` (${engine.whyNot})`}`, () => {
    let place: Place | undefined;
    before(function () {
      if (engine.whyNot !== '') this.skip();
    });
    beforeEach(async () => {
      place = await engine.place();
    });
    afterEach(() => place?.remove());
    define(() => {
      assert.ok(place !== undefined);
      return place;
    });
  });
}

for (const engine of [SQLITE, POSTGRES]) {
  onFresh(engine, (place) => {
    it('is made ready once, however many open it at a time', async () => {
      const opened = await Promise.all(Array.from({ length: 3 }, () => openStore({ ...place().options, ...parts })));
      const accounts = await Promise.all(opened.map((store) => newAccount(store, 'the same')));
      assert.equal(new Set(accounts.map(({ id }) => id)).size, 1);
      for (const store of opened) await store.close();
    });

    it('answers what was asked before it is closed, and nothing after', async () => {
      const store: Store = await openStore({ ...place().options, ...parts });
      const { id } = await newAccount(store);
      const line = { accountId: id, level: 'info', category: 'system', message: 'x', details: {}, atMs: 1 } as const;
      const asked = Array.from({ length: 20 }, () => store.records.log(line));
      const closing = store.close();
      await assert.rejects(store.accounts.list(), { code: 'STORE_UNAVAILABLE', message: 'the memory is closed' });
      await Promise.all([...asked, closing, store.close()]);
      assert.ok(store.health().isHealthy);
      const again = await openStore({ ...place().options, ...parts });
      const lines = await again.pages.recentActivity({ accountId: id, levels: undefined, categories: undefined }, { most: 99 });
      assert.equal(lines.length, 20);
      await again.close();
    });
  });
}
