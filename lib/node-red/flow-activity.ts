/**
 * Counts the messages that are on a wire of a real Node-RED, so that whoever steps the world knows when its flows are at rest. What a
 * node of ours does with a message in the same turn is counted with the hop; what it then waits for is counted by those who do it.
 */
import type { Activity } from '../trading/ports/clock.ts';
import type { RedHooks } from './red-types.ts';

const HOOK = 'postDeliver.courtside-activity';

/**
 * Counts every hop from its dispatch until the receiving node has been called. Nothing is paired, so nothing can leak: Node-RED queues
 * the delivery with setImmediate right before this hook is called, and what is queued here runs right after it, whether the receiver was
 * closed meanwhile, another hook stops the message, or the receiver throws. The answer ends the counting.
 */
export function countHops(hooks: RedHooks, activity: Activity): () => void {
  hooks.add(HOOK, (_event) => {
    setImmediate(activity.begin());
  });
  return () => hooks.remove(HOOK);
}
