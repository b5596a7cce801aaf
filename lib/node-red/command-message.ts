/** Commands from flows: an object, or just its name. */
import { z } from 'zod';
import type { FlowMessage } from './contract.ts';
import { NodeError } from './errors.ts';

export const COMMANDS = ['pause', 'resume', 'close', 'close_all', 'reset', 'reconcile'] as const;

export interface Command {
  command: (typeof COMMANDS)[number];
  /** For `close`: the position's id, or instead of it a market. */
  position?: string | undefined;
  ticker?: string | undefined;
  /** For `reset`: the limit. */
  rule?: string | undefined;
  /** For the record. */
  note?: string | undefined;
}

/** The command in a message's payload. Throws `MESSAGE_NOT_A_COMMAND`, saying what there is. */
export function readCommand(message: FlowMessage): Command {
  const { payload } = message;
  const read = COMMAND.safeParse(typeof payload === 'string' ? { command: payload } : payload);
  if (read.success) return read.data;
  const problems = read.error.issues.map(
    ({ path, message: text }) => `payload${path.map((part) => `.${String(part)}`).join('')}: ${text}`,
  );
  throw new NodeError('MESSAGE_NOT_A_COMMAND', `this message is no command. ${problems.join('; ')}`);
}

const WORD = z.preprocess(
  (value) => value ?? undefined,
  z.string('is no text').min(1, 'is empty').max(200, 'is too long').optional(),
);

const COMMAND: z.ZodType<Command> = z.object(
  {
    // "close all" and "Close-All" are what people write.
    command: z.preprocess(
      (value) => (typeof value === 'string' ? value.trim().toLowerCase().replace(/[ -]+/g, '_') : value),
      z.enum(COMMANDS, `is none of ${COMMANDS.join(', ')}`),
    ),
    position: WORD,
    ticker: WORD,
    rule: WORD,
    note: WORD,
  },
  'is neither a command nor an object with one',
);
