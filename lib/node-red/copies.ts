import type { FlowMessage } from './contract.ts';

type Send = (port: number, message: FlowMessage) => void;

/**
 * Sends what comes of one message, from the second on as a copy: they have parts of that message in common, and whoever gets the one may
 * change it.
 */
export function sendingCopies(send: Send, copyOf: (message: FlowMessage) => FlowMessage): Send {
  let isFirst = true;
  return (port, message) => {
    send(port, isFirst ? message : copyOf(message));
    isFirst = false;
  };
}
