import { z } from 'zod';
import type { FeedView, MarketUpdate } from '../../lib/account/contract.ts';
import type { NodeContext, NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { updateMessage } from '../../lib/node-red/messages.ts';
import { leaguesProperty, listProperty } from '../../lib/node-red/properties.ts';
import { LEAGUES } from '../../lib/trading/game.ts';

const TICKER = '[A-Za-z0-9][A-Za-z0-9._-]{1,79}';

const properties = z.object({
  leagues: leaguesProperty({
    label: 'Leagues',
    help: 'Every game of these leagues that is open, or will open within the next hours, is followed.',
    default: LEAGUES,
  }),
  series: listProperty({
    label: 'More series',
    help: 'Series that belong to none of the leagues, by their tickers.',
    pattern: TICKER,
    hint: 'the ticker of a series, like KXNBAGAME',
  }),
  tickers: listProperty({
    label: 'Single markets',
    help: 'Markets by their tickers; the whole game of each is followed.',
    pattern: TICKER,
    hint: 'the ticker of a market',
  }),
});

const statuses = {
  waiting: { fill: 'yellow', shape: 'ring', text: 'waiting', meaning: 'No market data yet.' },
  streaming: { fill: 'green', shape: 'dot', text: 'streaming', meaning: 'Prices arrive; how many games are followed and live.' },
  degraded: {
    fill: 'yellow',
    shape: 'dot',
    text: 'degraded',
    meaning: 'Something of what is followed does not arrive; why follows.',
  },
  blind: {
    fill: 'red',
    shape: 'ring',
    text: 'blind',
    meaning: 'No market data arrives. Entries wait; exits go on the last known price.',
  },
} as const;

/** How often the counts in the status are made anew, in market time: they are a look at every game. */
const COUNT_EVERY_MS = 5_000;

type Context = NodeContext<z.output<typeof properties>, keyof typeof statuses>;

export const declaration = {
  type: 'kalshi-market-stream',
  label: 'market stream',
  version: 1,
  migrations: {},
  properties,
  account: 'needed',
  inputs: [],
  outputs: [
    {
      label: 'market update',
      meaning:
        'One message for each market that has changed, and one a second for each market that is held or has an order on its way.',
      carries: ['topic', 'environment', 'update', 'market', 'quote', 'game'],
    },
  ],
  statuses,
  icon: 'font-awesome/fa-line-chart',
  start: (context) => {
    const owner = {};
    let feed: FeedView | undefined;
    let stopListening = () => {};
    let countedMs = Number.NEGATIVE_INFINITY;
    const { leagues, series, tickers } = context.properties;
    const choice = { leagues, series: series.map(upper), tickers: tickers.map(upper) };

    function bind(): void {
      const next = context.attachment.feed();
      if (next !== feed) {
        letGo();
        feed = next;
        feed?.choose(choice, owner);
        stopListening = feed?.listen({ update: (update) => pass(update), health: () => show(context, feed) }) ?? (() => {});
      }
      show(context, feed);
    }

    function pass(update: MarketUpdate): void {
      context.send(0, updateMessage(update));
      if (update.atMs - countedMs < COUNT_EVERY_MS) return;
      countedMs = update.atMs;
      show(context, feed);
    }

    function letGo(): void {
      stopListening();
      feed?.drop(owner);
    }

    const stopWatching = context.attachment.onChange(bind);
    bind();
    return {
      close: () => {
        stopWatching();
        letGo();
      },
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

function show(context: Context, feed: FeedView | undefined): void {
  if (feed === undefined) {
    context.status('waiting');
    return;
  }
  const { kind } = feed.health();
  const games = feed.games();
  const live = games.filter(({ eventTicker }) => feed.known(eventTicker)?.state.phase === 'live').length;
  const words = `${games.length} games, ${live} live`;
  context.status(kind === 'connected' ? 'streaming' : kind, words);
}

function upper(ticker: string): string {
  return ticker.toUpperCase();
}

export default defineNode(declaration);
