/** An alert as it comes back from the memory. */
import { z } from 'zod';
import { ALERT_KINDS, type Alert } from '../trading/ports/outbox.ts';
import { ENVIRONMENTS } from '../trading/ports/venue.ts';

const schema = z.object({
  kind: z.enum(ALERT_KINDS),
  key: z.string(),
  accountId: z.string().optional(),
  environment: z.enum(ENVIRONMENTS).optional(),
  level: z.enum(['debug', 'info', 'warning', 'error']),
  title: z.string(),
  facts: z.array(z.tuple([z.string(), z.string()])),
  atMs: z.number(),
});

/** Undefined where what is stored is no alert. */
export function readAlert(payload: unknown): Alert | undefined {
  const { data } = schema.safeParse(payload);
  // What is undefined is not stored.
  return data === undefined ? undefined : { ...data, accountId: data.accountId, environment: data.environment };
}
