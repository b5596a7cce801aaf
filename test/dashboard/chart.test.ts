import assert from 'node:assert/strict';
import { csv, momentAt, moments, timeline } from '../../dashboard/chart/moments.ts';
import { type Frame, plot, timeAt } from '../../dashboard/chart/plot.ts';
import { spark } from '../../dashboard/chart/sparkline.ts';
import type { ChartView } from '../../lib/web/contract.ts';
import { chartView, gameView, minute, NOW } from './night.ts';

const FRAME: Frame = { width: 640, height: 260, left: 26, right: 88, top: 18, scoreHeight: 48 };

function chart(change: Partial<ChartView> = {}): ChartView {
  return { ...chartView(gameView('MIA', 'CHI')), ...change };
}

/** Every number of a path. */
function numbers(path: string): number[] {
  return [...path.matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text));
}

describe('the game chart', () => {
  it('shades the periods and breaks, from pre-game until now, without gaps', () => {
    const { spans } = plot(chart(), FRAME, NOW);
    assert.deepEqual(
      spans.map(({ kind }) => kind),
      ['pre', 'period', 'break', 'period', 'break', 'period'],
    );
    for (const [index, span] of spans.entries()) {
      const next = spans[index + 1];
      if (next) assert.ok(Math.abs(span.x + span.width - next.x) < 0.2, `gap after ${span.label}`);
    }
  });

  it('keeps everything inside its field', () => {
    const drawn = plot(
      chart({
        points: [
          { at: minute(1), bid: 0, ask: 100 },
          { at: minute(2), bid: 100, ask: null },
        ],
      }),
      FRAME,
      NOW,
    );
    for (const mark of drawn.marks) assert.ok(mark.x >= FRAME.left && mark.x <= FRAME.width - FRAME.right);
    const [x1 = 0, y1 = 0] = numbers(drawn.line);
    assert.ok(x1 >= FRAME.left && y1 === FRAME.height);
  });

  it('breaks the line where there was no bid', () => {
    const points = [
      { at: minute(0), bid: 60, ask: 61 },
      { at: minute(10), bid: null, ask: 61 },
      { at: minute(20), bid: 50, ask: 51 },
    ];
    const { line, band } = plot(chart({ points }), FRAME, NOW);
    assert.equal(line.split('M').length - 1, 2);
    assert.equal(band.split('Z').length - 1, 2);
  });

  it('lets no label cover another', () => {
    const { levels } = plot(chart({ take: 65.5, stop: 54 }), FRAME, NOW);
    const heights = levels.map(({ labelY }) => labelY);
    for (const [index, y] of heights.entries()) {
      const next = heights[index + 1];
      if (next !== undefined) assert.ok(next - y >= 15, `labels at ${y} and ${next}`);
    }
  });

  it('writes the labels of marks that stand close together apart', () => {
    const mark = { contracts: 7, kind: 'entry' as const, reason: 'drop 8.5 >= 1.0', profit: null };
    const marks = [100, 102, 104].map((at) => ({ ...mark, at: minute(at), price: 53 }));
    const labels = plot(chart({ marks, stop: null, take: null }), FRAME, NOW).marks.map(({ labelY }) => labelY);
    for (const [index, labelY] of labels.entries())
      for (const other of labels.slice(index + 1)) assert.ok(Math.abs(labelY - other) >= 30, labels.join());
  });

  it('marks entries and exits with size, price and result', () => {
    const marks: ChartView['marks'] = [
      {
        at: minute(80),
        price: 50,
        contracts: 96,
        kind: 'entry',
        reason: 'drop 15.5 >= 15.0 (baseline 69.5, bid 54.0), Q1 8:02',
        profit: null,
      },
      { at: minute(85), price: 70, contracts: 96, kind: 'exit', reason: 'take_profit', profit: 18.44 },
    ];
    const drawn = plot(chart({ marks }), FRAME, NOW).marks;
    assert.deepEqual(
      drawn.map(({ label, detail }) => [label, detail]),
      [
        ['96 at 50c', 'drop 15.5 >= 15.0'],
        ['96 at 70c +18.44', 'take profit'],
      ],
    );
  });

  it('stands before the first quote, score or start', () => {
    const empty = chart({
      points: [],
      scores: [],
      marks: [],
      periods: [],
      decisions: [],
      startsAt: null,
      startedAt: null,
      baseline: null,
      stop: null,
      take: null,
    });
    const drawn = plot(empty, FRAME, NOW);
    assert.deepEqual([drawn.line, drawn.levels, drawn.scores], ['', [], null]);
    assert.ok(drawn.toMs > drawn.fromMs);
  });

  it('tells what was said, quoted and scored at the pointed instant', () => {
    const drawn = plot(chart(), FRAME, NOW);
    const line = timeline(chart());
    const atMs = timeAt(drawn, FRAME, 340);
    const moment = momentAt(line, atMs);
    assert.equal(moment.period, 'Q2');
    assert.match(moment.decision, /^drop \d+\.\d < 15\.0$/);
    assert.equal(timeAt(drawn, FRAME, -50), drawn.fromMs);
    assert.equal(momentAt(line, Date.parse(minute(80.1)), 60_000).traded, 'bought 96 at 50c: dropped 15.5');
    assert.equal(momentAt(line, Date.parse(minute(-60))).bid, null);
  });

  it('has a table behind it in which nothing traded is missing', () => {
    const rows = moments(timeline(chart()), 40);
    assert.ok(rows.some(({ traded }) => traded !== ''));
    assert.ok(rows.length < 90);
    assert.deepEqual(
      rows,
      rows.toSorted((a, b) => a.atMs - b.atMs),
    );
  });

  it('writes a CSV that no spreadsheet reads as a formula', () => {
    const text = csv(timeline(chart({ decisions: [{ at: minute(1), text: '=HYPERLINK("http://x")' }] })));
    assert.match(text, /^time,period,bid_cents,ask_cents,home,away,decision,traded\n/);
    assert.ok(text.includes(`"'=HYPERLINK(""http://x"")"`));
    assert.ok(text.split('\n').length > 240);
  });
});

describe('a small chart', () => {
  it('spans its box and shows its level', () => {
    const { line, levelY, end } = spark(
      [
        { atMs: 0, value: 10 },
        { atMs: 10, value: 20 },
      ],
      96,
      28,
      10,
    );
    assert.equal(line, 'M2,26L94,2');
    assert.equal(levelY, 26);
    assert.deepEqual(end, { x: 94, y: 2 });
  });

  it('stands with one point, none, and no change', () => {
    assert.equal(spark([], 96, 28).line, '');
    assert.equal(spark([{ atMs: 5, value: 3 }], 96, 28).line, 'M94,14');
    assert.equal(
      spark(
        [
          { atMs: 0, value: 3 },
          { atMs: 1, value: 3 },
        ],
        96,
        28,
      ).line,
      'M2,14L94,14',
    );
  });
});
