/** Where every call on a port passes: told what to do with it, or held until somebody decides. */

/** A failure of a port, as ports have them. */
export class PortFailure extends Error {
  readonly code: string;

  constructor(code: string, message = code) {
    super(message);
    this.code = code;
  }
}

export interface Gate {
  pass<T>(call: string, effect: () => T, subject?: unknown): Promise<T>;
}

/** `before`: nothing happened · `after`: it happened, and the answer was lost */
export interface Fault {
  when: 'before' | 'after';
  failure: Error;
}

/** Lets every call through at once, save those for which a fault was ordered. */
export class OpenGate implements Gate {
  readonly calls: string[] = [];
  readonly #faults = new Map<string, Fault[]>();
  readonly #holds = new Map<string, Promise<void>[]>();

  fail(call: string, ...faults: Fault[]): void {
    this.#faults.set(call, [...(this.#faults.get(call) ?? []), ...faults]);
  }

  /** The next call of this name that is not held yet waits, before it happens, until the answer is called. */
  hold(call: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#holds.set(call, [...(this.#holds.get(call) ?? []), promise]);
    return resolve;
  }

  /** Calls of this name so far. */
  count(call: string): number {
    return this.calls.filter((one) => one === call).length;
  }

  async pass<T>(call: string, effect: () => T): Promise<T> {
    this.calls.push(call);
    const held = this.#holds.get(call)?.shift();
    if (held !== undefined) await held;
    const fault = this.#faults.get(call)?.shift();
    if (fault?.when === 'before') throw fault.failure;
    const result = effect();
    if (fault?.when === 'after') throw fault.failure;
    return result;
  }
}

/** A call that is held: nothing has happened yet, or its answer is on the way. */
export interface HeldCall {
  call: string;
  /** What it was called with, where that matters. */
  subject: unknown;
  isDone: boolean;
  /** Lets it happen; with a fault the caller hears of the failure instead of the result. */
  happen(): void;
  answer(failure?: Error): void;
}

/** Holds every call. A gate that is shut answers nothing any more: whoever called is dead. */
export class HoldingGate implements Gate {
  readonly held: HeldCall[] = [];
  isShut = false;

  pass<T>(call: string, effect: () => T, subject?: unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.isShut) return;
      let result: { ok: true; value: T } | { ok: false; error: unknown } | undefined;
      const held: HeldCall = {
        call,
        subject,
        isDone: false,
        happen: () => {
          held.isDone = true;
          try {
            result = { ok: true, value: effect() };
          } catch (error) {
            result = { ok: false, error };
          }
        },
        answer: (failure) => {
          this.held.splice(this.held.indexOf(held), 1);
          if (this.isShut) return;
          if (failure !== undefined) reject(failure);
          else if (result?.ok === true) resolve(result.value);
          else reject(result?.error ?? new PortFailure('TEST_NOT_DONE'));
        },
      };
      this.held.push(held);
    });
  }
}
