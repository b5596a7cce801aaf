import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Faults } from '../faults.ts';
import type { SocketLimits } from './limits.ts';
import { type Line, plainLine, troubledLine, type Wire } from './line.ts';
import type { Subscription } from './subscription.ts';
import type { WallTimers } from './timers.ts';

export interface ConnectionOptions {
  ws: WebSocket;
  /** The stream below `ws`. */
  stream: Duplex;
  accountId: string;
  faults: Faults | undefined;
  limits: SocketLimits;
  timers: WallTimers;
  /** Real time, epoch ms. */
  wallMs: () => number;
}

/** What a connection reports to the session on it. */
export interface ConnectionEvents {
  /** One text from the client; undefined for what is no text. */
  received(text: string | undefined): void;
  /** The client sends more commands than it may. */
  flooded(text: string | undefined): void;
  /** More lies unsent than a subscription may leave behind. */
  congested(): void;
  /** A test has ordered that this subscription ends as if its buffer were full. */
  overflow(subscription: Subscription): void;
  closed(): void;
}

const HEARTBEAT = 'heartbeat';
const SECOND_MS = 1000;
/** No frame waits behind more than this for the end of a turn. */
const PIECE_BYTES = 65_536;

/** One client's socket: what is sent to it, its heartbeat, and the bounds it is held to. */
export class Connection {
  readonly line: Line;
  private readonly options: ConnectionOptions;
  private readonly events: ConnectionEvents;
  private isCorked = false;
  private unanswered = 0;
  private commandsSinceMs = Number.NEGATIVE_INFINITY;
  private commands = 0;

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.options = options;
    this.events = events;
    const { ws, faults, accountId, timers } = options;
    const wire: Wire = {
      write: (text) => this.write(text),
      cut: () => this.cut(),
      overflow: (subscription) => events.overflow(subscription),
    };
    this.line = faults ? troubledLine(wire, faults, accountId, timers) : plainLine(wire);
    ws.on('message', (data, isBinary) => this.receive(isBinary || !Buffer.isBuffer(data) ? undefined : data.toString()));
    ws.on('ping', (data) => {
      if (!this.line.isSilent) ws.pong(data);
    });
    ws.on('pong', () => {
      this.unanswered = 0;
    });
    // What breaks a connection also closes it.
    ws.on('error', () => undefined);
    ws.on('close', () => events.closed());
  }

  /** To be called once per heartbeat: pings, and drops a client that no longer answers. */
  beat(): void {
    if (this.line.isSilent) return;
    if (this.unanswered >= this.options.limits.missedPongs) {
      this.cut();
      return;
    }
    this.unanswered++;
    this.options.ws.ping(HEARTBEAT);
  }

  cut(): void {
    this.options.ws.terminate();
  }

  private receive(text: string | undefined): void {
    const { ws, wallMs } = this.options;
    // What a cut connection has left behind is not carried out.
    if (ws.readyState !== ws.OPEN) return;
    const nowMs = wallMs();
    if (nowMs - this.commandsSinceMs >= SECOND_MS) {
      this.commandsSinceMs = nowMs;
      this.commands = 0;
    }
    this.commands++;
    if (this.commands > this.options.limits.commandsPerSecond) this.events.flooded(text);
    else this.events.received(text);
  }

  /** What one turn of the event loop has to say goes to the system in few, large pieces. */
  private write(text: string): void {
    const { ws, stream } = this.options;
    if (ws.readyState !== ws.OPEN) return;
    if (!this.isCorked) {
      this.isCorked = true;
      stream.cork();
      process.nextTick(() => this.flush());
    }
    ws.send(text);
    if (stream.writableLength < PIECE_BYTES) return;
    stream.uncork();
    stream.cork();
  }

  private flush(): void {
    const { ws, stream, limits } = this.options;
    this.isCorked = false;
    stream.uncork();
    if (ws.bufferedAmount > limits.cutBytes) this.cut();
    else if (ws.bufferedAmount > limits.overflowBytes) this.events.congested();
  }
}
