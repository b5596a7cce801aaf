/** A chart that was read once, carried on by what the event stream tells of its game. */
import type { ChartView, GameView } from '../../lib/web/contract.ts';
import { withPoint } from '../shared/series.ts';

/** Points, scores and decisions that a page keeps of one chart. */
export const MOST_POINTS = 600;
const MOST_STEPS = 200;

/** The chart with what its game shows at a market time; the same chart where nothing has changed. */
export function extended(chart: ChartView, game: GameView, atMs: number): ChartView {
  const at = new Date(atMs).toISOString();
  return withDecision(withScore(withQuote(chart, game, at), game, at), game, at);
}

function withQuote(chart: ChartView, game: GameView, at: string): ChartView {
  const market = game.markets.find(({ ticker }) => ticker === chart.ticker);
  const last = chart.points.at(-1);
  if (!market || (last && last.bid === market.bid && last.ask === market.ask)) return chart;
  return { ...chart, points: withPoint(chart.points, { at, bid: market.bid, ask: market.ask }, MOST_POINTS) };
}

function withScore(chart: ChartView, { homeScore: home, awayScore: away }: GameView, at: string): ChartView {
  const last = chart.scores.at(-1);
  if (home === null || away === null || (last && last.home === home && last.away === away)) return chart;
  return { ...chart, scores: withPoint(chart.scores, { at, home, away }, MOST_STEPS) };
}

function withDecision(chart: ChartView, { says: text }: GameView, at: string): ChartView {
  if (text === '' || chart.decisions.at(-1)?.text === text) return chart;
  return { ...chart, decisions: withPoint(chart.decisions, { at, text }, MOST_STEPS) };
}
