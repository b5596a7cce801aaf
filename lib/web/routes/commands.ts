/** What can be done. Each command is carried out once per Idempotency-Key, by the account, which checks and logs it. */
import { z } from 'zod';
import type { AccountView, CommandResult } from '../../account/contract.ts';
import { BREAKER_RULES } from '../../trading/breaker.ts';
import type { Actor } from '../../trading/cause.ts';
import type { CommandView } from '../contract.ts';
import { WebError } from '../errors.ts';
import { type Answer, answered } from '../http/answer.ts';
import { type Asked, bodyOf, bodyText, queryOf } from '../http/asked.ts';
import { runText } from '../read/engine.ts';
import type { Desktop, Route } from './route.ts';

const ROOT = '/api/v1';
/** Until people sign in, whoever sits at this machine. */
const ACTOR: Actor = { kind: 'local' };

const account = z.string().min(1).max(100).optional();
const AccountBody = z.strictObject({ account });
const ResetBody = z.strictObject({ account, rule: z.enum(BREAKER_RULES), note: z.string().trim().min(1).max(500) });

export const COMMAND_ROUTES: readonly Route[] = [
  command('POST', '/bot/pause', AccountBody, async (desktop, body) =>
    told(await theAccount(desktop, body.account).setEntries(false, ACTOR)),
  ),
  command('POST', '/bot/resume', AccountBody, async (desktop, body) =>
    told(await theAccount(desktop, body.account).setEntries(true, ACTOR)),
  ),
  command('POST', '/bot/reconcile', AccountBody, async (desktop, body) => {
    const run = await theAccount(desktop, body.account).reconcile(ACTOR);
    return told({ done: run.failure === undefined, code: run.failure?.code, message: runText(run) });
  }),
  command('POST', '/bot/reset', ResetBody, async (desktop, body) =>
    told(await theAccount(desktop, body.account).reset(body.rule, body.note, ACTOR)),
  ),
  command('POST', '/positions/close-all', AccountBody, async (desktop, body) =>
    told(await theAccount(desktop, body.account).closeAll(ACTOR, 'manual')),
  ),
  command('DELETE', '/positions/:id', AccountBody, async (desktop, body, params) => {
    const id = params.id ?? '';
    return told(await holderOf(desktop, id, body.account).close(id, ACTOR, 'manual'));
  }),
];

function command<S extends z.ZodType>(
  method: 'POST' | 'DELETE',
  path: string,
  schema: S,
  run: (desktop: Desktop, body: z.output<S>, params: Asked['params']) => Promise<Answer>,
): Route {
  return {
    method,
    path: `${ROOT}${path}`,
    async answer(desktop, { request, params, search }) {
      queryOf(z.strictObject({}), search);
      const text = await bodyText(request);
      const body = bodyOf(schema, text);
      const key = request.headers['idempotency-key'];
      const what = JSON.stringify([method, path, params, body]);
      return desktop.once.run(typeof key === 'string' ? key : undefined, what, () => run(desktop, body, params));
    },
  };
}

/** What was refused is said with the same view, as a conflict with how things stand. */
function told({ done, code, message }: CommandResult): Answer {
  const view: CommandView = { done, code: code ?? null, message };
  return answered(view, done ? 200 : 409);
}

/** The one that is named, or the only one: with several open, nobody guesses whose money is meant. */
function theAccount({ sources, views }: Desktop, id: string | undefined): AccountView {
  if (id === undefined && sources.desk.accounts().length > 1) {
    throw new WebError('ACCOUNT_NEEDED', 'Several accounts are open: name one as "account".');
  }
  return views.someAccount(id);
}

/** A position's id belongs to one account. */
function holderOf({ sources, views }: Desktop, positionId: string, id: string | undefined): AccountView {
  const accounts = id === undefined ? sources.desk.accounts() : [views.someAccount(id)];
  const holder = accounts.find((one) => one.positions().some((row) => row.id === positionId && row.status === 'open'));
  if (holder === undefined) throw new WebError('POSITION_UNKNOWN', 'That position is not open.');
  return holder;
}
