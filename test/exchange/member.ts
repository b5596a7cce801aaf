import type { Account } from '../../lib/exchange/engine/state.ts';
import type { Night } from '../../lib/exchange/night.ts';
import { TEST_KEY } from '../kalshi/keys.ts';

/** Opens an account with money on shard 0 and a key, the tests' own, that may read and write. */
export function openMember(night: Night, { dollars = 10_000, tier = 'prestige' } = {}): { account: Account; keyId: string } {
  const account = night.execute<'open_account'>({
    kind: 'open_account',
    name: 'member',
    tier,
    purses: [[0, dollars * 1_000_000]],
  });
  const { id: keyId } = night.execute<'add_key'>({
    kind: 'add_key',
    accountId: account.id,
    name: 'test',
    publicKeyPem: TEST_KEY.publicKeyPem,
    scopes: ['read', 'write'],
  });
  return { account, keyId };
}
