/**
 * One label of one environment, and who claims it with which credentials. The credentials of a claim come into force when no other
 * claim is served with different ones, and not while positions or orders are open: until then the account goes on as it was.
 */
import { createHash } from 'node:crypto';
import type { AccountView, AccountWanted } from './contract.ts';
import { changedWhileOpen, type DeskProblem, keyConflict } from './desk-problems.ts';
import { Seat, type SeatOptions } from './desk-seat.ts';

/** An account with the end that its owner holds. */
export interface OpenAccount extends AccountView {
  /** Ends it, after what is under way has been finished. */
  stop(): Promise<void>;
}

export interface AccountSeatOptions extends Omit<SeatOptions<OpenAccount>, 'open'> {
  wanted: AccountWanted;
  open: (wanted: AccountWanted) => Promise<OpenAccount>;
}

export class AccountSeat {
  /** What is in force. */
  #wanted: AccountWanted;
  readonly #seat: Seat<OpenAccount>;
  readonly #claims = new Map<object, AccountWanted>();

  constructor(options: AccountSeatOptions) {
    this.#wanted = options.wanted;
    this.#seat = new Seat({ ...options, open: () => options.open(this.#wanted) });
  }

  get wanted(): AccountWanted {
    return this.#wanted;
  }

  account(): OpenAccount | undefined {
    return this.#seat.value();
  }

  claim(by: object, wanted: AccountWanted): void {
    this.#claims.set(by, wanted);
    this.#seat.hold(by);
    this.review();
  }

  release(by: object, lingers = true): void {
    this.#claims.delete(by);
    this.#seat.release(by, lingers);
    this.review();
  }

  isClaimedBy(by: object): boolean {
    return this.#claims.has(by);
  }

  /** Whether anybody wants it in the environment that it is in. */
  isWantedHere(): boolean {
    return this.#claims.size > this.strangers().length;
  }

  /** Those who want another environment, and are here while this account is not flat. */
  strangers(): [by: object, wanted: AccountWanted][] {
    return [...this.#claims].filter(([, { environment }]) => environment !== this.#wanted.environment);
  }

  /** Whether nothing is open. An account that is not there yet has nothing that could be. */
  isFlat(): boolean {
    const account = this.#seat.value();
    if (account === undefined) return true;
    return account.ordersUnderWay().length === 0 && !account.positions().some(({ status }) => status === 'open');
  }

  /** What this claim may use now. */
  served(by: object): OpenAccount | undefined {
    return this.#isConflict(by) ? undefined : this.#seat.value();
  }

  problem(by: object): DeskProblem | undefined {
    const wanted = this.#claims.get(by);
    if (wanted === undefined) return undefined;
    if (this.#isConflict(by)) return keyConflict(wanted);
    return this.#inForce(wanted) ? this.#seat.problem() : changedWhileOpen(wanted, this.#wanted);
  }

  /** Why there is no account, whoever asks. */
  trouble(): DeskProblem | undefined {
    return this.#seat.problem();
  }

  /** Puts other credentials into force where that is due. */
  review(): void {
    const claims = [...this.#claims.values()].filter(({ environment }) => environment === this.#wanted.environment);
    const [next] = claims;
    if (next === undefined || claims.some((wanted) => this.#inForce(wanted)) || !this.isFlat()) return;
    this.#wanted = next;
    this.#seat.renew();
  }

  /** Tries again now, where it is resting after a failure. */
  retry(): void {
    this.#seat.retry();
  }

  close(): Promise<void> {
    return this.#seat.close();
  }

  /** Another claim is served, with other credentials. */
  #isConflict(by: object): boolean {
    const wanted = this.#claims.get(by);
    if (wanted === undefined || wanted.environment !== this.#wanted.environment || this.#inForce(wanted)) return false;
    return [...this.#claims.values()].some((other) => this.#inForce(other));
  }

  #inForce(wanted: AccountWanted): boolean {
    return wanted.environment === this.#wanted.environment && fingerprint(wanted) === fingerprint(this.#wanted);
  }
}

/** Tells whether credentials are the same. Stays in this process. */
function fingerprint({ credentials }: AccountWanted): string {
  if (credentials === undefined) return '';
  return createHash('sha256').update(`${credentials.keyId}\n${credentials.privateKeyPem}`).digest('hex');
}
