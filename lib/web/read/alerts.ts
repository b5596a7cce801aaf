import type { StoredAlert } from '../../trading/ports/memory.ts';
import type { AlertView } from '../contract.ts';
import { iso, isoOrNull } from './units.ts';

/** Whether and how an alert got out. Its text stays in the memory. */
export function alertView(alert: StoredAlert): AlertView {
  const { id, kind, channel, state, attempts, reason } = alert;
  return {
    id,
    at: iso(alert.createdMs),
    kind,
    channel,
    state,
    attempts,
    reason: reason ?? null,
    deliveredAt: isoOrNull(alert.deliveredMs),
  };
}
