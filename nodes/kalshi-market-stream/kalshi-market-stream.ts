import { z } from 'zod';
import type { FeedView, MarketUpdate } from '../../lib/account/contract.ts';
import type { NodeContext, NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { updateMessage } from '../../lib/node-red/messages.ts';
import { leaguesProperty, listProperty } from '../../lib/node-red/properties.ts';
import { LEAGUES } from '../../lib/trading/game.ts';
import type { GameChoice, ListedGame } from '../../lib/trading/ports/market-data.ts';

const TICKER = '[A-Za-z0-9][A-Za-z0-9._-]{1,79}';

const properties = z.object({
  leagues: leaguesProperty({
    label: 'Leagues',
    help: 'Every game of these leagues that is open, or will open within a day, is followed.',
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
    meaning: 'No market data arrives; why follows. Entries wait; exits go on the last known price.',
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
    const isChosen = chosenBy(choice);

    function bind(): void {
      const next = context.attachment.feed();
      if (next !== feed) {
        letGo();
        feed = next;
        feed?.choose(choice, owner);
        stopListening = feed?.listen({ update: (update) => pass(update), health: () => show() }) ?? (() => {});
      }
      show();
    }

    /** The feed tells what any node has chosen, and what is held besides: an exit must not miss that. */
    function isWanted({ kind, game, market: { ticker } }: MarketUpdate): boolean {
      if (kind === 'tick' || isChosen(game)) return true;
      return context.attachment.accounts().some((account) => account.lots({ ticker }).length > 0);
    }

    function pass(update: MarketUpdate): void {
      if (!isWanted(update)) return;
      context.send(0, updateMessage(update));
      if (update.atMs - countedMs < COUNT_EVERY_MS) return;
      countedMs = update.atMs;
      show();
    }

    function show(): void {
      if (feed === undefined) context.status('waiting');
      else showHealth(context, feed, feed.games().filter(isChosen));
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

function showHealth(context: Context, feed: FeedView, games: readonly ListedGame[]): void {
  const { kind, reason } = feed.health();
  if (kind !== 'connected') {
    context.status(kind, reason);
    return;
  }
  const live = games.filter(({ eventTicker }) => feed.known(eventTicker)?.state.phase === 'live').length;
  context.status('streaming', `${games.length} games, ${live} live`);
}

/** Whether a game is among those of a choice; of a single market the whole game is. */
function chosenBy({ leagues, series, tickers }: GameChoice): (game: ListedGame) => boolean {
  return ({ league, seriesTicker, markets }) =>
    leagues.includes(league) || series.includes(seriesTicker) || markets.some(({ ticker }) => tickers.includes(ticker));
}

function upper(ticker: string): string {
  return ticker.toUpperCase();
}

export default defineNode(declaration);
