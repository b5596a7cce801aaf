/** A desk on scripted ports: accounts and feeds open when and as the test says. */
import type { AccountListener, AccountState, AccountWanted, Attachment } from '../../lib/account/contract.ts';
import { createDesk, type OpenAccount, type OpenDesk } from '../../lib/account/desk.ts';
import { type OpenFeed, openFeed } from '../../lib/account/feed.ts';
import type { PositionRow } from '../../lib/trading/ports/memory.ts';
import type { Alert } from '../../lib/trading/ports/outbox.ts';
import type { Environment } from '../../lib/trading/ports/venue.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { CountedWork, ScriptedData, ScriptedMemory, ScriptedScores } from './feed-stage.ts';

function unused(): never {
  throw new Error('the desk has no business with this');
}

/** An account as the desk sees it: what it holds, and whether it was stopped. */
export class ScriptedAccount implements OpenAccount {
  readonly id: string;
  readonly label: string;
  readonly environment: Environment;
  readonly keyId: string | undefined;
  isStopped = false;
  held: string[] = [];
  underWay: string[] = [];
  /** What stopping has to wait for. */
  gate: Promise<void> = Promise.resolve();
  readonly #listeners = new Set<AccountListener>();

  constructor({ environment, label, credentials }: AccountWanted, id: string) {
    this.id = id;
    this.label = label;
    this.environment = environment;
    this.keyId = credentials?.keyId;
  }

  state(): AccountState {
    return { status: 'armed', reason: '', code: undefined };
  }

  listen(listener: AccountListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What it holds or has under way has changed. */
  change(held: string[], underWay: string[] = []): void {
    this.held = held;
    this.underWay = underWay;
    for (const listener of this.#listeners) listener.changed?.();
  }

  positions(): readonly PositionRow[] {
    const rows = [
      ...this.held.map((ticker) => ({ ticker, status: 'open' as const })),
      { ticker: 'OLD', status: 'closed' as const },
    ];
    return rows.map(({ ticker, status }) => ({
      id: ticker,
      accountId: this.id,
      ruleId: 'rule',
      ticker,
      eventTicker: ticker,
      round: 0,
      status,
      open: undefined,
      openedMs: 0,
      closedMs: undefined,
    }));
  }

  ordersUnderWay() {
    return this.underWay.map((ticker) => ({
      clientOrderId: ticker,
      ticker,
      leg: 'entry' as const,
      state: 'sent',
      atMs: 0,
      reason: undefined,
    }));
  }

  async stop(): Promise<void> {
    await this.gate;
    this.isStopped = true;
  }

  tally = unused;
  sizeCaps = unused;
  lots = unused;
  ruleState = unused;
  keepRuleState = unused;
  note = unused;
  decisions = unused;
  raise = unused;
  preview = unused;
  submit = unused;
  money = unused;
  limits = unused;
  trips = unused;
  lastRun = unused;
  setEntries = unused;
  setLimits = unused;
  close = unused;
  closeAll = unused;
  reset = unused;
  trip = unused;
  reconcile = unused;
}

export class DeskStage {
  readonly wall = new VirtualClock();
  readonly clock = new VirtualClock();
  readonly activity = new CountedWork();
  readonly accounts: ScriptedAccount[] = [];
  readonly feeds: { environment: Environment; data: ScriptedData; feed: OpenFeed; held: () => Iterable<string> }[] = [];
  /** In the order in which they ended. */
  readonly ended: string[] = [];
  readonly defects: unknown[] = [];
  readonly posted: Alert[] = [];
  /** What opening is to fail with. */
  failing: { feed?: Error; account?: Error } = {};
  /** The key that the exchange does not know. */
  refused: string | undefined;
  /** What opening an account has to wait for. */
  gate: Promise<void> = Promise.resolve();
  readonly desk: OpenDesk;

  constructor() {
    this.desk = createDesk({
      started: 'practice',
      ports: {
        openFeed: (environment, held) => this.#openFeed(environment, held),
        openAccount: (wanted) => this.#openAccount(wanted),
      },
      outbox: { post: async (alert) => void this.posted.push(alert) },
      wall: this.wall,
      activity: this.activity,
      onDefect: (cause) => this.defects.push(cause),
    });
  }

  attach(change: Partial<AccountWanted> & { keyId?: string } = {}): Attachment {
    const { keyId, ...rest } = change;
    const credentials = keyId === undefined ? undefined : { keyId, privateKeyPem: `pem of ${keyId}` };
    return this.desk.attach({ environment: 'practice', scope: 'one', label: 'main', credentials, ...rest });
  }

  /** Attached, and open. */
  async open(change: Partial<AccountWanted> & { keyId?: string } = {}): Promise<Attachment> {
    const attachment = this.attach(change);
    await this.rest();
    return attachment;
  }

  live(label = 'main'): ScriptedAccount[] {
    return this.accounts.filter((account) => account.label === label && !account.isStopped);
  }

  /** The only account that is open under the label. */
  only(label = 'main'): ScriptedAccount {
    const [account, ...others] = this.live(label);
    if (account === undefined || others.length > 0)
      throw new Error(`${others.length + (account === undefined ? 0 : 1)} accounts are open`);
    return account;
  }

  async rest(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.activity.count > 0);
  }

  async pass(ms: number): Promise<void> {
    this.wall.advance(ms);
    await this.rest();
  }

  async #openFeed(environment: Environment, held: () => Iterable<string>): Promise<OpenFeed> {
    if (this.failing.feed !== undefined) throw this.failing.feed;
    const data = new ScriptedData();
    const feed = await openFeed({
      key: environment,
      environment,
      data,
      scores: new ScriptedScores(),
      memory: new ScriptedMemory(),
      clock: this.clock,
      wall: this.wall,
      activity: this.activity,
      held,
      onDefect: (cause) => this.defects.push(cause),
    });
    const close = data.close.bind(data);
    data.close = async () => {
      this.ended.push(`feed ${environment}`);
      await close();
    };
    this.feeds.push({ environment, data, feed, held });
    return feed;
  }

  async #openAccount(wanted: AccountWanted): Promise<OpenAccount> {
    await this.gate;
    if (this.failing.account !== undefined) throw this.failing.account;
    if (this.refused !== undefined && wanted.credentials?.keyId === this.refused) {
      throw Object.assign(new Error('the exchange does not know this key'), { code: 'KALSHI_AUTH_REJECTED' });
    }
    if (wanted.environment === 'paper') {
      throw Object.assign(new Error('paper cannot be used yet: use practice or demo'), { code: 'ENVIRONMENT_REFUSED' });
    }
    const account = new ScriptedAccount(wanted, `account ${this.accounts.length + 1}`);
    const stop = account.stop.bind(account);
    account.stop = async () => {
      await stop();
      this.ended.push(`${account.label} ${account.environment}`);
    };
    this.accounts.push(account);
    return account;
  }
}
