import type { MarketState } from '../engine/state.ts';
import type { ChannelRules } from './channels.ts';
import type { Frame } from './frame.ts';

/** What a subscription was asked to be like. A second subscribe to its channel cannot change it. */
export interface SubscriptionTerms {
  useYesPrice: boolean;
  skipTickerAck: boolean;
}

/** One channel on one connection: which markets it follows, and how far its sequence has come. */
export class Subscription {
  readonly sid: number;
  readonly rules: ChannelRules;
  readonly accountId: string;
  readonly terms: SubscriptionTerms;
  /** Follows every market, also those to come; `markets` is then empty and says nothing. */
  isEverything = false;
  readonly markets = new Map<string, MarketState>();
  /** Whether markets were named by UUID, so that replies list those too. */
  speaksIds = false;
  private readonly send: (frame: Frame, subscription: Subscription) => void;
  private sequence = 0;

  constructor(
    sid: number,
    rules: ChannelRules,
    accountId: string,
    terms: SubscriptionTerms,
    send: (frame: Frame, subscription: Subscription) => void,
  ) {
    this.sid = sid;
    this.rules = rules;
    this.accountId = accountId;
    this.terms = terms;
    this.send = send;
  }

  deliver(frame: Frame): void {
    this.send(frame, this);
  }

  /** Takes the next sequence number. */
  nextSeq(): number {
    return ++this.sequence;
  }

  covers(ticker: string): boolean {
    return this.isEverything || this.markets.has(ticker);
  }
}
