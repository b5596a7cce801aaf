/** The exchange's socket: Kalshi's `/trade-api/ws/v2` on the HTTP server that REST is served from. */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { refusedAtDoor } from '../doors.ts';
import type { Account, ApiKey } from '../engine/state.ts';
import { type Rejection, rendered, unknownRoute } from '../rest/rejection.ts';
import type { ServerContext } from '../server.ts';
import { Audience } from './audience.ts';
import { Broadcast } from './broadcast.ts';
import { SOCKET_LIMITS, type SocketLimits } from './limits.ts';
import { Session } from './session.ts';
import { TickerBoard } from './ticker-board.ts';
import { systemTimers, type WallTimers } from './timers.ts';

export interface SocketServerOptions {
  limits?: Partial<SocketLimits>;
  /** Real time's timers: heartbeats, and frames that come late on request. */
  timers?: WallTimers;
}

export interface SocketServer {
  /** Connections that are open now. */
  readonly connections: number;
  /** Cuts every connection, and takes no more. */
  close(): void;
}

const PATH = '/trade-api/ws/v2';

/** Serves the socket of a night on `server`'s upgrade requests; every other upgrade is answered with 404. */
export function attachSocketServer(server: Server, context: ServerContext, options: SocketServerOptions = {}): SocketServer {
  const { night, auth, faults, wallMs } = context;
  const limits = { ...SOCKET_LIMITS, ...options.limits };
  const timers = options.timers ?? systemTimers;
  const board = new TickerBoard();
  const audience = new Audience();
  const floor = { night, audience, board };
  const broadcast = new Broadcast(night.exchange.state, audience, board);
  const sessions = new Set<Session>();
  const acceptor = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: limits.commandBytes,
  });

  const admit = (request: IncomingMessage): { account: Account; key: ApiKey } | Rejection => {
    const stopped = refusedAtDoor(request);
    if (stopped) return stopped;
    if (pathOf(request) !== PATH) return unknownRoute();
    const { headers } = request;
    const authentication = auth.authenticate({ method: 'GET', path: PATH, headers });
    return authentication.ok ? authentication : authentication.rejection;
  };

  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const member = admit(request);
    if ('status' in member) {
      turnAway(stream, member, wallMs());
      return;
    }
    acceptor.handleUpgrade(request, stream, head, (ws) => {
      const wiring = { ws, stream, faults, limits, timers, wallMs };
      sessions.add(new Session(member, floor, wiring, (session) => sessions.delete(session)));
    });
  };

  server.on('upgrade', upgrade);
  const stopListening = night.listen((events) => broadcast.tell(events));
  const stopBeating = timers.every(limits.heartbeatMs, () => {
    for (const session of sessions) session.beat();
  });

  return {
    get connections() {
      return sessions.size;
    },
    close() {
      server.off('upgrade', upgrade);
      stopListening();
      stopBeating();
      for (const session of sessions) session.cut();
      acceptor.close();
    },
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

/** Answers an upgrade request that does not come in with an ordinary HTTP answer. */
function turnAway(stream: Duplex, rejection: Rejection, wallMs: number): void {
  const { contentType, text } = rendered(rejection);
  const head = [
    `HTTP/1.1 ${rejection.status} ${STATUS_CODES[rejection.status]}`,
    `Date: ${new Date(wallMs).toUTCString()}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  stream.on('error', () => stream.destroy());
  stream.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => stream.destroy());
}
