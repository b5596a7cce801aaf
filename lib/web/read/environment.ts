/** Which world this is, and what time it is there. */
import type { Environment } from '../../trading/ports/venue.ts';
import type { EnvironmentView } from '../contract.ts';
import { iso } from './units.ts';

/** How far market time may run from where it was expected before pages are told anew: in wall time. */
const TOLERANCE_MS = 1_000;

export interface PracticeNight {
  night: string;
  speed: number;
}

export interface EnvironmentFacts {
  name: Environment;
  practice: PracticeNight | undefined;
  marketMs: number;
  wallMs: number;
}

export function environmentView({ name, practice, marketMs, wallMs }: EnvironmentFacts): EnvironmentView {
  const night = name === 'practice' ? practice : undefined;
  return {
    name,
    night: night?.night ?? null,
    speed: night?.speed ?? null,
    marketTime: iso(marketMs),
    wallTime: iso(wallMs),
  };
}

/** What pages are told: the view from before, as long as carrying its time on by its speed comes to the time that it is. */
export function steadyEnvironment(before: EnvironmentView | undefined, now: EnvironmentView): EnvironmentView {
  if (before === undefined || before.name !== now.name || before.night !== now.night || before.speed !== now.speed) return now;
  const speed = now.speed ?? 1;
  const passedMs = Date.parse(now.wallTime) - Date.parse(before.wallTime);
  const expectedMs = Date.parse(before.marketTime) + passedMs * speed;
  const isAsExpected = Math.abs(Date.parse(now.marketTime) - expectedMs) <= TOLERANCE_MS * Math.max(1, speed);
  return isAsExpected ? before : now;
}
