/** What was at an instant of a game: for the pointer, the table behind the chart and its CSV. */
import type { ChartView } from '../../lib/web/contract.ts';
import { lastAt, thinned } from '../shared/series.ts';

export interface Moment {
  atMs: number;
  period: string;
  bid: number | null;
  ask: number | null;
  home: number | null;
  away: number | null;
  /** What the rule said then. */
  decision: string;
  /** What was bought or sold at that very instant. */
  traded: string;
}

/** Times of each list of a chart, parsed once. */
export interface Timeline {
  chart: ChartView;
  points: number[];
  periods: number[];
  scores: number[];
  decisions: number[];
  marks: number[];
}

export function timeline(chart: ChartView): Timeline {
  const times = (list: readonly { at: string }[]) => list.map(({ at }) => Date.parse(at));
  return {
    chart,
    points: times(chart.points),
    periods: times(chart.periods),
    scores: times(chart.scores),
    decisions: times(chart.decisions),
    marks: times(chart.marks),
  };
}

/** A trade belongs to the moment if it is not further away than `nearMs`. */
export function momentAt(line: Timeline, atMs: number, nearMs = 0): Moment {
  const { chart } = line;
  const point = chart.points[lastAt(line.points, atMs)];
  const score = chart.scores[lastAt(line.scores, atMs)];
  const traded = chart.marks.filter((_, index) => Math.abs((line.marks[index] ?? 0) - atMs) <= nearMs);
  return {
    atMs,
    period: chart.periods[lastAt(line.periods, atMs)]?.label ?? 'pre-game',
    bid: point?.bid ?? null,
    ask: point?.ask ?? null,
    home: score?.home ?? null,
    away: score?.away ?? null,
    decision: chart.decisions[lastAt(line.decisions, atMs)]?.text ?? '',
    traded: traded.map(tradeText).join('; '),
  };
}

/** Moments worth a line: everything traded and decided, and the price between, at most about so many lines. */
export function moments(line: Timeline, most: number): Moment[] {
  const telling = [...line.marks, ...line.decisions, ...line.periods];
  const times = new Set([...thinned(telling, most), ...line.marks, ...thinned(line.points, most)]);
  return [...times].toSorted((a, b) => a - b).map((atMs) => momentAt(line, atMs));
}

/** Every point, trade and decision, as a spreadsheet reads it. */
export function csv(line: Timeline): string {
  const all = moments(line, Number.MAX_SAFE_INTEGER);
  const rows = all.map(({ atMs, period, bid, ask, home, away, decision, traded }) =>
    [new Date(atMs).toISOString(), period, bid, ask, home, away, decision, traded].map(field).join(','),
  );
  return `time,period,bid_cents,ask_cents,home,away,decision,traded\n${rows.join('\n')}\n`;
}

function tradeText({ kind, contracts, price, reason }: ChartView['marks'][number]): string {
  return `${kind === 'entry' ? 'bought' : 'sold'} ${contracts} at ${price}c: ${reason}`;
}

/** Quoted; and never read as a formula. */
function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}
