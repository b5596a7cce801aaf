import assert from 'node:assert/strict';
import { StoreError } from '../../lib/store/index.ts';
import { defaultLimits } from '../../lib/trading/limits.ts';
import { onEachEngine } from './engines.ts';
import { NOW_MS } from './stage.ts';

const WISH = {
  environment: 'practice',
  label: 'main',
  night: 'night 1',
  keyFingerprint: 'first key',
  entriesEnabled: false,
  atMs: NOW_MS,
} as const;

onEachEngine('accounts in memory', (ground) => {
  it('are made with the default limits, for the local user', async () => {
    const account = await ground.store.accounts.connect({ ...WISH, label: 'made' });
    assert.match(account.id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(account, {
      id: account.id,
      userId: 'local',
      environment: 'practice',
      label: 'made',
      night: 'night 1',
      keyFingerprint: 'first key',
      entriesEnabled: false,
      limits: defaultLimits(),
      createdMs: NOW_MS,
    });
  });

  it('are found again by environment, label and night, and keep what was set', async () => {
    const { accounts } = ground.store;
    const made = await accounts.connect({ ...WISH, label: 'again' });
    const limits = { ...defaultLimits(), openPositions: 9, largestSizeE6: 20_000_000 };
    await accounts.setEntries(made.id, true);
    await accounts.setLimits(made.id, limits);
    const found = await accounts.connect({ ...WISH, label: 'again', keyFingerprint: 'second key', atMs: NOW_MS + 5 });
    assert.deepEqual(found, { ...made, keyFingerprint: 'second key', entriesEnabled: true, limits });
    assert.deepEqual(await accounts.get(made.id), found);
    const others = await Promise.all(
      [{ label: 'other' }, { night: 'night 2' }, { environment: 'demo' as const }].map((change) =>
        accounts.connect({ ...WISH, label: 'again', ...change }),
      ),
    );
    assert.equal(new Set([made, ...others].map(({ id }) => id)).size, 4);
  });

  it('are made once, however many ask at a time', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => ground.store.accounts.connect({ ...WISH, label: 'rush' })));
    assert.equal(new Set(asked.map(({ id }) => id)).size, 1);
  });

  it('are listed by environment', async () => {
    const { accounts } = ground.store;
    const paper = await accounts.connect({ ...WISH, environment: 'paper', label: 'listed' });
    assert.deepEqual(await accounts.list('paper'), [paper]);
    assert.ok((await accounts.list()).length > 1);
    assert.deepEqual(await accounts.list('live'), []);
  });

  it('note when the exchange has accepted their key, and forget it with the key', async () => {
    const { store, place } = ground;
    const wish = { ...WISH, label: 'verified' };
    const { id } = await store.accounts.connect(wish);
    const columns = () =>
      place.ask(`SELECT is_connected, CAST(account_balance AS TEXT) AS balance FROM kalshi_accounts WHERE id = '${id}'`);
    await store.accounts.verified(id, NOW_MS, 9_007_199_254_740_991);
    assert.deepEqual({ ...(await columns())[0] }, { is_connected: 1, balance: '9007199254740991' });
    await store.accounts.connect(wish);
    assert.equal((await columns())[0]?.['is_connected'], 1);
    await store.accounts.connect({ ...wish, keyFingerprint: 'another' });
    assert.equal((await columns())[0]?.['is_connected'], 0);
  });

  it('that nobody knows are not found, and cannot be changed', async () => {
    const { accounts } = ground.store;
    assert.equal(await accounts.get('nobody'), undefined);
    for (const change of [
      () => accounts.setEntries('nobody', true),
      () => accounts.setLimits('nobody', defaultLimits()),
      () => accounts.verified('nobody', NOW_MS, 1),
    ]) {
      await assert.rejects(change(), (error) => error instanceof StoreError && error.code === 'STORE_FAILED');
    }
    assert.ok(ground.store.health().isHealthy);
  });

  it('count as work under way only while they are asked for', async () => {
    assert.equal(ground.underWay(), 0);
    const asked = ground.store.accounts.list();
    assert.equal(ground.underWay(), 1);
    await asked;
    assert.equal(ground.underWay(), 0);
  });
});
