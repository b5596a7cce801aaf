import { z } from 'zod';
import type { FeedView } from '../../lib/account/contract.ts';
import type { NodeContext, NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { baselineProperty, tickerOf } from '../../lib/node-red/messages.ts';

const properties = z.object({});

const statuses = {
  waiting: { fill: 'yellow', shape: 'ring', text: 'waiting', meaning: 'No market data yet.' },
  tracking: {
    fill: 'green',
    shape: 'dot',
    text: 'tracking',
    meaning: 'How many markets have a final baseline and how many are collecting one.',
  },
} as const;

type Context = NodeContext<z.output<typeof properties>, keyof typeof statuses>;

/** How often the counts in the status are made anew, in market time: they are a look at every market. */
const COUNT_EVERY_MS = 5_000;

export const declaration = {
  type: 'kalshi-baseline-tracker',
  label: 'baseline tracker',
  version: 1,
  migrations: {},
  properties,
  account: 'needed',
  inputs: [{ label: 'market update', meaning: 'From a market stream.', carries: ['topic', 'update'] }],
  outputs: [
    {
      label: 'market update with baseline',
      meaning: 'Every message that came in, with the baseline added.',
      carries: ['topic', 'update', 'baseline'],
    },
  ],
  statuses,
  icon: 'font-awesome/fa-bookmark',
  start: (context) => {
    const owner = {};
    let feed: FeedView | undefined;
    let stopTracking = () => {};
    let countedMs = Number.NEGATIVE_INFINITY;

    function bind(): void {
      const next = context.attachment.feed();
      if (next !== feed) {
        stopTracking();
        feed = next;
        stopTracking = feed?.trackBaselines(owner) ?? (() => {});
        if (feed !== undefined) count(context, feed);
      }
      if (feed === undefined) context.status('waiting');
    }

    const stopWatching = context.attachment.onChange(bind);
    bind();
    return {
      input: (message, reply) => {
        if (feed === undefined) return;
        reply.send(0, { ...message, baseline: baselineProperty(feed.baseline(tickerOf(message))) });
        const nowMs = context.clock.nowMs();
        if (nowMs - countedMs < COUNT_EVERY_MS) return;
        countedMs = nowMs;
        count(context, feed);
      },
      close: () => {
        stopWatching();
        stopTracking();
      },
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

function count(context: Context, feed: FeedView): void {
  const views = feed.games().flatMap(({ markets }) => markets.map(({ ticker }) => feed.baseline(ticker).status));
  const frozen = views.filter((status) => status === 'frozen').length;
  const collecting = views.filter((status) => status === 'collecting').length;
  context.status('tracking', `${frozen} final, ${collecting} open`);
}

export default defineNode(declaration);
