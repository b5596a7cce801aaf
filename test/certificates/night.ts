/** How every certificate begins: a made-up night, brought to its first live game, with limits that stand in nobody's way. */
import assert from 'node:assert/strict';
import { checkLimits } from '../../lib/trading/limits.ts';
import { type AccountName, accountsIn, writeLimits } from './books.ts';
import type { FlowNode } from './flow.ts';
import type { Program } from './program.ts';

/** Up to the first game nothing is traded: this half hour may pass quickly. */
const SPEED_BEFORE = 600;

/** Limits as a person writes them: wide open. */
const WIDE = {
  daily_loss: 5_000,
  daily_loss_share: 100,
  consecutive_losses: 100,
  consecutive_losses_pause: 1,
  exposure_total: 9_000,
  exposure_total_share: 100,
  position_share: 10,
  open_positions: 100,
};

/** Plays a new night up to its first live game and ends the program; each account has wide limits, or those that are given over them. */
export async function untilFirstGame(
  program: Program,
  flows: readonly FlowNode[],
  { seed, limits = { main: {} } }: { seed: number; limits?: Record<string, object> },
): Promise<AccountName[]> {
  const labels = Object.keys(limits);
  program.lay(flows);
  await program.start({ seed, speed: SPEED_BEFORE }, labels);
  await program.until('a game is live', async () => (await program.overview()).live.length > 0);
  await program.kill('SIGTERM');
  for (const [label, own] of Object.entries(limits)) {
    const checked = checkLimits({ ...WIDE, ...own });
    assert.ok(checked.ok, JSON.stringify(checked));
    writeLimits(program.database, label, checked.values);
  }
  const accounts = accountsIn(program.database);
  assert.deepEqual(
    accounts.map(({ label }) => label),
    labels.toSorted(),
  );
  return accounts;
}
