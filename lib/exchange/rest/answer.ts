/**
 * Answers HTTP requests. In this order: the door (Host and Origin), the route, the signature, the key's scope, the body, the
 * rate limit, ordered trouble, the handler. The practice API has the door only.
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import createRouter from 'find-my-way';
import { type Auth, hasCredentials, isAllowed } from '../auth.ts';
import { refusedAtDoor } from '../doors.ts';
import type { Account, ApiKey } from '../engine/state.ts';
import type { Occasion } from '../faults.ts';
import { type Charge, RateLimits } from '../rate-limits.ts';
import type { ServerContext } from '../server.ts';
import { readSource } from './incoming.ts';
import { practiceRoutes } from './practice/routes.ts';
import { PublicTrades } from './public-trades.ts';
import { nested, tooManyRequests, unknownRoute } from './rejection.ts';
import { writeOutcome, writeRejection } from './reply.ts';
import type { Incoming, Prepared, Route, Venue } from './route.ts';
import { ROOT, ROUTES } from './routes.ts';
import { incomingOrder, thinBook } from './thinning.ts';
import { type Outcome, runThroughTrouble } from './trouble.ts';

interface Asked {
  request: IncomingMessage;
  path: string;
  search: URLSearchParams;
  params: Record<string, string | undefined>;
}

type Serve = (asked: Asked) => Promise<Outcome>;

export function answerRequests(context: ServerContext): RequestListener {
  const find = routerFor(context);
  return (request, response) => {
    const door = refusedAtDoor(request);
    const answered = door ? Promise.reject(door) : serve(find, request);
    answered.then(
      (outcome) => writeOutcome(response, outcome, context.wallMs()),
      (thrown: unknown) => writeRejection(response, thrown, context.wallMs()),
    );
  };
}

async function serve(find: (method: string, path: string) => Found | null, request: IncomingMessage): Promise<Outcome> {
  const [path, query] = splitOnce(request.url ?? '', '?');
  const found = find(request.method ?? '', path);
  if (!found) throw unknownRoute();
  return found.serve({ request, path, search: new URLSearchParams(query), params: found.params });
}

interface Found {
  serve: Serve;
  params: Record<string, string | undefined>;
}

function routerFor(context: ServerContext): (method: string, path: string) => Found | null {
  const { night, wallMs } = context;
  const venue: Venue = { night, trades: new PublicTrades(night.tape) };
  const limits = new RateLimits({ wallMs });
  const router = createRouter();
  const unused = (): void => {};
  for (const route of ROUTES) {
    const serveRoute: Serve = (asked) => throughGates(context, venue, limits, route, asked);
    router.on(route.method, `${ROOT}${route.path}`, unused, serveRoute);
  }
  for (const route of practiceRoutes(context)) {
    const servePractice: Serve = async ({ request, params }) => route.serve(params, await readSource(request));
    router.on(route.method, `/practice${route.path}`, unused, servePractice);
  }
  return (method, path) => {
    const found = router.find(method as 'GET', path);
    // What the router finds for a path that cannot be decoded has nothing to serve it.
    return found?.store ? { serve: found.store as Serve, params: found.params } : null;
  };
}

async function throughGates(
  context: ServerContext,
  venue: Venue,
  limits: RateLimits,
  route: Route,
  asked: Asked,
): Promise<Outcome> {
  const { night, auth, faults } = context;
  const { request, path, search, params } = asked;
  const caller = callerOf(auth, route, request, path);
  const source = request.method === 'GET' ? '' : await readSource(request);
  const charge = (cost: number, sent: Prepared['sent']): void => {
    if (!limits.take(caller?.account, chargeFor(route, cost, sent))) throw tooManyRequests();
  };
  const incoming: Incoming = {
    venue,
    nowMs: night.nowMs(),
    params,
    search,
    contentType: request.headers['content-type'],
    source,
    account: caller?.account,
  };
  const prepared = prepare(route, incoming, charge);
  const occasion: Occasion = {
    accountId: caller?.account.id,
    method: route.method,
    path,
    ticker: typeof prepared.sent.ticker === 'string' ? prepared.sent.ticker : params.ticker,
  };
  if (caller && route.operation === 'CreateOrderV2') {
    const fault = faults?.take(['partial_fill'], occasion);
    if (fault) thinBook(night, caller.account, incomingOrder(prepared.sent), fault.fraction);
  }
  return runThroughTrouble(faults, occasion, prepared.run);
}

/** A request that cannot be read is charged like any other before it is told so. */
function prepare(route: Route, incoming: Incoming, charge: (cost: number, sent: Prepared['sent']) => void): Prepared {
  let prepared: Prepared;
  try {
    prepared = route.prepare(incoming);
  } catch (thrown) {
    charge(route.cost, {});
    throw thrown;
  }
  charge(prepared.cost, prepared.sent);
  return prepared;
}

function chargeFor(route: Route, cost: number, sent: Prepared['sent']): Charge {
  const shard = sent.exchange_index;
  const isOwnBucket = route.bucket === 'write' && typeof shard === 'number' && shard > 0;
  return { bucket: route.bucket, cost, ...(isOwnBucket && { shard }) };
}

/** Who asks; undefined for a public route without credentials. */
function callerOf(
  auth: Auth,
  route: Route,
  request: IncomingMessage,
  path: string,
): { account: Account; key: ApiKey } | undefined {
  const { headers } = request;
  if (route.access === 'public' && !hasCredentials(headers)) return undefined;
  const caller = auth.authenticate({ method: route.method, path, headers });
  if (!caller.ok) throw caller.rejection;
  if (route.access === 'member' && !isAllowed(caller.key, route.scope)) {
    throw nested(403, 'forbidden', `this API key does not have the scope ${route.scope}`);
  }
  return caller;
}

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
