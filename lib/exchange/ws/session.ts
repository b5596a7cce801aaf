import type { Account, ApiKey, MarketState } from '../engine/state.ts';
import {
  type Params,
  readAction,
  readEnvelope,
  readFlag,
  readId,
  readMarkets,
  readSid,
  readSids,
  readSubscribe,
  readTexts,
  type SubscribeRequest,
} from './commands.ts';
import { Connection, type ConnectionEvents, type ConnectionOptions } from './connection.ts';
import type { Frame } from './frame.ts';
import { quoteOf, snapshotFrame, tickerFrame } from './market-frames.ts';
import { CommandRefusal, type ProblemCode, problemBody } from './problems.ts';
import type { Subscription } from './subscription.ts';
import { type Floor, Subscriptions } from './subscriptions.ts';

/**
 * One member's connection: carries out its commands and answers them. What Kalshi leaves open is decided so:
 *
 * - A command that is refused has changed nothing, whichever of its channels was at fault.
 * - A second subscribe to a channel adds its markets to the subscription that is there and answers with its sid; order books
 *   come again for every market that it names. It cannot change `use_yes_price`: asking for the other is refused with 11.
 * - A subscription to everything stays so, whatever is added to it or deleted from it; its list of markets is empty.
 * - A market that is not listed (yet) is left out, which the lists in `ok` show.
 */
export class Session implements ConnectionEvents {
  private readonly connection: Connection;
  private readonly floor: Floor;
  private readonly key: ApiKey;
  private readonly subscriptions: Subscriptions;
  private readonly onClosed: (session: Session) => void;
  /** Market time of the command at hand. */
  private nowMs = 0;

  constructor(
    member: { account: Account; key: ApiKey },
    floor: Floor,
    options: Omit<ConnectionOptions, 'accountId'>,
    onClosed: (session: Session) => void,
  ) {
    const accountId = member.account.id;
    this.key = member.key;
    this.floor = floor;
    this.onClosed = onClosed;
    this.connection = new Connection({ ...options, accountId }, this);
    const { marketsPerConnection } = options.limits;
    this.subscriptions = new Subscriptions(floor, accountId, marketsPerConnection, (frame, to) => this.say(frame, to));
  }

  beat(): void {
    this.connection.beat();
  }

  cut(): void {
    this.connection.cut();
  }

  received(text: string | undefined): void {
    // What is due comes first: a snapshot must not lack it. Nothing else may be due between a subscription and its snapshots.
    this.nowMs = this.floor.night.nowMs();
    let id: number | undefined;
    try {
      const envelope = readEnvelope(text);
      ({ id } = envelope);
      this.carryOut(id, envelope.cmd, envelope.params);
    } catch (refusal) {
      this.refuse(id, codeOf(refusal));
    }
  }

  flooded(text: string | undefined): void {
    this.refuse(readId(text), 27);
  }

  congested(): void {
    const book = this.subscriptions.find('orderbook_delta');
    if (book) this.overflow(book);
  }

  overflow(subscription: Subscription): void {
    if (this.subscriptions.get(subscription.sid) !== subscription) return;
    this.subscriptions.drop(subscription);
    this.refuse(undefined, 25, subscription);
  }

  closed(): void {
    for (const subscription of this.subscriptions.all()) this.subscriptions.drop(subscription);
    this.onClosed(this);
  }

  private carryOut(id: number | undefined, cmd: string, params: Params | undefined): void {
    switch (cmd) {
      case 'list_subscriptions': {
        const all = this.subscriptions.all().map(({ rules, sid }) => ({ channel: rules.name, sid }));
        this.say({ type: 'ok', id, body: JSON.stringify(all) });
        break;
      }
      case 'subscribe':
        this.subscribe(id, readSubscribe(required(params), this.key));
        break;
      case 'unsubscribe':
        this.unsubscribe(id, readSids(required(params)));
        break;
      case 'update_subscription':
        this.update(id, required(params));
        break;
      default:
        throw new CommandRefusal(5);
    }
  }

  private subscribe(id: number | undefined, request: SubscribeRequest): void {
    const { channels, selection, useYesPrice, skipTickerAck, sendInitialSnapshot } = request;
    const markets = this.subscriptions.resolve(selection);
    for (const rules of channels) this.checkPricing(this.subscriptions.find(rules.name), useYesPrice);
    this.subscriptions.checkRoom(channels, markets);
    const joined: Subscription[] = [];
    for (const rules of channels) {
      const known = this.subscriptions.find(rules.name);
      const subscription = known ?? this.subscriptions.open(rules, { useYesPrice: useYesPrice ?? false, skipTickerAck });
      this.subscriptions.follow(subscription, selection, markets);
      this.say({ type: 'subscribed', id, body: JSON.stringify({ channel: rules.name, sid: subscription.sid }) });
      joined.push(subscription);
    }
    for (const subscription of joined) this.greet(subscription, markets, sendInitialSnapshot);
  }

  private checkPricing(known: Subscription | undefined, useYesPrice: boolean | undefined): void {
    if (known?.rules.name !== 'orderbook_delta' || useYesPrice === undefined) return;
    if (useYesPrice !== known.terms.useYesPrice) throw new CommandRefusal(11);
  }

  /** What comes first: the whole book of each market, or its ticker where that was asked for. */
  private greet(subscription: Subscription, markets: MarketState[], isTickerWanted: boolean): void {
    const { rules, terms } = subscription;
    for (const market of markets) {
      if (rules.name === 'orderbook_delta') this.say(snapshotFrame(market, terms.useYesPrice), subscription);
      if (rules.name === 'ticker' && isTickerWanted) this.say(tickerFrame(quoteOf(market), this.nowMs), subscription);
    }
  }

  private unsubscribe(id: number | undefined, sids: number[]): void {
    for (const sid of new Set(sids)) {
      const subscription = this.subscriptions.get(sid);
      if (subscription) {
        this.subscriptions.drop(subscription);
        this.say({ type: 'unsubscribed', id }, subscription);
      } else {
        this.refuse(id, 7);
      }
    }
  }

  private update(id: number | undefined, params: Params): void {
    const subscription = this.subscriptions.get(readSid(params));
    if (!subscription) throw new CommandRefusal(7);
    try {
      this.carryOutUpdate(id, subscription, params);
    } catch (refusal) {
      this.refuse(id, codeOf(refusal), subscription);
    }
  }

  private carryOutUpdate(id: number | undefined, subscription: Subscription, params: Params): void {
    const { rules, terms } = subscription;
    switch (readAction(params, rules)) {
      case 'add_markets': {
        const selection = readMarkets(params, rules);
        const isTickerWanted = readFlag(params, 'send_initial_snapshot') ?? false;
        const markets = this.subscriptions.resolve(selection);
        this.subscriptions.checkRoom([rules], markets);
        this.subscriptions.follow(subscription, selection, markets);
        this.confirm(id, subscription);
        this.greet(subscription, markets, isTickerWanted);
        break;
      }
      case 'delete_markets':
        this.subscriptions.unfollow(subscription, this.subscriptions.resolve(readMarkets(params, rules)));
        this.confirm(id, subscription);
        break;
      case 'get_snapshot':
        for (const market of this.subscriptions.resolve(readMarkets(params, rules))) {
          this.say(snapshotFrame(market, terms.useYesPrice, id), subscription);
        }
        break;
      case 'indexlist':
        this.say({ type: 'cfbenchmarks_value_indexlist', id, body: '{"index_ids":[]}' }, subscription);
        break;
      case 'underlying_list':
        this.say({ type: 'pyth_value_underlying_list', id, body: '{"underlying_tickers":[]}' }, subscription);
        break;
      case 'subscribe_indices':
      case 'unsubscribe_indices':
        readTexts(params, 'index_ids', 24);
        this.say({ type: 'ok', id }, subscription);
        break;
      default:
        readTexts(params, 'underlying_tickers', 28);
        this.say({ type: 'ok', id }, subscription);
    }
  }

  /** Answers a change of markets with the whole list, sorted as Kalshi does. */
  private confirm(id: number | undefined, subscription: Subscription): void {
    const { markets, speaksIds, terms } = subscription;
    const market_tickers = [...markets.keys()].toSorted();
    const market_ids = speaksIds ? market_tickers.map((ticker) => markets.get(ticker)?.id) : undefined;
    const msg = terms.skipTickerAck ? {} : { market_tickers, market_ids };
    this.say({ type: 'ok', id, body: JSON.stringify(msg) }, subscription);
  }

  private refuse(id: number | undefined, code: ProblemCode, subscription?: Subscription): void {
    this.say({ type: 'error', id, body: problemBody(code) }, subscription);
  }

  private say(frame: Frame, subscription?: Subscription): void {
    this.connection.line.send(frame, subscription);
  }
}

/** The code of a refused command; what nobody meant to throw goes on. */
function codeOf(thrown: unknown): ProblemCode {
  if (thrown instanceof CommandRefusal) return thrown.code;
  throw thrown;
}

function required(params: Params | undefined): Params {
  if (!params) throw new CommandRefusal(2);
  return params;
}
