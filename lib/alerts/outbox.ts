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
const MISSING = 'no channel for alerts is set up; they are kept for a day';
const LOOK_MS = 3_600_000;

export function openOutbox({ memory, channels, wall, activity, random = Math.random }: OutboxOptions): OpenOutbox {
  const isMissing = channels.length === 0;
  const couriers = (isMissing ? [noChannel()] : channels).map(
    (channel) => new Courier({ channel, memory, wall, random, activity }),
  );
  let isStarted = false;

  return {
    /** Rejects with a MemoryFailure where it could not be stored for every channel. */
    async post(alert: Alert) {
      const end = activity.begin();
      try {
        const { key, accountId, kind } = alert;
        const stored = couriers.map(({ name: channel }) =>
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
      await Promise.all(couriers.map((courier) => courier.close()));
    },
    state() {
      const states = couriers.map((courier) => courier.state());
      return isMissing ? states.map(missingState) : states;
    },
    async sendTest(name) {
      return isMissing ? undefined : couriers.find((courier) => courier.name === name)?.sendTest();
    },
  };
}

/** Always at rest: its courier only looks now and then for what has waited a day, and gives it up. */
function noChannel(): Channel {
  const nowhere = async (): Promise<Delivery> => ({ kind: 'down', reason: MISSING });
  return { name: STANDARD_CHANNEL, restMs: () => LOOK_MS, deliver: nowhere, sendTest: nowhere, close: async () => {} };
}

function missingState({ channel, state, deliveredMs }: ChannelState): ChannelState {
  return { channel, state: state === 'closed' ? state : 'missing', reason: MISSING, nextMs: undefined, deliveredMs };
}
