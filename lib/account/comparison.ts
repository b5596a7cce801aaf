/**
 * When an account is compared with the exchange: one run at a time, anew after each loss of the connection, and soon again while a run
 * has failed or found what it could not mend. Until one agrees, entries wait.
 */
import type { AccountBooks, Reconcile } from './account-books.ts';
import { backoffMs } from './backoff.ts';
import type { ReconcileRun } from './contract.ts';
import { type Ground, logLine, underWay } from './ground.ts';
import type { Purse } from './purse.ts';
import { failureOf, type Refusal } from './refusals.ts';
import type { Settlements } from './settlements.ts';

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

export interface ComparisonParts {
  ground: Ground;
  settlements: Settlements;
  purse: Purse;
  door: AccountBooks;
  reconcile: Reconcile;
  changed: () => void;
}

export class Comparison {
  readonly #parts: ComparisonParts;
  #last: ReconcileRun | undefined;
  #running: Promise<ReconcileRun> | undefined;
  /** Something may have been missed since the last agreement. */
  #isDue = false;
  /** Counts the losses of the connection: a run that began before one says nothing about what was missed in it. */
  #losses = 0;
  #tries = 0;
  #callOff: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: ComparisonParts) {
    this.#parts = parts;
  }

  last(): ReconcileRun | undefined {
    return this.#last;
  }

  isDue(): boolean {
    return this.#isDue;
  }

  /** The connection is lost: frames may be missed from now on. */
  lost(): void {
    this.#isDue = true;
    this.#losses += 1;
  }

  /** One at a time: whoever asks while one runs is told its result. Never throws. */
  run(cause: ReconcileRun['cause']): Promise<ReconcileRun> {
    this.#running ??= underWay(this.#parts.ground, () => this.#run(cause)).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Resolves with the first run; what it leaves to be done is tried again by itself until a run agrees. */
  async untilAgreed(cause: ReconcileRun['cause']): Promise<ReconcileRun> {
    // One that is under way may have read before what was missed could be.
    if (cause === 'reconnect') await this.#running;
    const run = await this.run(cause);
    this.#callOff?.();
    this.#callOff = undefined;
    if (run.agreed) this.#tries = 0;
    else if (!this.#isClosed) this.#again();
    return run;
  }

  /** Why entries have to wait. */
  blocks(): Refusal[] {
    const blocks: Refusal[] = [];
    if (this.#isDue) blocks.push({ code: 'RECONCILE_DUE', reason: 'connected again, comparing with the exchange' });
    const why = this.#last === undefined ? undefined : whyNotAgreed(this.#last);
    if (why !== undefined) blocks.push(why);
    return blocks;
  }

  close(): void {
    this.#isClosed = true;
    this.#callOff?.();
  }

  #again(): void {
    const { ground } = this.#parts;
    this.#callOff = ground.wall.after(backoffMs(this.#tries++, FIRST_RETRY_MS, LONGEST_RETRY_MS), () => {
      this.#callOff = undefined;
      void this.untilAgreed('schedule');
    });
  }

  async #run(cause: ReconcileRun['cause']): Promise<ReconcileRun> {
    const { ground, settlements, purse, door, reconcile } = this.#parts;
    const losses = this.#losses;
    let run: ReconcileRun;
    try {
      await settlements.read();
      run = await reconcile(door, cause);
      purse.want();
    } catch (error) {
      run = { agreed: false, cause, atMs: ground.clock.nowMs(), findings: [], repairs: [], failure: failureOf(error) };
    }
    this.#last = run;
    const why = whyNotAgreed(run);
    if (why === undefined && losses === this.#losses) this.#isDue = false;
    for (const repair of run.repairs) logLine(ground, 'warning', 'trade', `Repaired: ${repair}`, { cause });
    if (why !== undefined)
      logLine(ground, 'error', 'system', why.reason, { cause, findings: run.findings, code: run.failure?.code });
    ground.audience.tell((listener) => listener.reconciled?.(run));
    this.#parts.changed();
    return run;
  }
}

/** Undefined where memory and exchange agree. */
export function whyNotAgreed({ agreed, findings, failure }: ReconcileRun): Refusal | undefined {
  if (failure !== undefined) return { code: failure.code, reason: `not compared with the exchange: ${failure.message}` };
  if (agreed) return undefined;
  return { code: 'RECONCILE_DISAGREED', reason: `memory and exchange disagree: ${findings[0] ?? 'no details'}` };
}
