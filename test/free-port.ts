import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port on loopback that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  if (typeof address !== 'object' || address === null) throw new TypeError('a listening server has a port');
  probe.close();
  await once(probe, 'close');
  return address.port;
}
