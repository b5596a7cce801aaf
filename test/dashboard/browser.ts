/** A browser's ports under virtual time: readings and streams are answered when a test says so. */
import type { EventLine } from '../../dashboard/shared/link.ts';
import type { StorePorts } from '../../dashboard/shared/store.ts';
import { VirtualClock } from '../kalshi/clock.ts';

interface Reading {
  path: string;
  answer(body: unknown, ok?: boolean): Promise<void>;
  break(): Promise<void>;
}

/** An event stream in the hands of a test. */
export class Line implements EventLine {
  readyState = 0;
  readonly path: string;
  readonly #listeners = new Map<string, ((event: { data?: unknown }) => void)[]>();

  constructor(path: string) {
    this.path = path;
  }

  get isOpen(): boolean {
    return this.readyState !== 2;
  }

  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  close(): void {
    this.readyState = 2;
  }

  say(type: string, data?: unknown): void {
    if (this.isOpen) this.readyState = 1;
    for (const listener of this.#listeners.get(type) ?? []) listener({ data: data === undefined ? '' : JSON.stringify(data) });
  }

  /** `isRefused`: the browser will not try again. */
  fail(isRefused = false): void {
    this.readyState = isRefused ? 2 : 0;
    for (const listener of this.#listeners.get('error') ?? []) listener({});
  }
}

export class FakeBrowser implements StorePorts {
  readonly clock = new VirtualClock();
  readonly readings: Reading[] = [];
  readonly lines: Line[] = [];
  readonly sent: { method: string; path: string; key: string; body: unknown }[] = [];
  readonly memory = new Map<string, string>();
  /** How the next requests are answered; null: not at all. */
  answer: { status: number; body: unknown } | null = { status: 200, body: { done: true, code: null, message: 'Done.' } };
  aheadMs = 0;
  #keys = 0;

  read(path: string): Promise<{ ok: boolean; body: unknown; serverMs: number | null }> {
    return new Promise((resolve, reject) => {
      const serverMs = this.clock.nowMs() - this.aheadMs;
      this.readings.push({
        path,
        answer: (body, ok = true) => settled(() => resolve({ ok, body, serverMs })),
        break: () => settled(() => reject(new Error('no answer'))),
      });
    });
  }

  openEvents(path: string): EventLine {
    const line = new Line(path);
    this.lines.push(line);
    return line;
  }

  send(request: { method: string; path: string; key: string; body: unknown }): Promise<{ status: number; body: unknown }> {
    this.sent.push(request);
    return this.answer ? Promise.resolve(this.answer) : Promise.reject(new Error('no answer'));
  }

  newKey(): string {
    this.#keys += 1;
    return `key-${this.#keys}`;
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  later(ms: number, call: () => void): () => void {
    return this.clock.after(ms, call);
  }

  every(ms: number, call: () => void): () => void {
    let stop = () => {};
    const again = () => {
      stop = this.clock.after(ms, () => {
        call();
        again();
      });
    };
    again();
    return () => stop();
  }

  recall(name: string): string | null {
    return this.memory.get(name) ?? null;
  }

  remember(name: string, value: string): void {
    this.memory.set(name, value);
  }

  /** The last reading of such a path that nobody has answered yet. */
  asked(path: string): Reading {
    const index = this.readings.findLastIndex((reading) => reading.path.startsWith(path));
    const [reading] = index === -1 ? [] : this.readings.splice(index, 1);
    if (!reading) throw new Error(`nobody asks for ${path}`);
    return reading;
  }

  get line(): Line {
    const line = this.lines.at(-1);
    if (!line) throw new Error('no stream was opened');
    return line;
  }
}

/** Lets everything that waits for an answer go on. */
async function settled(answer: () => void): Promise<void> {
  answer();
  await new Promise((resolve) => setImmediate(resolve));
}
