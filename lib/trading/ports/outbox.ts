/** Where alerts go: stored first, delivered by whoever has a channel. */
import type { LogLevel } from './memory.ts';
import type { Environment } from './venue.ts';

export const ALERT_KINDS = ['entry', 'exit', 'error', 'orphan', 'trip', 'message'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export interface Alert {
  kind: AlertKind;
  /** The same key is the same alert: it goes out once. */
  key: string;
  accountId: string | undefined;
  environment: Environment | undefined;
  level: LogLevel;
  /** One line, plain text. */
  title: string;
  /** Label and value, plain text, in the order to be shown. */
  facts: readonly (readonly [label: string, value: string])[];
  /** Market time. */
  atMs: number;
}

export interface Outbox {
  /** Resolves when the alert is stored. */
  post(alert: Alert): Promise<void>;
}
