import type { Subscription } from './subscription.ts';

/** What is said, before it is known to whom: the same frame goes to many subscriptions. */
export interface Frame {
  readonly type: string;
  /** The command that it answers. */
  readonly id?: number | undefined;
  /** The market that it is about. */
  readonly ticker?: string | undefined;
  /** Its `msg`, as JSON. */
  readonly body?: string | undefined;
}

/** A frame as text. One that is bound to a subscription carries its sid and, where it is numbered, takes its next `seq`. */
export function render(frame: Frame, subscription?: Subscription): string {
  let text = `{"type":"${frame.type}"`;
  if (frame.id !== undefined) text += `,"id":${frame.id}`;
  if (subscription) text += `,"sid":${subscription.sid}`;
  if (subscription && isNumbered(frame, subscription)) text += `,"seq":${subscription.nextSeq()}`;
  if (frame.body !== undefined) text += `,"msg":${frame.body}`;
  return `${text}}\n`;
}

/** The end of a subscription is numbered on every channel. */
export function isNumbered(frame: Frame, subscription: Subscription): boolean {
  return subscription.rules.isSequenced || frame.type === 'unsubscribed';
}
