/** The doors of `/api/v1` and `/health`: read models, the event stream, commands. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import createRouter from 'find-my-way';
import { WebError } from './errors.ts';
import { knockOf, refusedAtDoor } from './guard.ts';
import { answerOf, writeAnswer } from './http/answer.ts';
import { Once } from './http/once.ts';
import { COMMAND_ROUTES } from './routes/commands.ts';
import { HEALTH_ROUTES } from './routes/health.ts';
import { READ_ROUTES } from './routes/reads.ts';
import type { Desktop, Route } from './routes/route.ts';
import { Hub } from './stream/hub.ts';
import { Views, type WebSources } from './views.ts';
import { Watches } from './watch/watches.ts';

export type { WebSources } from './views.ts';

export interface Web {
  /** Answers what is its own, now or later, and says whether it is. Checks the guard by itself as well. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Open event streams. */
  readonly streams: number;
  /** Ends every stream and stops watching. What is asked after that is answered with `WEB_CLOSING`. */
  close(): void;
}

const OWN = /^\/(api\/v1|health)(\/|\?|$)/;
const LONGEST_PARAMETER = 200;

export const ROUTES: readonly Route[] = [...HEALTH_ROUTES, ...READ_ROUTES, ...COMMAND_ROUTES];

/** Begins to watch accounts and feeds. */
export function openWeb(sources: WebSources): Web {
  const watches = new Watches(sources.desk, sources.wall, sources.report);
  const views = new Views(sources, watches);
  const hub = new Hub(views, sources);
  watches.begin({
    prices: (feed) => hub.prices(feed),
    account: (account) => hub.accountChanged(account),
    health: () => hub.healthChanged(),
    desk: () => hub.deskChanged(),
  });
  const stopMemory = sources.memory.onHealth(() => hub.healthChanged());
  const desktop: Desktop = { sources, views, hub, once: new Once(sources.wall, sources.report) };
  const find = routerFor(ROUTES);
  let isClosed = false;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusedAtDoor(knockOf(request), sources.hosts);
    if (refusal !== undefined) throw new WebError(refusal.code, refusal.message, { headers: { connection: 'close' } });
    if (isClosed) throw new WebError('WEB_CLOSING', 'Courtside is shutting down.', { headers: { connection: 'close' } });
    const { route, params, search } = find(request);
    const asked = { request, params, search };
    if ('stream' in route) await route.stream(desktop, asked, response);
    else writeAnswer(response, await route.answer(desktop, asked));
  }

  return {
    handle(request, response) {
      if (!OWN.test(request.url ?? '')) return false;
      serve(request, response).catch((error: unknown) => {
        const answer = answerOf(error);
        if (answer.isDefect) sources.report(error);
        writeAnswer(response, answer, answer.headers);
      });
      return true;
    },
    get streams() {
      return hub.streams;
    },
    close() {
      isClosed = true;
      stopMemory();
      watches.close();
      hub.close();
    },
  };
}

interface Found {
  route: Route;
  params: Record<string, string>;
  search: URLSearchParams;
}

/** Finds a request's route. HEAD is a GET whose body stays unsent. Throws `ROUTE_UNKNOWN`, `METHOD_NOT_ALLOWED`. */
function routerFor(routes: readonly Route[]): (request: IncomingMessage) => Found {
  const router = createRouter({ maxParamLength: LONGEST_PARAMETER });
  for (const route of routes) router.on(route.method, route.path, () => {}, route);
  const methods = [...new Set(routes.map((route) => route.method))];
  const find = (method: Route['method'], path: string) => {
    const found = router.find(method, path);
    // What the router finds for a path that cannot be decoded has nothing to serve it.
    return found?.store ? { route: found.store as Route, params: found.params } : undefined;
  };
  return ({ url = '', method = '' }) => {
    const at = url.indexOf('?');
    const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
    const asked = method === 'HEAD' ? 'GET' : method;
    const known = methods.flatMap((one) => {
      const found = find(one, path);
      return found === undefined ? [] : [{ method: one, ...found }];
    });
    const found = known.find((one) => one.method === asked && (method !== 'HEAD' || 'answer' in one.route));
    if (found !== undefined) {
      const params = Object.fromEntries(Object.entries(found.params).map(([name, value]) => [name, value ?? '']));
      return { route: found.route, params, search: new URLSearchParams(query) };
    }
    if (known.length === 0) throw new WebError('ROUTE_UNKNOWN', 'There is nothing here.');
    const allowed = known.map((one) => one.method).join(', ');
    throw new WebError('METHOD_NOT_ALLOWED', `Only ${allowed} is answered here.`, { headers: { allow: allowed } });
  };
}
