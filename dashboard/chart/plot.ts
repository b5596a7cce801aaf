/** Where everything of a game chart stands, in pixels. */
import type { ChartView } from '../../lib/web/contract.ts';
import { lastAt, thinned } from '../shared/series.ts';
import { shortTime, signedDollars } from '../shared/words.ts';

export interface Frame {
  width: number;
  /** Of the price field; the score steps come below. */
  height: number;
  left: number;
  right: number;
  top: number;
  scoreHeight: number;
}

export interface Span {
  x: number;
  width: number;
  label: string;
  kind: 'pre' | 'period' | 'break';
  isOdd: boolean;
}

export interface Plot {
  fromMs: number;
  toMs: number;
  spans: Span[];
  grid: { y: number; label: string }[];
  times: { x: number; label: string; anchor: 'start' | 'middle' | 'end' }[];
  /** The bid, with gaps where there was none; and the band up to the ask. */
  line: string;
  band: string;
  /** Levels and what stands at the right of the field, moved apart where they would overlap. */
  levels: { y: number; labelY: number; label: string; kind: 'baseline' | 'stop' | 'take' | 'bid' }[];
  marks: {
    x: number;
    y: number;
    labelY: number;
    label: string;
    detail: string;
    kind: 'entry' | 'exit';
    anchor: 'start' | 'end';
  }[];
  scores: { home: string; away: string; homeY: number; awayY: number; homeLast: number; awayLast: number } | null;
}

const PRE_GAME_MS = 30 * 60_000;
const LABEL_HEIGHT = 15;
/** More points than this cannot be told apart in a chart's width. */
const DRAWN_POINTS = 600;

export function plot(chart: ChartView, frame: Frame, nowMs: number): Plot {
  const { fromMs, toMs } = domain(chart, nowMs);
  const x = (ms: number) => round(frame.left + ((ms - fromMs) / (toMs - fromMs)) * (frame.width - frame.left - frame.right));
  const y = (price: number) => round(frame.top + (1 - price / 100) * (frame.height - frame.top));
  const runs = quoteRuns(chart, fromMs, toMs);
  return {
    fromMs,
    toMs,
    spans: spans(chart, fromMs, toMs, x),
    grid: [0, 25, 50, 75, 100].map((price) => ({ y: y(price), label: `${price}` })),
    times: times(fromMs, toMs, x),
    line: runs
      .map(
        (run) =>
          `M${steps(
            run,
            (point) => x(point.ms),
            (point) => y(point.bid),
          )}`,
      )
      .join(''),
    band: runs.map((run) => bandPath(run, x, y)).join(''),
    levels: levels(chart, y, frame),
    marks: marks(chart, x, y, frame),
    scores: scoreSteps(chart, fromMs, toMs, x, frame),
  };
}

/** The market time under a place in the field. */
export function timeAt({ fromMs, toMs }: Plot, frame: Frame, x: number): number {
  const share = (x - frame.left) / (frame.width - frame.left - frame.right);
  return fromMs + Math.min(1, Math.max(0, share)) * (toMs - fromMs);
}

/** From half an hour before the start, or the first point after that, until now. */
function domain(chart: ChartView, nowMs: number): { fromMs: number; toMs: number } {
  const firstMs = Date.parse(chart.points[0]?.at ?? chart.startedAt ?? chart.startsAt ?? new Date(nowMs).toISOString());
  const start = chart.startedAt ?? chart.startsAt;
  const fromMs = start === null ? firstMs : Math.max(firstMs, Date.parse(start) - PRE_GAME_MS);
  const lastMs = Math.max(...[chart.points, chart.marks, chart.scores].map((list) => Date.parse(list.at(-1)?.at ?? '') || 0));
  return { fromMs, toMs: Math.max(nowMs, lastMs, fromMs + 60_000) };
}

interface Quoted {
  ms: number;
  bid: number;
  ask: number | null;
}

/** Stretches in which there was a bid; each lasts until the quote that ends it. */
function quoteRuns(chart: ChartView, fromMs: number, toMs: number): Quoted[][] {
  const timed = chart.points.map((point) => ({ ...point, ms: Date.parse(point.at) }));
  const first = Math.max(
    0,
    lastAt(
      timed.map(({ ms }) => ms),
      fromMs,
    ),
  );
  const seen = thinned(timed.slice(first), DRAWN_POINTS).map((point) => ({ ...point, ms: Math.max(point.ms, fromMs) }));
  const runs: Quoted[][] = [];
  let run: Quoted[] = [];
  for (const { ms, bid, ask } of seen) {
    const before = run.at(-1);
    if (bid !== null) run.push({ ms, bid, ask });
    else if (before) {
      runs.push([...run, { ...before, ms }]);
      run = [];
    }
  }
  const last = run.at(-1);
  if (last) runs.push([...run, { ...last, ms: toMs }]);
  return runs;
}

/** `x,yHx2Vy2...`: a value holds until the next. */
function steps<Point>(points: readonly Point[], x: (point: Point) => number, y: (point: Point) => number): string {
  return points.map((point, index) => (index === 0 ? `${x(point)},${y(point)}` : `H${x(point)}V${y(point)}`)).join('');
}

function bandPath(run: Quoted[], x: (ms: number) => number, y: (price: number) => number): string {
  const top = steps(
    run,
    (point) => x(point.ms),
    (point) => y(point.ask ?? point.bid),
  );
  const back = run.toReversed();
  const bottom = back.map((point, index) => {
    const before = back[index + 1];
    return `${index === 0 ? `V${y(point.bid)}` : ''}${before ? `V${y(before.bid)}H${x(before.ms)}` : ''}`;
  });
  return `M${top}${bottom.join('')}Z`;
}

function spans(chart: ChartView, fromMs: number, toMs: number, x: (ms: number) => number): Span[] {
  const started = chart.startedAt === null ? [] : [{ at: chart.startedAt, label: 'live', isBreak: false }];
  const periods = (chart.periods.length > 0 ? chart.periods : started).map((period) => ({
    ...period,
    ms: Date.parse(period.at),
  }));
  const firstMs = Math.min(periods[0]?.ms ?? toMs, toMs);
  const pre = firstMs > fromMs ? [{ fromMs, toMs: firstMs, label: 'pre-game', kind: 'pre' as const, isOdd: false }] : [];
  let played = 0;
  const parts = periods.map((period, index) => ({
    fromMs: Math.max(period.ms, fromMs),
    toMs: Math.min(periods[index + 1]?.ms ?? toMs, toMs),
    label: period.label,
    kind: period.isBreak ? ('break' as const) : ('period' as const),
    isOdd: !period.isBreak && played++ % 2 === 1,
  }));
  return [...pre, ...parts]
    .filter((part) => part.toMs > part.fromMs)
    .map((part) => {
      const width = round(x(part.toMs) - x(part.fromMs));
      const fits = width > part.label.length * 7 + 8;
      return { x: x(part.fromMs), width, label: fits ? part.label : '', kind: part.kind, isOdd: part.isOdd };
    });
}

function times(fromMs: number, toMs: number, x: (ms: number) => number): Plot['times'] {
  const middleMs = (fromMs + toMs) / 2;
  return [
    { x: x(fromMs), label: shortTime(fromMs), anchor: 'start' },
    { x: x(middleMs), label: shortTime(middleMs), anchor: 'middle' },
    { x: x(toMs), label: shortTime(toMs), anchor: 'end' },
  ];
}

function levels(chart: ChartView, y: (price: number) => number, frame: Frame): Plot['levels'] {
  const bid = chart.points.at(-1)?.bid ?? null;
  const all = [
    {
      price: chart.baseline?.price ?? null,
      label: `base ${chart.baseline?.price}c ${chart.baseline?.grade}`,
      kind: 'baseline' as const,
    },
    { price: chart.take, label: `take ${chart.take}c`, kind: 'take' as const },
    { price: chart.stop, label: `stop ${chart.stop}c`, kind: 'stop' as const },
    { price: bid, label: `bid ${bid}c`, kind: 'bid' as const },
  ];
  const shown = all
    .flatMap(({ price, label, kind }) => (price === null ? [] : [{ y: y(price), labelY: y(price), label, kind }]))
    .toSorted((a, b) => a.y - b.y);
  for (const [index, level] of shown.entries()) {
    level.labelY = Math.max(level.labelY, (shown[index - 1]?.labelY ?? frame.top - LABEL_HEIGHT / 2) + LABEL_HEIGHT);
  }
  let lowest = frame.height;
  for (const level of shown.toReversed()) {
    level.labelY = Math.min(level.labelY, lowest);
    lowest = level.labelY - LABEL_HEIGHT;
  }
  return shown;
}

const MARK_BELOW = 20;
const MARK_ABOVE = -28;
const CHARACTER_WIDTH = 7;
const MOST_REASON = 32;

/** How much farther from its mark a label goes that finds others in both of its places. */
const MARK_ASIDE = 34;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** The label of an entry stands below it, of an exit above, unless a line or another label is there. */
function marks(chart: ChartView, x: (ms: number) => number, y: (price: number) => number, frame: Frame): Plot['marks'] {
  const lines = [chart.stop, chart.take, chart.baseline?.price ?? null].flatMap((price) => (price === null ? [] : [y(price)]));
  const isCrossed = (labelY: number) => lines.some((line) => line > labelY - LABEL_HEIGHT && line < labelY + LABEL_HEIGHT + 4);
  const placed: Box[] = [];
  return chart.marks.map((mark) => {
    const at = { x: x(Date.parse(mark.at)), y: y(mark.price) };
    const [wanted, other] = mark.kind === 'entry' ? [MARK_BELOW, MARK_ABOVE] : [MARK_ABOVE, MARK_BELOW];
    const label = `${mark.contracts} at ${mark.price}c${mark.profit === null ? '' : ` ${signedDollars(mark.profit)}`}`;
    const detail = shortReason(mark.reason);
    const widthNeeded = Math.max(label.length, detail.length) * CHARACTER_WIDTH;
    const fitsRight = at.x + widthNeeded < frame.width - frame.right;
    const anchor = fitsRight || at.x - widthNeeded < frame.left ? 'start' : 'end';
    const boxAt = (labelY: number): Box => ({
      left: anchor === 'start' ? at.x : at.x - widthNeeded,
      right: anchor === 'start' ? at.x + widthNeeded : at.x,
      top: labelY - LABEL_HEIGHT,
      bottom: labelY + LABEL_HEIGHT + 4,
    });
    const isFree = (offset: number) => !placed.some((box) => overlap(box, boxAt(at.y + offset)));
    const near = [wanted, other].filter(isFree);
    const far = [wanted, other].map((offset) => offset + Math.sign(offset) * MARK_ASIDE);
    const offset = near.find((one) => !isCrossed(at.y + one)) ?? near[0] ?? far.find(isFree) ?? wanted;
    placed.push(boxAt(at.y + offset));
    return { ...at, labelY: at.y + offset, label, detail, kind: mark.kind, anchor };
  });
}

/** "take_profit" -> "take profit"; of a longer reason what comes before its numbers in brackets. */
function shortReason(reason: string): string {
  const [first = ''] = reason.split(/[(,;]/);
  const words = first.replaceAll('_', ' ').trim();
  return words.length > MOST_REASON ? `${words.slice(0, MOST_REASON - 1)}…` : words;
}

function scoreSteps(chart: ChartView, fromMs: number, toMs: number, x: (ms: number) => number, frame: Frame): Plot['scores'] {
  const seen = chart.scores.map((score) => ({ ...score, ms: Math.min(toMs, Math.max(fromMs, Date.parse(score.at))) }));
  const last = seen.at(-1);
  if (!last) return null;
  const most = Math.max(1, last.home, last.away, ...seen.flatMap(({ home, away }) => [home, away]));
  const bottom = frame.height + frame.scoreHeight - 4;
  const y = (score: number) => round(bottom - (score / most) * (frame.scoreHeight - 16));
  const path = (of: (score: { home: number; away: number }) => number) =>
    `M${steps(
      [...seen, { ...last, ms: toMs }],
      (score) => x(score.ms),
      (score) => y(of(score)),
    )}`;
  const [homeY, awayY] = apart(y(last.home), y(last.away), bottom);
  return {
    home: path(({ home }) => home),
    away: path(({ away }) => away),
    homeY,
    awayY,
    homeLast: last.home,
    awayLast: last.away,
  };
}

/** Two labels at least a line's height apart, neither below the bottom. */
function apart(a: number, b: number, bottom: number): [number, number] {
  const gap = Math.abs(a - b);
  if (gap >= LABEL_HEIGHT - 2) return [a, b];
  const low = Math.min(bottom, Math.max(a, b) + (LABEL_HEIGHT - 2 - gap) / 2);
  const high = low - LABEL_HEIGHT + 2;
  return a <= b ? [high, low] : [low, high];
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
