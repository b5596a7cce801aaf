/** Tells each batch of events to those who follow what it is about. What nobody follows costs a lookup. */
import type { ExchangeEvent } from '../engine/events.ts';
import type { ExchangeState, MarketState } from '../engine/state.ts';
import { fillFrame, groupFrame, orderFrame, positionFrame } from './account-frames.ts';
import type { Audience } from './audience.ts';
import type { ChannelName } from './channels.ts';
import type { Frame } from './frame.ts';
import { type BookEvent, deltaFrame, eventLifecycleFrame, marketLifecycleFrame, tradeFrame } from './market-frames.ts';
import type { TickerBoard } from './ticker-board.ts';

export class Broadcast {
  private readonly state: ExchangeState;
  private readonly audience: Audience;
  private readonly board: TickerBoard;

  constructor(state: ExchangeState, audience: Audience, board: TickerBoard) {
    this.state = state;
    this.audience = audience;
    this.board = board;
  }

  /** In the order in which things happened; tickers come last, once per market, as things stand at the end. */
  tell(events: readonly ExchangeEvent[]): void {
    const changed = new Map<MarketState, number>();
    for (const event of events) {
      switch (event.kind) {
        case 'book':
          changed.set(event.market, event.atMs);
          this.tellBook(event);
          break;
        case 'trade': {
          const { trade } = event;
          const market = this.state.markets.get(trade.ticker);
          if (market) changed.set(market, trade.atMs);
          this.tellPublic('trade', trade.ticker, () => tradeFrame(trade));
          break;
        }
        case 'market':
          changed.set(event.market, event.atMs);
          this.tellPublic('market_lifecycle_v2', '', () => marketLifecycleFrame(event));
          break;
        case 'event':
          this.tellPublic('market_lifecycle_v2', '', () => eventLifecycleFrame(event.event));
          break;
        case 'fill':
          this.tellMember('fill', event.fill.accountId, () => fillFrame(event.fill));
          break;
        case 'order':
          this.tellMember('user_orders', event.order.accountId, () => orderFrame(event.order, event.reason));
          break;
        case 'position':
          this.tellMember('market_positions', event.position.accountId, () => positionFrame(event.position));
          break;
        case 'group':
          this.tellMember('order_group_updates', event.accountId, () => groupFrame(event));
          break;
        case 'settlement':
        case 'balance':
          break;
      }
    }
    for (const [market, atMs] of changed) this.tellTicker(market, atMs);
  }

  /** One change of a book reads differently by how NO prices are wanted, and for the member who caused it. */
  private tellBook(event: BookEvent): void {
    const frames: (Frame | undefined)[] = [];
    for (const subscription of this.audience.keyed('orderbook_delta', event.market.ticker)) {
      const { useYesPrice } = subscription.terms;
      const isOwn = subscription.accountId === event.accountId;
      const variant = (useYesPrice ? 1 : 0) + (isOwn ? 2 : 0);
      const frame = frames[variant] ?? deltaFrame(event, useYesPrice, isOwn);
      frames[variant] = frame;
      subscription.deliver(frame);
    }
  }

  private tellPublic(channel: ChannelName, key: string, make: () => Frame): void {
    if (this.audience.isHeard(channel, key)) this.deliver(channel, key, make());
  }

  private tellMember(channel: ChannelName, accountId: string, make: () => Frame): void {
    let frame: Frame | undefined;
    for (const subscription of this.audience.keyed(channel, accountId)) {
      frame ??= make();
      if (frame.ticker === undefined || subscription.covers(frame.ticker)) subscription.deliver(frame);
    }
  }

  private tellTicker(market: MarketState, atMs: number): void {
    if (!this.audience.isHeard('ticker', market.ticker)) {
      this.board.forget(market);
      return;
    }
    const frame = this.board.change(market, atMs);
    if (frame) this.deliver('ticker', market.ticker, frame);
  }

  private deliver(channel: ChannelName, key: string, frame: Frame): void {
    for (const subscription of this.audience.keyed(channel, key)) subscription.deliver(frame);
    for (const subscription of this.audience.everyone(channel)) subscription.deliver(frame);
  }
}
