import { z } from 'zod';
import type { Night } from '../../night.ts';
import { instant } from '../present/text.ts';
import { nested } from '../rejection.ts';
import { answering, ok, type PracticeRoute, posting } from './route.ts';

const MOST_STEPS = 100_000;

export function clockRoutes(night: Night): PracticeRoute[] {
  return [
    answering('GET', '/clock', () => ok(presentClock(night))),
    posting('/step', z.strictObject({ steps: z.int().min(1).max(MOST_STEPS).default(1) }), ({ steps }) => {
      if (!night.clock.isLockstep)
        throw nested(409, 'not_lockstep', 'this night runs by itself: only a lockstep night is stepped');
      for (let taken = 0; taken < steps && night.step(); taken++);
      return ok(presentClock(night));
    }),
  ];
}

/** Market time and how it runs. A night that runs as fast as it can has no speed: null. */
function presentClock(night: Night): object {
  const nowMs = night.nowMs();
  const { speed, isLockstep } = night.clock;
  return {
    now: instant(nowMs),
    now_ms: nowMs,
    speed: Number.isFinite(speed) ? speed : null,
    lockstep: isLockstep,
    night: night.header.night,
    delivered: night.delivered,
    over: night.isOver,
  };
}
