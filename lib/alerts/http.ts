/** Posting JSON, with undici. */
import { Agent, request } from 'undici';

export interface HttpAnswer {
  status: number;
  header(name: string): string | undefined;
  /** The body, as far as it is read. */
  text: string;
}

export interface Http {
  /** Sends once, follows nothing. Rejects where no whole answer came, and when the signal says so. */
  post(url: string, body: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

const MOST_BYTES = 64 * 1024;

export function createHttp(): Http {
  // Time limits come with the signal.
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: 1 });
  let closing: Promise<void> | undefined;
  return {
    async post(url, body, signal) {
      const headers = { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'Courtside' };
      const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher: agent });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MOST_BYTES) break;
        chunks.push(chunk);
      }
      return {
        status: answer.statusCode,
        header(name) {
          const value = answer.headers[name];
          return Array.isArray(value) ? value[0] : value;
        },
        text: Buffer.concat(chunks).toString('utf8'),
      };
    },
    close() {
      closing ??= agent.destroy();
      return closing;
    },
  };
}
