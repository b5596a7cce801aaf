/**
 * The rate governor: who may send when, so that the exchange's token buckets are not overdrawn and what closes risk goes first.
 *
 * Within a bucket exits and cancels go before entries, entries before reads. A share of the write tokens is kept for exits and
 * cancels alone, so that a burst of entries can never stand in front of them. What cannot be served by its deadline is given up
 * without being sent.
 */
import { KalshiError, type Outcome } from './errors.ts';
import { type BucketSize, TokenBucket } from './governor-bucket.ts';
import { costOf, type EndpointCosts, USUAL_COSTS } from './governor-costs.ts';
import type { WallClock } from './wall-clock.ts';

export type BucketName = 'read' | 'write';
export type Purpose = 'exit' | 'cancel' | 'entry' | 'read';

export interface SendRequest {
  bucket: BucketName;
  purpose: Purpose;
  method: string;
  /** The route's template, from the root: `/trade-api/v2/portfolio/orders/:order_id`. */
  path: string;
  /** Items of a batch, each of which is charged. */
  items?: number | undefined;
  /** The longest wait, in milliseconds from now. */
  deadlineMs: number;
}

/** Leave to send once. */
export interface Grant {
  bucket: BucketName;
  cost: number;
  /** Monotonic milliseconds. */
  atMs: number;
}

export interface BucketState {
  tokens: number;
  capacity: number;
  /** Tokens a second that are used now. */
  refillPerS: number;
  waiting: number;
}

export interface RateLimits {
  read: BucketSize;
  write: BucketSize;
}

export interface Governor {
  /**
   * Resolves when the request may be sent. Throws `KALSHI_RATE_LIMITED`, `retriable` where its turn did not come and `refused` where it
   * asks for more than the bucket holds, or `KALSHI_CLOSED`.
   */
  acquire(request: SendRequest): Promise<Grant>;
  /** To be told of every 429: slows the bucket down, once for all requests that were under way together. */
  rateLimited(grant: Grant): void;
  /** What `/account/limits` says. What waits and does not fit into the new buckets is refused. */
  setLimits(limits: RateLimits): void;
  /** What `/account/endpoint_costs` says, for what comes from now on. */
  setCosts(costs: EndpointCosts): void;
  state(): Record<BucketName, BucketState>;
  /** What waits is refused with `KALSHI_CLOSED`. */
  close(): void;
}

/** Basic tier, at the smallest capacity that was ever observed for it. */
export const BASIC_LIMITS: RateLimits = {
  read: { refill_rate: 200, bucket_capacity: 200 },
  write: { refill_rate: 100, bucket_capacity: 100 },
};

const RESERVED_SHARE = 0.3;
const LONGEST_WAIT_MS = 60_000;
const RANKS: Record<Purpose, number> = { exit: 0, cancel: 0, entry: 1, read: 2 };

interface Waiter {
  rank: number;
  cost: number;
  request: SendRequest;
  admit(atMs: number): void;
  refuse(error: KalshiError): void;
}

interface Lane {
  name: BucketName;
  size: BucketSize;
  bucket: TokenBucket;
  /** By rank, then by arrival. */
  waiters: Waiter[];
  cancelWake: () => void;
  slowedAtMs: number;
}

export function createGovernor(clock: WallClock, limits: RateLimits = BASIC_LIMITS): Governor {
  const lanes: Record<BucketName, Lane> = { read: openLane('read', limits.read), write: openLane('write', limits.write) };
  const knownCosts = new Map<string, number>();
  let costs = USUAL_COSTS;
  let isClosed = false;

  function openLane(name: BucketName, size: BucketSize): Lane {
    const nowMs = clock.monotonicMs();
    const bucket = new TokenBucket(size, nowMs);
    return { name, size, bucket, waiters: [], cancelWake: () => {}, slowedAtMs: Number.NEGATIVE_INFINITY };
  }

  /** Serves the queue from its head for as long as there are tokens, and comes back when there will be some. */
  function serve(lane: Lane): void {
    lane.cancelWake();
    const nowMs = clock.monotonicMs();
    for (let head = lane.waiters[0]; head !== undefined; head = lane.waiters[0]) {
      const floor = floorOf(lane, head.rank);
      if (!lane.bucket.take(head.cost, floor, nowMs)) {
        lane.cancelWake = clock.after(Math.ceil(lane.bucket.waitMs(head.cost, floor, nowMs)), () => serve(lane));
        return;
      }
      lane.waiters.shift();
      head.admit(nowMs);
    }
  }

  function wait(lane: Lane, request: SendRequest, cost: number): Promise<Grant> {
    return new Promise((resolve, reject) => {
      const cancelDeadline = clock.after(request.deadlineMs, () => {
        lane.waiters.splice(lane.waiters.indexOf(waiter), 1);
        reject(notSent(request, 'retriable', `its turn did not come within ${request.deadlineMs} ms`));
        serve(lane);
      });
      const waiter: Waiter = {
        rank: RANKS[request.purpose],
        cost,
        request,
        admit(atMs) {
          cancelDeadline();
          resolve({ bucket: lane.name, cost, atMs });
        },
        refuse(error) {
          cancelDeadline();
          reject(error);
        },
      };
      const behind = lane.waiters.findIndex((other) => other.rank > waiter.rank);
      lane.waiters.splice(behind < 0 ? lane.waiters.length : behind, 0, waiter);
      serve(lane);
    });
  }

  async function acquire(request: SendRequest): Promise<Grant> {
    if (isClosed) throw closed(request);
    const lane = lanes[request.bucket];
    const cost = unitCost(request.method, request.path) * (request.items ?? 1);
    const rank = RANKS[request.purpose];
    if (cost > mostAtOnce(lane, rank)) throw neverFits(lane, request, cost);
    const first = lane.waiters[0];
    const nowMs = clock.monotonicMs();
    if ((first === undefined || first.rank > rank) && lane.bucket.take(cost, floorOf(lane, rank), nowMs)) {
      return { bucket: lane.name, cost, atMs: nowMs };
    }
    return wait(lane, { ...request, deadlineMs: Math.min(request.deadlineMs, LONGEST_WAIT_MS) }, cost);
  }

  function unitCost(method: string, path: string): number {
    const route = `${method} ${path}`;
    const known = knownCosts.get(route);
    if (known !== undefined) return known;
    const cost = costOf(costs, method, path);
    knownCosts.set(route, cost);
    return cost;
  }

  function stateOf({ bucket, size, waiters }: Lane): BucketState {
    const nowMs = clock.monotonicMs();
    return {
      tokens: bucket.tokens(nowMs),
      capacity: bucket.capacity,
      refillPerS: size.refill_rate * bucket.pace(nowMs),
      waiting: waiters.length,
    };
  }

  return {
    acquire,
    rateLimited(grant) {
      const lane = lanes[grant.bucket];
      if (grant.atMs <= lane.slowedAtMs) return;
      lane.slowedAtMs = clock.monotonicMs();
      lane.bucket.slowDown(lane.slowedAtMs);
      serve(lane);
    },
    setLimits(next) {
      for (const lane of [lanes.read, lanes.write]) {
        lane.size = next[lane.name];
        lane.bucket.resize(lane.size, clock.monotonicMs());
        for (const waiter of lane.waiters.splice(0)) {
          if (waiter.cost <= mostAtOnce(lane, waiter.rank)) lane.waiters.push(waiter);
          else waiter.refuse(neverFits(lane, waiter.request, waiter.cost));
        }
        serve(lane);
      }
    },
    setCosts(next) {
      costs = next;
      knownCosts.clear();
    },
    state: () => ({ read: stateOf(lanes.read), write: stateOf(lanes.write) }),
    close() {
      isClosed = true;
      for (const lane of [lanes.read, lanes.write]) {
        lane.cancelWake();
        for (const waiter of lane.waiters.splice(0)) waiter.refuse(closed());
      }
    },
  };
}

/** Tokens that must be left behind. */
function floorOf(lane: Lane, rank: number): number {
  return lane.name === 'write' && rank > 0 ? lane.bucket.capacity * RESERVED_SHARE : 0;
}

/** Tokens that one request can have when the bucket is full. */
function mostAtOnce(lane: Lane, rank: number): number {
  return lane.bucket.capacity - floorOf(lane, rank);
}

function neverFits(lane: Lane, request: SendRequest, cost: number): KalshiError {
  const most = mostAtOnce(lane, RANKS[request.purpose]);
  return notSent(request, 'refused', `it costs ${cost} tokens at once and at most ${most} can be had`);
}

function notSent(request: SendRequest, outcome: Outcome, why: string): KalshiError {
  const operation = `${request.method} ${request.path}`;
  const message = `${operation} was not sent because of the ${request.bucket} rate limit: ${why}`;
  return new KalshiError('KALSHI_RATE_LIMITED', message, { outcome, operation });
}

function closed(request?: SendRequest): KalshiError {
  const operation = request === undefined ? undefined : `${request.method} ${request.path}`;
  return new KalshiError('KALSHI_CLOSED', 'The connection to Kalshi is closed; nothing was sent', {
    outcome: 'refused',
    operation,
  });
}
