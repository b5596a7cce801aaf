/** Alerts are stored first, for every channel; then each channel delivers its own, at least once. */
import type { Activity, WallTimer } from '../trading/ports/clock.ts';
import type { AlertMemory } from '../trading/ports/memory.ts';
import type { Alert, Outbox } from '../trading/ports/outbox.ts';
import type { Channel, Delivery } from './channel.ts';
import { type ChannelState, Courier } from './courier.ts';

export interface OutboxOptions {
  memory: AlertMemory;
  /** None: alerts are stored for `STANDARD_CHANNEL`, and go out when it is set up within a day. */
  channels: readonly Channel[];
  /** Waiting, ages and what is stored go by it. */
  wall: WallTimer;
  activity: Activity;
  /** In [0, 1); spreads repetitions. */
  random?: (() => number) | undefined;
}

export interface OpenOutbox extends Outbox {
  /** Begins to deliver, with what a former process has left. */
  start(): void;
  /** Ends deliveries in order; what waits stays stored. */
  close(): Promise<void>;
  state(): ChannelState[];
  /** Sends a test message to one channel, past the queue. Undefined: there is no such channel. */
  sendTest(channel: string): Promise<Delivery | undefined>;
}

export const STANDARD_CHANNEL = 'discord';

export function openOutbox({ memory, channels, wall, activity, random = Math.random }: OutboxOptions): OpenOutbox {
  const couriers = channels.map((channel) => new Courier({ channel, memory, wall, random, activity }));
  const names = couriers.length === 0 ? [STANDARD_CHANNEL] : couriers.map(({ name }) => name);
  let isStarted = false;
  let isClosed = false;

  return {
    /** Rejects with a MemoryFailure where it could not be stored for every channel. */
    async post(alert: Alert) {
      const end = activity.begin();
      try {
        const { key, accountId, kind } = alert;
        const stored = names.map((channel) =>
          memory.enqueue({ key, accountId, kind, channel, payload: alert, atMs: wall.nowMs() }),
        );
        await Promise.all(stored);
      } finally {
        end();
      }
      if (isStarted) for (const courier of couriers) courier.wake();
    },
    start() {
      isStarted = true;
      for (const courier of couriers) courier.wake();
    },
    async close() {
      isClosed = true;
      await Promise.all(couriers.map((courier) => courier.close()));
    },
    state() {
      if (couriers.length > 0) return couriers.map((courier) => courier.state());
      const reason = 'no channel for alerts is set up; they are kept for a day';
      return [
        { channel: STANDARD_CHANNEL, state: isClosed ? 'closed' : 'missing', reason, nextMs: undefined, deliveredMs: undefined },
      ];
    },
    async sendTest(name) {
      return couriers.find((courier) => courier.name === name)?.sendTest();
    },
  };
}
