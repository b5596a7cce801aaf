import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type GameChange, type GameRecord, mergeSighting, type Sighting, scoreAgeMs } from '../../lib/scores/index.ts';
import type { GamePhase, GameState } from '../../lib/trading/game.ts';

const START_MS = Date.UTC(2027, 0, 16, 0, 30);

function state(phase: GamePhase, said: Partial<GameState> = {}): GameState {
  const nothing = {
    period: undefined,
    half: undefined,
    clockS: undefined,
    homeScore: undefined,
    awayScore: undefined,
    startedMs: undefined,
  };
  return { league: 'NBA', phase, ...nothing, asOfMs: START_MS, ...said };
}

/** `atS`: seconds after the start at which it was read. */
function sight(source: string, atS: number, one: GameState): Sighting {
  const readMs = START_MS + atS * 1000;
  return { source, readMs, state: { ...one, asOfMs: readMs } };
}

/** What is believed after each reading, and the change that it was. */
function tell(...sightings: Sighting[]): { record: GameRecord; change: GameChange | undefined }[] {
  let record: GameRecord | undefined;
  return sightings.map((one) => {
    const merged = mergeSighting(record, one);
    record = merged.record;
    return merged;
  });
}

function last(...sightings: Sighting[]): { record: GameRecord; change: GameChange | undefined } {
  const end = tell(...sightings).at(-1);
  assert.ok(end !== undefined);
  return end;
}

const Q2 = state('live', { period: 2, clockS: 300, homeScore: 40, awayScore: 38 });

describe('merging of sources', () => {
  it('takes the first reading there is, and says who said it and when', () => {
    const { record, change } = last(sight('espn', 10, Q2));
    assert.equal(record.source, 'espn');
    assert.equal(record.readMs, START_MS + 10_000);
    assert.equal(scoreAgeMs(record, START_MS + 12_500), 2_500);
    assert.equal(change?.from, undefined);
    assert.equal(change?.to.period, 2);
  });

  it('sees no change where only the time of reading differs', () => {
    const { record, change } = last(sight('kalshi', 10, Q2), sight('kalshi', 15, Q2));
    assert.equal(change, undefined);
    assert.equal(record.readMs, START_MS + 15_000);
    assert.equal(record.state.asOfMs, START_MS + 15_000);
  });

  it('prefers Kalshi within a period, whoever was read last', () => {
    const ahead = { ...Q2, clockS: 290, homeScore: 42 };
    const { record, change } = last(sight('kalshi', 10, Q2), sight('espn', 12, ahead));
    assert.deepEqual([record.source, record.state.homeScore, change], ['kalshi', 40, undefined]);
    assert.equal(last(sight('espn', 10, ahead), sight('kalshi', 12, Q2)).record.source, 'kalshi');
    assert.equal(last(sight('unheard of', 10, ahead), sight('espn', 12, Q2)).record.source, 'espn');
  });

  it('keeps what each source said, and when', () => {
    const { record } = last(sight('kalshi', 10, Q2), sight('espn', 12, Q2), sight('kalshi', 15, Q2));
    assert.deepEqual(
      [...record.sightings].map(([source, { readMs }]) => [source, readMs - START_MS]),
      [
        ['kalshi', 15_000],
        ['espn', 12_000],
      ],
    );
  });

  const FURTHER: readonly [name: string, behind: GameState, ahead: GameState][] = [
    ['in play before not begun', state('pre'), state('live', { period: 1 })],
    ['a later period', Q2, state('live', { period: 3, clockS: 720 })],
    ['a period before none', state('live'), state('live', { period: 1 })],
    [
      'the bottom of an inning before its top',
      state('live', { period: 3, half: 'top' }),
      state('live', { period: 3, half: 'bottom' }),
    ],
    ['called off before not begun', state('pre'), state('postponed')],
    ['over before in play', Q2, state('final', { period: 4 })],
  ];
  for (const [name, behind, ahead] of FURTHER) {
    it(`believes the source that is further along: ${name}`, () => {
      assert.deepEqual(last(sight('kalshi', 10, behind), sight('espn', 11, ahead)).record.source, 'espn');
      assert.deepEqual(last(sight('espn', 10, ahead), sight('kalshi', 11, behind)).record.source, 'espn');
    });
  }

  it('lets a source correct itself backwards', () => {
    const { record, change } = last(sight('kalshi', 10, state('live', { period: 3 })), sight('kalshi', 15, Q2));
    assert.equal(record.state.period, 2);
    assert.equal(change?.from?.period, 3);
  });

  it('goes over to the other source when the leading one has gone stale', () => {
    const readings = [
      sight('kalshi', 10, Q2),
      sight('espn', 40, { ...Q2, clockS: 280 }),
      sight('espn', 41, { ...Q2, clockS: 279 }),
    ];
    assert.deepEqual(
      tell(...readings).map(({ record }) => record.source),
      ['kalshi', 'kalshi', 'espn'],
    );
  });

  it('keeps a reading of a game that has not begun for longer', () => {
    assert.equal(last(sight('kalshi', 0, state('pre')), sight('espn', 170, state('pre'))).record.source, 'kalshi');
    assert.equal(last(sight('kalshi', 0, state('pre')), sight('espn', 181, state('pre'))).record.source, 'espn');
  });

  it('knows of a game that has not begun as of when that was read, however old the news are', () => {
    const old = { ...sight('kalshi', 600, state('pre')), state: state('pre', { asOfMs: START_MS - 3_600_000 }) };
    assert.equal(last(old).record.state.asOfMs, START_MS + 600_000);
  });

  it('drops a reading that is older than the last of its source', () => {
    const newer = sight('kalshi', 20, Q2);
    const { record, change } = last(newer, sight('kalshi', 10, state('pre')));
    assert.equal(record.state.phase, 'live');
    assert.equal(change, undefined);
  });

  describe('once the game is over', () => {
    const final = state('final', { period: 4, clockS: 0, homeScore: 99, awayScore: 90 });

    it('stays over, whatever others say and however long it has been', () => {
      const { record, change } = last(sight('espn', 10, final), sight('kalshi', 12, Q2), sight('kalshi', 5_000, Q2));
      assert.deepEqual([record.state.phase, record.source, change], ['final', 'espn', undefined]);
    });

    it('is reopened by the source that said so, and by no other', () => {
      const { record, change } = last(sight('espn', 10, final), sight('kalshi', 12, Q2), sight('espn', 15, Q2));
      assert.deepEqual([record.state.phase, change?.isReopened, record.finalBy], ['live', true, undefined]);
    });

    it('stays over when another source says so too', () => {
      const { record, change } = last(sight('espn', 10, final), sight('kalshi', 12, final), sight('espn', 15, Q2));
      assert.deepEqual([record.state.phase, record.finalBy, change], ['final', 'kalshi', undefined]);
    });

    it('takes a corrected final score of the same source', () => {
      const { record, change } = last(sight('espn', 10, final), sight('espn', 15, { ...final, awayScore: 89 }));
      assert.deepEqual([record.state.awayScore, change?.isScoreReversed, change?.isReopened], [89, true, false]);
    });
  });

  it('flags a score that goes down, and none that goes up', () => {
    const flag = (homeScore: number | undefined, awayScore: number | undefined) =>
      last(sight('kalshi', 10, Q2), sight('kalshi', 15, { ...Q2, homeScore, awayScore, clockS: 290 })).change?.isScoreReversed;
    assert.deepEqual(
      [flag(42, 38), flag(38, 38), flag(40, 36), flag(44, 36), flag(undefined, undefined)],
      [false, true, true, true, false],
    );
  });

  describe('the real start', () => {
    const live = state('live', { period: 1, clockS: 720 });

    it('is when a game that had not begun was first in play, by the source that saw it', () => {
      const seen = { ...sight('kalshi', 605, live), state: { ...live, asOfMs: START_MS + 600_000 } };
      const { record } = last(sight('kalshi', 600, state('pre')), seen, sight('kalshi', 610, { ...live, clockS: 700 }));
      assert.equal(record.state.startedMs, START_MS + 600_000);
    });

    it('is kept when another source leads, in breaks, at the end and while the game is called off', () => {
      const started = [sight('kalshi', 600, state('pre')), sight('espn', 605, live)];
      for (const phase of ['live', 'break', 'final', 'postponed'] as const) {
        const { record } = last(...started, sight('kalshi', 606, state(phase, { period: 2 })));
        assert.equal(record.state.startedMs, START_MS + 605_000, phase);
      }
    });

    it('is not known of a game that was first seen in play, or only after its end', () => {
      assert.equal(last(sight('kalshi', 600, live)).record.state.startedMs, undefined);
      assert.equal(
        last(sight('kalshi', 0, state('pre')), sight('kalshi', 9_000, state('final'))).record.state.startedMs,
        undefined,
      );
    });

    it('is what a source says where one does', () => {
      const { record } = last(sight('kalshi', 600, { ...live, startedMs: START_MS + 7 }));
      assert.equal(record.state.startedMs, START_MS + 7);
    });

    it('is forgotten when the game is to begin anew, and found again', () => {
      const again = [
        sight('kalshi', 0, state('pre')),
        sight('kalshi', 10, live),
        sight('kalshi', 20, state('postponed')),
        sight('kalshi', 30, state('pre')),
      ];
      assert.equal(last(...again).record.state.startedMs, undefined);
      const begun = [sight('kalshi', 89_995, state('pre')), sight('kalshi', 90_000, live)];
      assert.equal(last(...again, ...begun).record.state.startedMs, START_MS + 90_000_000);
    });

    it('is not known when nobody has looked for a while: it may have begun at any time since', () => {
      const before = sight('kalshi', 600, state('pre'));
      assert.equal(last(before, sight('kalshi', 720, live)).record.state.startedMs, START_MS + 720_000);
      assert.equal(last(before, sight('kalshi', 721, live)).record.state.startedMs, undefined);
      const watched = [before, sight('espn', 715, state('pre'))];
      assert.equal(last(...watched, sight('kalshi', 721, live)).record.state.startedMs, START_MS + 721_000);
    });

    it('is never dated by what a source had last to say long before it', () => {
      const old = { ...sight('kalshi', 605, live), state: { ...live, asOfMs: START_MS - 3_600_000 } };
      assert.equal(last(sight('kalshi', 600, state('pre')), old).record.state.startedMs, START_MS + 540_000);
    });
  });

  it('holds its rules over any tale of two sources', () => {
    const phase = fc.constantFrom<GamePhase>('pre', 'live', 'break', 'final', 'postponed');
    const reading = fc.record({
      source: fc.constantFrom('kalshi', 'espn', 'other'),
      waitS: fc.nat(120),
      phase,
      period: fc.integer({ min: 1, max: 4 }),
      homeScore: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 30 }), (tale) => {
        let record: GameRecord | undefined;
        let atS = 0;
        for (const { source, waitS, phase: now, ...said } of tale) {
          atS += waitS;
          const before = record;
          const sighting = sight(source, atS, state(now, now === 'pre' ? {} : said));
          record = mergeSighting(before, sighting).record;
          const led = record.sightings.get(record.source);
          assert.deepEqual({ ...record.state, startedMs: undefined }, led?.state, 'all of a state comes from one source');
          assert.equal(record.readMs, led?.readMs);
          if (before?.state.phase === 'final' && record.state.phase !== 'final') assert.equal(source, before.source);
        }
      }),
    );
  });
});
