/** What the main thread and the threads that own a connection to the file tell each other. */
import type { Trouble } from '../errors.ts';
import type { OperationName } from '../operations.ts';

export interface ThreadOptions {
  file: string;
  /** Pages and reports only read. */
  readOnly: boolean;
  /** How long to wait for another process that writes. */
  busyMs: number;
  /** The file may not grow beyond this. */
  mostBytes: number | undefined;
}

export type Asked = { kind: 'run'; id: number; name: OperationName; args: unknown } | { kind: 'close' };

export type Told =
  | { kind: 'opened' }
  | { kind: 'not_opened'; trouble: Trouble }
  | { kind: 'answer'; id: number; answer: unknown }
  | { kind: 'failed'; id: number; trouble: Trouble };
