import { z } from 'zod';
import type { Fault, Faults, Trouble } from '../../faults.ts';
import { nested } from '../rejection.ts';
import { answering, done, ok, type PracticeRoute, posting } from './route.ts';

const ms = z.number().min(0).max(600_000);

/** Faults go by the names that they have in `Faults`. */
const trouble = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answer_lost') }),
  z.object({ kind: z.literal('delay'), ms }),
  z.object({ kind: z.literal('rate_limited') }),
  z.object({
    kind: z.literal('server_error'),
    status: z.int().min(500).max(599).default(500),
    isTaken: z.boolean().default(false),
  }),
  z.object({ kind: z.literal('partial_fill'), fraction: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('frame_dropped') }),
  z.object({ kind: z.literal('frame_doubled') }),
  z.object({ kind: z.literal('frame_reordered') }),
  z.object({ kind: z.literal('frame_late'), ms }),
  z.object({ kind: z.literal('sequence_gap') }),
  z.object({ kind: z.literal('silent') }),
  z.object({ kind: z.literal('subscription_overflow') }),
  z.object({ kind: z.literal('disconnect') }),
]) satisfies z.ZodType<Trouble>;

const occasion = z.strictObject({
  accountId: z.string().optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  frame: z.string().optional(),
  ticker: z.string().optional(),
});

const order = z.object({ on: occasion.default({}), times: z.int().min(1).default(1) });

export function faultRoutes(faults: Faults): PracticeRoute[] {
  return [
    answering('GET', '/faults', () => ok({ faults: faults.list() })),
    posting('/faults', z.intersection(order, trouble), ({ on, times, ...what }): { status: number; body: Fault } => ({
      status: 201,
      body: faults.add(what, on, times),
    })),
    answering('DELETE', '/faults', () => {
      faults.clear();
      return done;
    }),
    answering('DELETE', '/faults/:id', (param) => {
      if (!faults.remove(Number(param('id')))) throw nested(404, 'not_found');
      return done;
    }),
  ];
}
