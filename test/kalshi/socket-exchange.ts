import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  type SocketCommand,
  type SubscribeCommand,
  socketCommand,
  type UpdateSubscriptionCommand,
} from '../../lib/kalshi/schema/socket.ts';
import type { SocketProblem } from '../../lib/kalshi/socket/problems.ts';
import { KalshiSocket, type KalshiSocketOptions, type SocketListener } from '../../lib/kalshi/socket/socket.ts';
import type { SocketState } from '../../lib/kalshi/socket/state.ts';
import { formatCountE2, formatPriceCC } from '../../lib/trading/money.ts';
import { VirtualClock } from './clock.ts';

/** Waits, by turns of the event loop, until something holds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

type Side = 'yes' | 'no';
export type Fault = 'drop' | 'double' | 'swap';

interface ServedSubscription {
  sid: number;
  channel: string;
  seq: number;
  markets: Set<string>;
  usesYesPrice: boolean;
}

/** A market of the scripted exchange: size in hundredths by YES price in 1/10,000 dollar. */
export class ServedMarket {
  readonly yes = new Map<number, number>();
  readonly no = new Map<number, number>();

  fingerprint(): string {
    const text = (levels: Map<number, number>, sign: number) =>
      [...levels].toSorted(([a], [b]) => sign * (a - b)).map(([price, size]) => `${price}x${size}`);
    return `${text(this.yes, -1).join(' ')} | ${text(this.no, 1).join(' ')}`;
  }
}

/** A socket exchange on loopback that keeps Kalshi's sequence rules, and breaks them when told to. */
export class SocketExchange {
  readonly commands: SocketCommand[] = [];
  readonly handshakes: IncomingMessage[] = [];
  readonly markets = new Map<string, ServedMarket>();
  /** Status to refuse handshakes with. */
  refuseWith: number | undefined;
  /** Commands for which this returns true are left unanswered. */
  ignore: (command: SocketCommand) => boolean = () => false;
  /** Answers a command in place of the exchange, when it returns true. */
  script: (command: SocketCommand) => boolean = () => false;
  /** What happens to the next sequenced frames. */
  faults: Fault[] = [];
  /** Whether commands wait for `work`, and whether the snapshots that a subscription brings wait for `deliver`. */
  isSlow = { toWork: false, toDeliver: false };
  subscriptions = new Map<string, ServedSubscription>();
  #server: WebSocketServer;
  #client: WebSocket | undefined;
  #request: IncomingMessage | undefined;
  #waitingCommands: SocketCommand[] = [];
  #waitingSnapshots: string[] = [];
  #lastSid = 0;
  #swapped: object | undefined;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (client, request) => this.#accept(client, request));
  }

  static async listen(): Promise<SocketExchange> {
    let exchange: SocketExchange | undefined;
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      verifyClient: (info, answer) => {
        exchange?.handshakes.push(info.req);
        const status = exchange?.refuseWith;
        answer(status === undefined, status);
      },
    });
    exchange = new SocketExchange(server);
    await once(server, 'listening');
    return exchange;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/trade-api/ws/v2`;
  }

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  hangUp(): void {
    this.#client?.terminate();
    this.#client = undefined;
  }

  /** Says that it closes the connection, and leaves the line open. */
  sayGoodbye(): void {
    this.#client?.pause();
    this.#request?.socket.write(Buffer.from([0x88, 0x02, 0x03, 0xe8]));
  }

  sendText(text: string): void {
    this.#client?.send(text);
  }

  send(frame: object): void {
    this.sendText(`${JSON.stringify(frame)}\n`);
  }

  ping(): void {
    this.#client?.ping('heartbeat');
  }

  /** Resolves when the client has handled everything that was sent so far, or has left. */
  async barrier(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        client.off('pong', done).off('close', done);
        resolve();
      };
      client.on('pong', done).on('close', done);
      client.ping('barrier');
    });
  }

  /** Sends a frame with the next seq of its channel's subscription, unless a fault says otherwise. */
  sequenced(channel: string, frame: object): void {
    const subscription = this.subscriptions.get(channel);
    if (subscription === undefined) return;
    const numbered = { ...frame, sid: subscription.sid, seq: ++subscription.seq };
    const fault = this.faults.shift();
    if (fault === 'swap') {
      this.#swapped = numbered;
      return;
    }
    if (fault !== 'drop') this.send(numbered);
    if (fault === 'double') this.send(numbered);
    if (this.#swapped !== undefined) this.send(this.#swapped);
    this.#swapped = undefined;
  }

  market(ticker: string): ServedMarket {
    const market = this.markets.get(ticker) ?? new ServedMarket();
    this.markets.set(ticker, market);
    return market;
  }

  /** Changes the exchange's own book and tells those who follow it. */
  change(ticker: string, side: Side, priceCC: number, deltaE2: number, extra: object = {}): void {
    const levels = this.market(ticker)[side];
    const size = (levels.get(priceCC) ?? 0) + deltaE2;
    if (size === 0) levels.delete(priceCC);
    else levels.set(priceCC, size);
    if (!this.subscriptions.get('orderbook_delta')?.markets.has(ticker)) return;
    const msg = {
      market_ticker: ticker,
      market_id: `id-${ticker}`,
      price_dollars: formatPriceCC(priceCC),
      delta_fp: formatCountE2(deltaE2),
      side,
      ts_ms: 1_795_000_000_000,
      ...extra,
    };
    this.sequenced('orderbook_delta', { type: 'orderbook_delta', msg });
  }

  /** Sends the book of a market that is subscribed. */
  snapshot(ticker: string, id?: number): void {
    const market = this.markets.get(ticker);
    if (market === undefined || !this.subscriptions.get('orderbook_delta')?.markets.has(ticker)) return;
    const text = (levels: Map<number, number>) => [...levels].map(([price, size]) => [formatPriceCC(price), formatCountE2(size)]);
    const msg = {
      market_ticker: ticker,
      market_id: `id-${ticker}`,
      ...(market.yes.size > 0 ? { yes_dollars_fp: text(market.yes) } : {}),
      ...(market.no.size > 0 ? { no_dollars_fp: text(market.no) } : {}),
    };
    this.sequenced('orderbook_delta', { type: 'orderbook_snapshot', msg, ...(id === undefined ? {} : { id }) });
  }

  /** Answers the first of the commands that wait. */
  work(): void {
    const command = this.#waitingCommands.shift();
    if (command !== undefined) this.answer(command);
  }

  /** Sends the first of the snapshots that wait. */
  deliver(): void {
    const ticker = this.#waitingSnapshots.shift();
    if (ticker !== undefined) this.snapshot(ticker);
  }

  /** Catches up with everything that waits, and lets nothing wait any more. */
  hurry(): void {
    this.isSlow = { toWork: false, toDeliver: false };
    while (this.#waitingCommands.length > 0) this.work();
    while (this.#waitingSnapshots.length > 0) this.deliver();
  }

  /** Answers a command as Kalshi does. */
  answer(command: SocketCommand): void {
    if (command.cmd === 'subscribe') this.#subscribe(command);
    else if (command.cmd === 'update_subscription') this.#update(command);
    else if (command.cmd === 'unsubscribe') {
      const isKnown = [...this.subscriptions.values()].some(({ sid }) => command.params.sids.includes(sid));
      if (!isKnown) this.send({ type: 'error', id: command.id, msg: { code: 7, msg: 'Unknown subscription ID' } });
      for (const [channel, { sid }] of this.subscriptions) {
        if (!command.params.sids.includes(sid)) continue;
        this.sequenced(channel, { type: 'unsubscribed', id: command.id });
        this.subscriptions.delete(channel);
      }
    }
  }

  #accept(client: WebSocket, request: IncomingMessage): void {
    if (request.headers['sec-websocket-extensions'] !== undefined) client.close(1002, 'no extensions wanted');
    this.#client = client;
    this.#request = request;
    this.#waitingCommands = [];
    this.#waitingSnapshots = [];
    this.subscriptions = new Map();
    this.#lastSid = 0;
    this.#swapped = undefined;
    this.faults = [];
    client.on('close', () => {
      if (this.#client === client) this.#client = undefined;
    });
    client.on('message', (data: Buffer) => {
      if (this.#client !== client) return;
      const command = socketCommand.parse(JSON.parse(data.toString()));
      this.commands.push(command);
      if (this.ignore(command) || this.script(command)) return;
      if (this.isSlow.toWork) this.#waitingCommands.push(command);
      else this.answer(command);
    });
  }

  #subscribe({ id, params }: SubscribeCommand): void {
    for (const channel of params.channels) {
      const known = this.subscriptions.get(channel);
      const tickers = params.market_tickers ?? [];
      if (known === undefined) {
        const subscription = {
          sid: ++this.#lastSid,
          channel,
          seq: 0,
          markets: new Set(tickers),
          usesYesPrice: params.use_yes_price === true,
        };
        this.subscriptions.set(channel, subscription);
        this.send({ type: 'subscribed', id, msg: { channel, sid: subscription.sid } });
      } else {
        for (const ticker of tickers) known.markets.add(ticker);
        this.sequenced(channel, { type: 'ok', id, msg: { market_tickers: [...known.markets] } });
      }
      if (channel === 'orderbook_delta') this.#greet(tickers);
    }
  }

  #update({ id, params }: UpdateSubscriptionCommand): void {
    const subscription = [...this.subscriptions.values()].find(({ sid }) => sid === params.sid);
    if (subscription === undefined) {
      this.send({ type: 'error', id, msg: { code: 7, msg: 'Unknown subscription ID' } });
      return;
    }
    const tickers = params.market_tickers ?? [];
    if (params.action === 'get_snapshot') {
      for (const ticker of tickers) this.snapshot(ticker, id);
      return;
    }
    for (const ticker of tickers) {
      if (params.action === 'add_markets') subscription.markets.add(ticker);
      else subscription.markets.delete(ticker);
    }
    this.sequenced(subscription.channel, { type: 'ok', id, msg: { market_tickers: [...subscription.markets] } });
    if (params.action === 'add_markets' && subscription.channel === 'orderbook_delta') this.#greet(tickers);
  }

  #greet(tickers: readonly string[]): void {
    if (this.isSlow.toDeliver) this.#waitingSnapshots.push(...tickers);
    else for (const ticker of tickers) this.snapshot(ticker);
  }
}

/** `add_markets A,B`, `subscribe A`, ... without ids and sids. */
export function brief(command: SocketCommand): string {
  if (command.cmd === 'subscribe') return `subscribe ${command.params.market_tickers?.join() ?? ''}`;
  if (command.cmd === 'update_subscription') return `${command.params.action} ${command.params.market_tickers?.join() ?? ''}`;
  return command.cmd;
}

export const HEADERS = { 'KALSHI-ACCESS-KEY': 'key', 'KALSHI-ACCESS-TIMESTAMP': '1', 'KALSHI-ACCESS-SIGNATURE': 'signature' };

/** A client of the scripted exchange, with all that it reports. */
export interface Client {
  socket: KalshiSocket;
  clock: VirtualClock;
  problems: SocketProblem[];
  states: SocketState[];
  codes(): string[];
}

export function connect(
  exchange: { url: string },
  options: Partial<KalshiSocketOptions> = {},
  listener: SocketListener = {},
): Client {
  const clock = new VirtualClock();
  const socket = new KalshiSocket({
    url: exchange.url,
    headers: () => Promise.resolve(HEADERS),
    marketNow: () => 1_790_000_000_000,
    clock,
    random: () => 1,
    channels: ['orderbook_delta'],
    ...options,
  });
  const client: Client = { socket, clock, problems: [], states: [], codes: () => client.problems.map(({ code }) => code) };
  socket.listen({
    ...listener,
    problem: (problem) => client.problems.push(problem),
    state: (state) => client.states.push(state),
  });
  return client;
}

/** What `connect` takes besides the exchange. */
export type ConnectOptions = Parameters<typeof connect> extends [unknown, ...infer Rest] ? Rest : never;

/** A scripted exchange with four markets, each quoted 40 to 60 cents. */
export async function listenWithMarkets(): Promise<SocketExchange> {
  const exchange = await SocketExchange.listen();
  for (const ticker of ['A', 'B', 'C', 'D']) {
    exchange.change(ticker, 'yes', 4000, 1000);
    exchange.change(ticker, 'no', 6000, 1000);
  }
  return exchange;
}

/** Follows markets, starts the client and waits until it is connected; the commands of that are forgotten. */
export async function follow(exchange: SocketExchange, client: Client, tickers: readonly string[]): Promise<void> {
  client.socket.follow(tickers);
  client.socket.start();
  await until(() => client.socket.state().kind === 'connected', 'connected');
  exchange.commands.length = 0;
}
