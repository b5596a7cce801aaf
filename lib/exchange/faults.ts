/** Troubles that a test can order: each waits for its occasions and is spent after `times` of them. */

/** What can go wrong with a request. */
export type RequestFault =
  /** The request is carried out, and its answer never arrives: the connection is cut. */
  | { kind: 'answer_lost' }
  /** The answer waits this long (real milliseconds). */
  | { kind: 'delay'; ms: number }
  | { kind: 'rate_limited' }
  /** Answered with this 5xx status; `isTaken` says whether the request was carried out first. */
  | { kind: 'server_error'; status: number; isTaken: boolean }
  /** Of what an order could trade, only this share is there. */
  | { kind: 'partial_fill'; fraction: number };

/** What can go wrong with a socket's frames. */
export type FrameFault =
  | { kind: 'frame_dropped' }
  | { kind: 'frame_doubled' }
  /** The frame comes after the next one. */
  | { kind: 'frame_reordered' }
  /** The frame comes this much later (real milliseconds), after whatever was sent meanwhile. */
  | { kind: 'frame_late'; ms: number }
  /** A sequence number is skipped and its frame never sent. */
  | { kind: 'sequence_gap' }
  /** The socket stays open and says nothing any more, not even pings. */
  | { kind: 'silent' }
  /** The subscription ends with error 25. */
  | { kind: 'subscription_overflow' }
  /** The connection is cut without a close frame. */
  | { kind: 'disconnect' };

export type Trouble = RequestFault | FrameFault;
export type TroubleKind = Trouble['kind'];

/** Which occasions count. Whatever is left out matches everything. */
export interface Occasion {
  accountId?: string;
  /** HTTP method, for requests. */
  method?: string;
  /** Start of the path without query, e.g. "/trade-api/v2/portfolio/events/orders". */
  path?: string;
  /** Frame type, for sockets: "fill", "orderbook_delta", ... */
  frame?: string;
  ticker?: string;
}

export type Fault = { id: number; times: number; on: Occasion } & Trouble;

export class Faults {
  private readonly standing: Fault[] = [];
  private count = 0;

  /** Orders trouble for the next `times` occasions that match. Returns it with its id. */
  add(trouble: Trouble, on: Occasion = {}, times = 1): Fault {
    const fault: Fault = { id: ++this.count, times, on, ...trouble };
    this.standing.push(fault);
    return fault;
  }

  list(): readonly Fault[] {
    return this.standing;
  }

  remove(id: number): boolean {
    const at = this.standing.findIndex((fault) => fault.id === id);
    if (at >= 0) this.standing.splice(at, 1);
    return at >= 0;
  }

  clear(): void {
    this.standing.length = 0;
  }

  /** The first standing fault of one of these kinds that matches this occasion; it is used up by one. */
  take<K extends TroubleKind>(kinds: readonly K[], occasion: Occasion): Extract<Fault, { kind: K }> | undefined {
    const fault = this.standing.find((one) => (kinds as readonly string[]).includes(one.kind) && matches(one.on, occasion));
    if (!fault) return undefined;
    fault.times--;
    if (fault.times <= 0) this.remove(fault.id);
    return fault as Extract<Fault, { kind: K }>;
  }
}

function matches(on: Occasion, occasion: Occasion): boolean {
  if (on.path !== undefined && !(occasion.path ?? '').startsWith(on.path)) return false;
  return (['accountId', 'method', 'frame', 'ticker'] as const).every((key) => on[key] === undefined || on[key] === occasion[key]);
}
