/** A stand-in for Discord's webhooks on loopback. It holds every message to Discord's documented limits. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

export const TOKEN = 'Abc-dEf_0123456789aBcDeFgHiJkLmNoPqRsTuVwXyZ';
export const WEBHOOK_ID = '1234567890123456789';
export const WEBHOOK_URL = `https://discord.com/api/webhooks/${WEBHOOK_ID}/${TOKEN}`;

const filled = (most: number) => z.string().max(most).regex(/\S/);
const message = z.strictObject({
  content: filled(2_000).optional(),
  embeds: z
    .array(
      z.strictObject({
        author: z.strictObject({ name: filled(256) }).optional(),
        title: filled(256).optional(),
        description: filled(4_096).optional(),
        color: z.int().min(0).max(0xff_ff_ff).optional(),
        fields: z.array(z.strictObject({ name: filled(256), value: filled(1_024), inline: z.boolean().optional() })).max(25),
        footer: z.strictObject({ text: filled(2_048) }).optional(),
        timestamp: z.iso.datetime().optional(),
      }),
    )
    .max(10)
    .refine((embeds) => embeds.reduce((sum, embed) => sum + textOf(embed), 0) <= 6_000, 'more than 6000 characters together'),
  allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
});
export type Posted = z.infer<typeof message>;

interface Texts {
  author?: { name: string } | undefined;
  title?: string | undefined;
  description?: string | undefined;
  fields: { name: string; value: string }[];
  footer?: { text: string } | undefined;
}

function textOf({ author, title, description, fields, footer }: Texts): number {
  const texts = [author?.name, title, description, footer?.text, ...fields.flatMap(({ name, value }) => [name, value])];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

/** Whether Discord would take it. */
export function problemsOf(body: unknown): string[] {
  const read = message.safeParse(body);
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

export type Trouble = (response: ServerResponse, request: IncomingMessage) => void;

export class DiscordStandIn {
  /** Messages that were taken. */
  readonly posted: Posted[] = [];
  /** Requests of any outcome. */
  requests = 0;
  /** The next requests get these instead of an answer. */
  readonly troubles: Trouble[] = [];
  /** Reads the time for its limits; without it there are none. */
  nowMs: (() => number) | undefined;
  limited = 0;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #takenMs: number[] = [];

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  titles(): (string | undefined)[] {
    return this.posted.map(({ embeds }) => embeds[0]?.title);
  }

  /** Five in two seconds, thirty in a minute. */
  #isLimited(): boolean {
    if (this.nowMs === undefined) return false;
    const nowMs = this.nowMs();
    const within = (ms: number) => this.#takenMs.filter((atMs) => atMs > nowMs - ms).length;
    if (within(2_000) >= 5 || within(60_000) >= 30) {
      this.limited += 1;
      return true;
    }
    this.#takenMs.push(nowMs);
    return false;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    this.requests += 1;
    const trouble = this.troubles.shift();
    if (trouble !== undefined) {
      trouble(response, request);
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://discord.invalid');
    if (pathname !== `/api/webhooks/${WEBHOOK_ID}/${TOKEN}`)
      return reply(response, 404, { message: 'Unknown Webhook', code: 10_015 });
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') return reply(response, 405, {});
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const read = message.safeParse(body);
    if (!read.success) return reply(response, 400, { message: 'Invalid Form Body', code: 50_035, errors: problemsOf(body) });
    if (this.#isLimited())
      return reply(response, 429, { message: 'You are being rate limited.', retry_after: 0.5, global: false });
    this.posted.push(read.data);
    if (searchParams.get('wait') === 'true') reply(response, 200, { id: String(this.posted.length) });
    else response.writeHead(204).end();
  }
}

export function reply(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
