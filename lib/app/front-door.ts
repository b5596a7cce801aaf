/**
 * The one door of the program: a loopback HTTP server that lets nothing through which a foreign page could have sent, and hands the rest
 * to whoever it is for.
 */
import { createServer, type IncomingMessage, type RequestListener, Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { securityHeaders } from '../web/security-headers.ts';
import { AppError } from './errors.ts';

/** Why a request may not come in, or undefined. */
export type Guard = (request: IncomingMessage) => { code: string; message: string } | undefined;

export interface FrontDoorOptions {
  host: string;
  port: number;
  guard: Guard;
  /** Answers what it knows, and says whether it did. */
  own: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface FrontDoor {
  /** A server that never listens: what is attached to it (Node-RED, the dashboard's socket) gets what has passed the guard. */
  readonly inner: Server;
  /** Begins to listen; resolves with where. What is not the program's own waits to be let in. Throws `APP_PORT_TAKEN`. */
  listen(): Promise<{ url: string; port: number }>;
  /**
   * From now on requests come to `inner`, first those that have waited: to be called when all who belong there are attached, for whoever
   * is not there yet leaves its requests to others.
   */
  letIn(): void;
  /** Cuts every connection, sockets that were handed on too, and frees the port. */
  close(): Promise<void>;
}

export function openFrontDoor(options: FrontDoorOptions, rest: RequestListener): FrontDoor {
  const inner = new Server(rest);
  let waiting: (() => void)[] | undefined = [];
  const inTime = (hand: () => void) => (waiting === undefined ? hand() : waiting.push(hand));
  const server = createServer((request, response) => {
    const refusal = options.guard(request);
    if (refusal !== undefined) {
      response.writeHead(403, { ...securityHeaders('own'), 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(refusal));
      return;
    }
    if (!options.own(request, response)) inTime(() => inner.emit('request', request, response));
  });
  /** The server forgets a connection that was upgraded, and waits for its end all the same. */
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A socket that breaks before anybody took it over must not end the program.
    socket.on('error', () => socket.destroy());
    if (options.guard(request) !== undefined) refuse(socket, '403 Forbidden');
    else inTime(() => handUpgrade(inner, request, socket, head));
  });
  return {
    inner,
    listen: () => listen(server, options),
    letIn() {
      const first = waiting ?? [];
      waiting = undefined;
      for (const hand of first) hand();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function handUpgrade(inner: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (inner.listenerCount('upgrade') === 0) {
    refuse(socket, '403 Forbidden');
    return;
  }
  try {
    inner.emit('upgrade', request, socket, head);
  } catch {
    // Node-RED throws at an address that it cannot take apart, and nobody above it would catch that.
    refuse(socket, '400 Bad Request');
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
}

function listen(server: Server, { host, port }: FrontDoorOptions): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const words =
        cause.code === 'EADDRINUSE'
          ? 'is taken by another program: choose another with PORT'
          : `cannot be had (${cause.message})`;
      reject(new AppError('APP_PORT_TAKEN', `port ${port} ${words}`, { cause }));
    });
    server.listen(port, host, () => {
      const { port: had } = server.address() as AddressInfo;
      const name = host.includes(':') ? `[${host}]` : host;
      resolve({ url: `http://${name}:${had}`, port: had });
    });
  });
}
