/** What the outbox needs of a place where alerts go. */
import type { Alert } from '../trading/ports/outbox.ts';

/**
 * What became of one delivery. Reasons are for the user and hold no secret.
 * - `later`: to be repeated, after so long at the earliest · `refused`: this alert will never be taken, others may
 * - `down`: nothing will be taken until somebody changes something
 */
export type Delivery =
  | { kind: 'delivered' }
  | { kind: 'later'; reason: string; afterMs: number | undefined }
  | { kind: 'refused'; reason: string }
  | { kind: 'down'; reason: string };

export interface Channel {
  /** Alerts are stored under it: it stays the same over restarts. */
  readonly name: string;
  /** How long to wait before the next delivery, ms; 0: none. */
  restMs(): number;
  /** Sends once; never rejects. */
  deliver(alert: Alert): Promise<Delivery>;
  /** Sends a test message, past the queue. */
  sendTest(): Promise<Delivery>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}
