/** The practice exchange's front: one HTTP server on loopback for REST, the practice API and the socket upgrade. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Auth, createAuth } from './auth.ts';
import { ExchangeError } from './errors.ts';
import type { Faults } from './faults.ts';
import type { Night } from './night.ts';
import { answerRequests } from './rest/answer.ts';

/** What serves beside REST (the socket server) is given to work with. */
export interface ServerContext {
  night: Night;
  auth: Auth;
  /** Undefined where faults are not allowed. */
  faults: Faults | undefined;
  /** Real time, epoch ms. */
  wallMs: () => number;
}

export interface ExchangeServerOptions {
  night: Night;
  /** Given: trouble can be ordered, by this object and by the practice API. */
  faults?: Faults;
  /** 0 takes any free one. */
  port: number;
  host?: string;
  wallMs: () => number;
  /** Adds to the server before it listens; attaches to its `upgrade` event. */
  attach?: (server: Server, context: ServerContext) => { close(): void };
}

export interface ExchangeServer {
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
  /** Ends in "/trade-api/v2". */
  readonly rest: string;
  /** Ends in "/trade-api/ws/v2". */
  readonly ws: string;
  readonly port: number;
  /** Cuts all connections and frees the port. */
  close(): Promise<void>;
}

const KEEP_ALIVE_MS = 300_000;

/** Starts to serve a night. Throws `EXCHANGE_PORT_TAKEN`. */
export async function startExchangeServer(options: ExchangeServerOptions): Promise<ExchangeServer> {
  const { night, faults, wallMs, host = '127.0.0.1' } = options;
  const context: ServerContext = { night, faults, wallMs, auth: createAuth({ night, wallMs }) };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, answerRequests(context));
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const attached = options.attach?.(server, context);
  try {
    await listen(server, options.port, host);
  } catch (cause) {
    attached?.close();
    throw cause;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    rest: `${url}/trade-api/v2`,
    ws: `ws://127.0.0.1:${port}/trade-api/ws/v2`,
    port,
    close() {
      attached?.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!isTaken) throw cause;
    const text = `port ${port} is taken: another program, or another practice exchange, listens on it`;
    throw new ExchangeError('EXCHANGE_PORT_TAKEN', text, { cause });
  }
}
