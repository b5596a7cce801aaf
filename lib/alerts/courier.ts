/**
 * Delivers the stored alerts of one channel, oldest first, one at a time. What fails is tried again and again, and holds up those behind
 * it, so that they arrive in order; after a day it is given up. An alert counts as delivered when that is stored: a crash in between
 * delivers it twice, never not at all.
 */
import type { Activity, WallTimer } from '../trading/ports/clock.ts';
import type { AlertMemory, StoredAlert } from '../trading/ports/memory.ts';
import { backoffMs } from './backoff.ts';
import type { Channel, Delivery } from './channel.ts';
import { readAlert } from './stored.ts';

/**
 * - `idle`: nothing waits · `sending` · `resting`: until `nextMs`, because of the reason or the channel's own limits
 * - `down`: until somebody changes something · `missing`: no such channel is set up; what is stored waits · `closed`
 */
export interface ChannelState {
  channel: string;
  state: 'idle' | 'sending' | 'resting' | 'down' | 'missing' | 'closed';
  /** What the last thing that went wrong was; undefined after a delivery. */
  reason: string | undefined;
  /** Wall time. */
  nextMs: number | undefined;
  deliveredMs: number | undefined;
}

export interface CourierOptions {
  channel: Channel;
  memory: AlertMemory;
  wall: WallTimer;
  /** In [0, 1). */
  random: () => number;
  activity: Activity;
}

const DAY_MS = 86_400_000;
const BATCH = 20;
const GRACE_MS = 1_000;
/** Whatever waits is asked for, due or not: an alert that rests holds up the others. */
const EVER_MS = Number.MAX_SAFE_INTEGER;

export class Courier {
  readonly #channel: Channel;
  readonly #memory: AlertMemory;
  readonly #wall: WallTimer;
  readonly #random: () => number;
  readonly #activity: Activity;
  /** Delivered, and not stored as such yet. */
  readonly #unmarked = new Set<number>();
  #round: Promise<void> | undefined;
  #isWanted = false;
  #isClosed = false;
  #isDown = false;
  #callOff: (() => void) | undefined;
  #nextMs: number | undefined;
  #reason: string | undefined;
  #deliveredMs: number | undefined;
  /** Failures of the memory in a row. */
  #memoryFailures = 0;

  constructor({ channel, memory, wall, random, activity }: CourierOptions) {
    this.#channel = channel;
    this.#memory = memory;
    this.#wall = wall;
    this.#random = random;
    this.#activity = activity;
  }

  get name(): string {
    return this.#channel.name;
  }

  state(): ChannelState {
    const state = this.#isClosed
      ? 'closed'
      : this.#isDown
        ? 'down'
        : this.#callOff !== undefined
          ? 'resting'
          : this.#round === undefined
            ? 'idle'
            : 'sending';
    const nextMs = state === 'resting' ? this.#nextMs : undefined;
    return { channel: this.name, state, reason: this.#reason, nextMs, deliveredMs: this.#deliveredMs };
  }

  /** Something may be there to deliver. */
  wake(): void {
    this.#isWanted = true;
    if (this.#round !== undefined || this.#callOff !== undefined || this.#isDown || this.#isClosed) return;
    this.#round = this.#deliverAll().finally(() => {
      this.#round = undefined;
      if (this.#isWanted) this.wake();
    });
  }

  /** A test message; where it arrives, a channel that was down is up again. */
  async sendTest(): Promise<Delivery> {
    const delivery = await this.#count(() => this.#channel.sendTest());
    if (delivery.kind === 'delivered') {
      this.#isDown = false;
      this.#reason = undefined;
      this.wake();
    }
    return delivery;
  }

  /** Gives a delivery under way a moment to end. What waits stays stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopResting();
    const callOff = this.#wall.after(GRACE_MS, () => void this.#channel.close());
    await this.#round;
    callOff();
    await this.#channel.close();
  }

  async #deliverAll(): Promise<void> {
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false;
      const waiting = await this.#remember(() => this.#memory.due(this.name, EVER_MS, BATCH));
      for (const alert of waiting ?? []) {
        if (this.#isClosed || !(await this.#settle(alert))) return;
        this.#isWanted = true;
      }
    }
  }

  /** Whether the next one may follow at once. */
  async #settle(stored: StoredAlert): Promise<boolean> {
    if (this.#unmarked.has(stored.id)) return this.#mark(stored.id);
    if (this.#wall.nowMs() - stored.createdMs >= DAY_MS) return this.#giveUpLate(stored);
    const alert = readAlert(stored.payload);
    if (alert === undefined) return this.#fail(stored, 'what is stored is no alert', undefined);
    const restMs = this.#channel.restMs();
    if (restMs > 0) return this.#rest(restMs);
    const delivery = await this.#count(() => this.#channel.deliver(alert));
    if (delivery.kind === 'delivered') {
      this.#reason = undefined;
      this.#deliveredMs = this.#wall.nowMs();
      this.#unmarked.add(stored.id);
      return this.#mark(stored.id);
    }
    this.#reason = delivery.reason;
    if (delivery.kind === 'refused') return this.#fail(stored, delivery.reason, undefined);
    if (delivery.kind === 'later') return this.#tryLater(stored, delivery.reason, delivery.afterMs);
    this.#isDown = true;
    await this.#fail(stored, delivery.reason, this.#wall.nowMs());
    return false;
  }

  async #tryLater(stored: StoredAlert, reason: string, afterMs: number | undefined): Promise<boolean> {
    const restMs = Math.max(backoffMs(stored.attempts, this.#random), afterMs ?? 0);
    const nextMs = this.#wall.nowMs() + restMs;
    if (nextMs - stored.createdMs >= DAY_MS) return this.#giveUpLate({ ...stored, reason });
    this.#rest(restMs);
    await this.#fail(stored, reason, nextMs);
    return false;
  }

  #giveUpLate({ id, reason }: StoredAlert): Promise<boolean> {
    return this.#fail({ id }, `not delivered within a day${reason === undefined ? '' : `: ${reason}`}`, undefined);
  }

  async #mark(id: number): Promise<boolean> {
    const isMarked = await this.#remember(() => this.#memory.delivered(id, this.#wall.nowMs()).then(() => true));
    if (isMarked !== true) return false;
    this.#unmarked.delete(id);
    return true;
  }

  /** `nextMs` undefined: given up. */
  async #fail({ id }: Pick<StoredAlert, 'id'>, reason: string, nextMs: number | undefined): Promise<boolean> {
    const isStored = await this.#remember(() => this.#memory.failed(id, { reason, nextMs }).then(() => true));
    return isStored === true;
  }

  /** Undefined where the memory fails: then everything rests for a while. */
  async #remember<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await this.#count(act);
      this.#memoryFailures = 0;
      return answer;
    } catch (error) {
      this.#reason = `the alerts cannot be read or written: ${error instanceof Error ? error.message : String(error)}`;
      this.#rest(backoffMs(this.#memoryFailures, this.#random));
      this.#memoryFailures += 1;
      return undefined;
    }
  }

  async #count<T>(act: () => Promise<T>): Promise<T> {
    const end = this.#activity.begin();
    try {
      return await act();
    } finally {
      end();
    }
  }

  /** Begins a rest, unless a longer one is on. */
  #rest(ms: number): false {
    const nextMs = this.#wall.nowMs() + ms;
    if (this.#isClosed || (this.#callOff !== undefined && (this.#nextMs ?? 0) >= nextMs)) return false;
    this.#stopResting();
    this.#nextMs = nextMs;
    this.#callOff = this.#wall.after(ms, () => {
      this.#callOff = undefined;
      this.wake();
    });
    return false;
  }

  #stopResting(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }
}
