import type { EnvironmentView } from '../../lib/web/contract.ts';

/** The server's wall clock is taken for this machine's where they differ by less: its `Date` header counts whole seconds. */
const SAME_MS = 2_000;

/** How far this machine's clock is ahead of the server's, by what an answer said. */
export function aheadOf(serverMs: number, nowMs: number): number {
  const aheadMs = nowMs - serverMs;
  return Math.abs(aheadMs) < SAME_MS ? 0 : aheadMs;
}

/** Market time at a wall time of this machine: as it was last told, carried on by its speed. */
export function marketTimeAt({ marketTime, wallTime, speed }: EnvironmentView, nowMs: number, aheadMs: number): number {
  return Date.parse(marketTime) + Math.max(0, nowMs - aheadMs - Date.parse(wallTime)) * (speed ?? 1);
}
