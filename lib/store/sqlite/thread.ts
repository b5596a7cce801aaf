/** The main thread's end of a thread that owns a connection to the file. One that has died is started anew by the next request. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { defect, storeError, type Trouble } from '../errors.ts';
import type { AnswerOf, ArgsOf, Engine, OperationName } from '../operations.ts';
import type { Asked, ThreadOptions, Told } from './protocol.ts';

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

interface Running {
  worker: Worker;
  opened: Promise<void>;
}

export class Thread implements Engine {
  readonly #options: ThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #running: Running | undefined;
  #lastId = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  open(): Promise<void> {
    this.#running ??= this.#start();
    return this.#running.opened;
  }

  async run<Name extends OperationName>(name: Name, args: ArgsOf<Name>): Promise<AnswerOf<Name>> {
    if (this.#running === undefined) await this.open();
    // What is asked before it has opened waits in the thread's own queue of messages.
    const worker = this.#running?.worker;
    if (worker === undefined) throw storeError(this.#gone('it could not be started'));
    const answer = await new Promise<unknown>((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      try {
        post(worker, { kind: 'run', id, name, args });
      } catch (error) {
        this.#waiting.delete(id);
        reject(storeError(defect(error)));
      }
    });
    return answer as AnswerOf<Name>;
  }

  async close(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const ended = new Promise((resolve) => running.worker.once('exit', resolve));
    post(running.worker, { kind: 'close' });
    await ended;
  }

  #start(): Running {
    // Sources run as they are, and what is compiled from them lies in the same places.
    const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), { workerData: this.#options });
    const opened = new Promise<void>((resolve, reject) => {
      worker.on('message', (told: Told) => {
        if (told.kind === 'opened') resolve();
        else if (told.kind === 'not_opened') this.#end(worker, told.trouble, reject);
        else this.#answer(told);
      });
      let died: Error | undefined;
      worker.once('error', (error: Error) => {
        died = error;
      });
      worker.once('exit', () => this.#end(worker, this.#gone(died?.message ?? 'it ended'), reject));
    });
    // Whoever waits for an answer hears of it too.
    opened.catch(() => {});
    return { worker, opened };
  }

  #answer(told: Extract<Told, { id: number }>): void {
    const waiting = this.#waiting.get(told.id);
    this.#waiting.delete(told.id);
    if (told.kind === 'answer') waiting?.resolve(told.answer);
    else waiting?.reject(storeError(told.trouble));
  }

  #end(worker: Worker, trouble: Trouble, notOpened: (error: Error) => void): void {
    notOpened(storeError(trouble));
    if (this.#running?.worker !== worker) return;
    this.#running = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(storeError(trouble));
  }

  #gone(said: string): Trouble {
    const message = `the thread that works with ${this.#options.file} has ended: it is started again by itself`;
    return { code: 'STORE_UNAVAILABLE', message, said };
  }
}

function post(worker: Worker, asked: Asked): void {
  worker.postMessage(asked);
}
