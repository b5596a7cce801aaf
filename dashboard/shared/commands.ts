/** What a person asks the server to do. Each wish has one key, however often it has to be sent. */
import type { CommandView } from '../../lib/web/contract.ts';

export interface Wish {
  /** What it is about, one wish at a time: `entries`, `close:ID`, `close-all`. */
  about: string;
  method: 'POST' | 'DELETE';
  path: string;
  body: Record<string, unknown>;
}

/**
 * `sending` · `done`: the server did it · `refused`: it said no · `unknown`: no answer came; sending it again is safe, as the
 * key is the same
 */
export interface Fate {
  wish: Wish;
  key: string;
  state: 'sending' | 'done' | 'refused' | 'unknown';
  code: string | null;
  message: string;
}

export interface CommandPorts {
  /** Sends a request and answers with its JSON; rejects where no answer came within 10 s. */
  send(request: { method: string; path: string; key: string; body: unknown }): Promise<{ status: number; body: unknown }>;
  newKey(): string;
}

/** Sends a wish and tells its fate as it changes. A wish whose fate is unknown is sent again under its old key. */
export async function sendWish(
  wish: Wish,
  before: Fate | undefined,
  ports: CommandPorts,
  tell: (fate: Fate) => void,
): Promise<void> {
  if (before?.state === 'sending') return;
  const key = before?.state === 'unknown' ? before.key : ports.newKey();
  tell({ wish, key, state: 'sending', code: null, message: '' });
  try {
    const { status, body } = await ports.send({ method: wish.method, path: wish.path, key, body: wish.body });
    tell({ wish, key, ...fateOf(status, body) });
  } catch {
    tell({ wish, key, state: 'unknown', code: 'NO_ANSWER', message: 'No answer came: it is not known whether this was done.' });
  }
}

function fateOf(status: number, body: unknown): Pick<Fate, 'state' | 'code' | 'message'> {
  const { done, code, message } = (typeof body === 'object' && body !== null ? body : {}) as Partial<CommandView>;
  const said = { code: code ?? null, message: message ?? '' };
  if (done === true) return { state: 'done', ...said };
  if (status >= 500 || typeof message !== 'string') {
    return {
      state: 'unknown',
      code: said.code ?? 'SERVER_ERROR',
      message: said.message || 'The server could not say whether this was done.',
    };
  }
  return { state: 'refused', ...said };
}
