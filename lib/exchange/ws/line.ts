/** The way of a frame from its subscription to the socket, and the troubles that can be ordered for it. */
import type { Faults, FrameFault } from '../faults.ts';
import { type Frame, isNumbered, render } from './frame.ts';
import type { Subscription } from './subscription.ts';
import type { WallTimers } from './timers.ts';

export interface Line {
  send(frame: Frame, subscription?: Subscription): void;
  /** Says nothing any more, not even pings. */
  readonly isSilent: boolean;
}

/** What a line stands on. */
export interface Wire {
  write(text: string): void;
  /** Cuts the connection without a close frame. */
  cut(): void;
  /** Ends a subscription with error 25. */
  overflow(subscription: Subscription): void;
}

export function plainLine(wire: Wire): Line {
  return { isSilent: false, send: (frame, subscription) => wire.write(render(frame, subscription)) };
}

/** A line on which each frame first meets the trouble that stands for it, at most one per frame. */
export function troubledLine(wire: Wire, faults: Faults, accountId: string, timers: WallTimers): Line {
  let isSilent = false;
  /** Frames that come after the next one. */
  let held: string[] = [];

  const write = (text: string): void => {
    if (isSilent) return;
    const late = held;
    held = [];
    wire.write(text);
    for (const each of late) wire.write(each);
  };

  return {
    get isSilent() {
      return isSilent;
    },
    send(frame, subscription) {
      const trouble = isSilent ? undefined : troubleFor(faults, accountId, frame, subscription);
      switch (trouble?.kind) {
        case undefined:
          write(render(frame, subscription));
          break;
        case 'frame_dropped':
          render(frame, subscription);
          break;
        case 'frame_doubled': {
          const text = render(frame, subscription);
          write(text);
          write(text);
          break;
        }
        case 'frame_reordered':
          held.push(render(frame, subscription));
          break;
        case 'frame_late':
        case 'delay': {
          const text = render(frame, subscription);
          timers.after(trouble.ms, () => write(text));
          break;
        }
        case 'sequence_gap':
          subscription?.nextSeq();
          write(render(frame, subscription));
          break;
        case 'subscription_overflow':
          if (subscription) wire.overflow(subscription);
          break;
        case 'silent':
          isSilent = true;
          break;
        case 'disconnect':
          wire.cut();
          break;
      }
    },
  };
}

const ANY_FRAME = ['frame_dropped', 'frame_doubled', 'frame_reordered', 'frame_late', 'silent', 'disconnect'] as const;
/** Replies that a subscription which has ended, or did nothing, can still get. */
const NEVER_OVERFLOW = ['unsubscribed', 'error'];

function troubleFor(faults: Faults, accountId: string, frame: Frame, subscription: Subscription | undefined) {
  const standing = faults.list();
  if (standing.length === 0) return undefined;
  const { type, ticker } = frame;
  const occasion = ticker === undefined ? { accountId, frame: type } : { accountId, frame: type, ticker };
  // A delay is a request's trouble unless it names a frame.
  if (standing.some((fault) => fault.kind === 'delay' && fault.on.frame === type)) {
    const delay = faults.take(['delay'], occasion);
    if (delay) return delay;
  }
  const kinds: FrameFault['kind'][] = [...ANY_FRAME];
  if (subscription && isNumbered(frame, subscription)) kinds.push('sequence_gap');
  if (subscription && !NEVER_OVERFLOW.includes(type)) kinds.push('subscription_overflow');
  return faults.take(kinds, occasion);
}
