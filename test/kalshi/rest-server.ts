/** A loopback HTTP server that answers what a test tells it to and remembers what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
  /** Which connection it came over, counted from 1. */
  connection: number;
}

export type Answer = (request: SeenRequest, response: ServerResponse, socket: Socket) => void;

export class RestServer {
  readonly seen: SeenRequest[] = [];
  answer: Answer;
  readonly #server: Server;
  readonly #arrivals: { count: number; resolve: () => void }[] = [];
  #connections = 0;

  constructor(answer: Answer = sendJson(200, {})) {
    this.answer = answer;
    const numbers = new WeakMap<Socket, number>();
    this.#server = createServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => {
        const url = new URL(message.url ?? '', 'http://exchange');
        const request = {
          method: message.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          headers: message.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          connection: numbers.get(message.socket) ?? 0,
        };
        this.seen.push(request);
        for (const arrival of this.#arrivals) if (this.seen.length >= arrival.count) arrival.resolve();
        this.answer(request, response, message.socket);
      });
    });
    this.#server.on('connection', (socket) => numbers.set(socket, ++this.#connections));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get baseUrl(): string {
    return `${this.origin}/trade-api/v2`;
  }

  get connections(): number {
    return this.#connections;
  }

  get last(): SeenRequest {
    const request = this.seen.at(-1);
    if (request === undefined) throw new Error('the server was asked nothing');
    return request;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** Resolves when `count` requests in all have arrived. */
  async arrived(count: number): Promise<void> {
    if (this.seen.length >= count) return;
    await new Promise<void>((resolve) => {
      this.#arrivals.push({ count, resolve });
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export function sendJson(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

export function sendText(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** One answer after the other; the last one stays. */
export function inTurn(...answers: Answer[]): Answer {
  let asked = 0;
  return (...args) => answers[Math.min(asked++, answers.length - 1)]?.(...args);
}

/** Takes the request and never answers. */
export const silence: Answer = () => {};

/** Takes the request and hangs up. */
export const hangUp: Answer = (_request, _response, socket) => {
  socket.destroy();
};
