/** The shipped flows with rules that trade often: every league, small falls, several entries in a game, two strategy tabs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FlowNode {
  id: string;
  type: string;
  z?: string;
  wires?: string[][];
  [property: string]: unknown;
}

const FLOWS = join(import.meta.dirname, '../../flows');
const LEAGUES = ['NBA', 'NFL', 'MLB', 'NHL', 'SOCCER'];
const STRATEGY = 'cs02';
const SECOND = 'cs04';

/** What a strategy tab trades. */
export interface Strategy {
  entry?: Record<string, unknown>;
  exit?: Record<string, unknown>;
}

/** Buys nearly any fall, and sells at the first sign of anything. */
const ENTRY = {
  leagues: LEAGUES,
  min_pregame_price: 5,
  entry_drop: 1,
  min_baseline_grade: 'D',
  price_band_low: 2,
  price_band_high: 97,
  min_time_remaining: 0,
  max_data_age: 60,
  max_score_age: 600,
  position_size: 5,
  max_entries_per_game: 10,
  max_total_positions: 100,
  entry_offset: 4,
};
const EXIT = { leagues: LEAGUES, take_profit: 1, stop_loss: 5 };
/** Waits for more, and holds longer. */
const SLOWER: Strategy = { entry: { entry_drop: 3 }, exit: { take_profit: 4, stop_loss: 9 } };

/** All shipped flows, the strategy's tab with `first`, and a copy of it under a rule of its own with `second`. */
export function busyFlows(first: Strategy = {}, second: Strategy = SLOWER): FlowNode[] {
  const once = shippedFlows();
  const tab = once.filter(({ id, z }) => id === STRATEGY || z === STRATEGY);
  const copy = JSON.parse(
    JSON.stringify(tab)
      .replaceAll(`"${STRATEGY}`, `"${SECOND}`)
      .replaceAll('02 In-play dip', '04 In-play dip, again')
      .replaceAll('5b0c0f3e-', '7e1d2c4a-'),
  ) as FlowNode[];
  return [...once.map((node) => busy(node, first)), ...copy.map((node) => busy(node, second))];
}

/** The same for every connected account, of which each label is one. */
export function busyFlowsFor(labels: readonly string[]): FlowNode[] {
  const flows = busyFlows().map((node) => (node.type === 'kalshi-auth' ? { ...node, scope: 'all' } : node));
  const auth = flows.find(({ type }) => type === 'kalshi-auth');
  const reconciler = flows.find(({ type }) => type === 'kalshi-reconciler');
  if (auth === undefined || reconciler === undefined) throw new TypeError('the shipped flows have an account and a reconciler');
  // An account is connected for as long as some node names it.
  const own = labels.flatMap((label): FlowNode[] => [
    { ...auth, id: `cs-account-${label}`, scope: 'one', accountName: label },
    { ...reconciler, id: `cs03-reconciler-${label}`, g: undefined, account: `cs-account-${label}`, wires: [[], []] },
  ]);
  return [...flows, ...own];
}

function shippedFlows(): FlowNode[] {
  const all = readdirSync(FLOWS)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .flatMap((file) => JSON.parse(readFileSync(join(FLOWS, file), 'utf8')) as FlowNode[]);
  // Shared config nodes stand in several files with one id.
  return [...new Map(all.map((node) => [node.id, node])).values()];
}

/** The nodes of this type in both strategies. */
export function idsOf(flows: readonly FlowNode[], type: string): string[] {
  return flows.filter((node) => node.type === type).map(({ id }) => id);
}

function busy(node: FlowNode, { entry, exit }: Strategy): FlowNode {
  if (node.type === 'kalshi-entry-rules') return { ...node, ...ENTRY, ...entry };
  return node.type === 'kalshi-exit-rules' ? { ...node, ...EXIT, ...exit } : node;
}
