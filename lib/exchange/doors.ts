/**
 * The guard of every door of the exchange. It listens on loopback, where any web page that a browser on this machine opens
 * could send requests; those carry a foreign Host (DNS rebinding) or a foreign Origin and are turned away.
 */
import type { IncomingMessage } from 'node:http';
import { nested, type Rejection } from './rest/rejection.ts';

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const REASON = 'the practice exchange answers only to programs on this machine: foreign Host or Origin header';

/** Why a request or socket upgrade must not come in, or undefined. */
export function refusedAtDoor(request: IncomingMessage): Rejection | undefined {
  const port = request.socket.localPort;
  const own = NAMES.map((name) => `${name}:${port}`);
  const { host, origin } = request.headers;
  const isOwnHost = host !== undefined && own.includes(host.toLowerCase());
  const isOwnOrigin = origin === undefined || own.some((name) => origin.toLowerCase() === `http://${name}`);
  return isOwnHost && isOwnOrigin ? undefined : nested(403, 'forbidden', REASON);
}
