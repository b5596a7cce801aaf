import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type GameState, LEAGUES, type League } from '../../lib/trading/game.ts';
import { compareToSegment, progressOf, segmentText } from '../../lib/trading/progress.ts';
import {
  compareInstants,
  END,
  type Instant,
  instantOf,
  nominalMinutes,
  remainingRegulationS,
} from '../../lib/trading/segment.ts';
import { formatSegment, parseSegment } from '../../lib/trading/segment-text.ts';
import { gameOf } from './stage.ts';

const at = (league: League, change: Partial<GameState>): Instant | undefined =>
  instantOf(gameOf({ league, clockS: undefined, ...change }));

describe('segments', () => {
  const texts: [league: League, text: string, instant: Instant, canonical: string][] = [
    ['NBA', 'end of Q3', { period: 3, position: END }, 'end of Q3'],
    ['NBA', 'Q4 2:00', { period: 4, position: 600 }, 'Q4 2:00'],
    ['NBA', ' q4  02:00', { period: 4, position: 600 }, 'Q4 2:00'],
    ['NBA', '4th quarter 2:00', { period: 4, position: 600 }, 'Q4 2:00'],
    ['NBA', 'Q4', { period: 4, position: 0 }, 'start of Q4'],
    ['NBA', 'Q4 0:00', { period: 4, position: 720 }, 'Q4 0:00'],
    ['NBA', 'halftime', { period: 2, position: END }, 'halftime'],
    ['NBA', 'end of Q2', { period: 2, position: END }, 'halftime'],
    ['NBA', 'OT', { period: 5, position: 0 }, 'start of OT1'],
    ['NBA', 'OT2 1:00', { period: 6, position: 240 }, 'OT2 1:00'],
    ['NBA', '2OT 1:00', { period: 6, position: 240 }, 'OT2 1:00'],
    ['WNBA', 'Q4 2:00', { period: 4, position: 480 }, 'Q4 2:00'],
    ['NFL', 'Q4 2:00', { period: 4, position: 780 }, 'Q4 2:00'],
    ['NCAAF', 'OT3', { period: 7, position: 0 }, 'OT3'],
    ['NCAAM', '2nd half 10:00', { period: 2, position: 600 }, '2nd half 10:00'],
    ['NCAAM', 'H2 10:00', { period: 2, position: 600 }, '2nd half 10:00'],
    ['NCAAM', 'end of 1st half', { period: 1, position: END }, 'halftime'],
    ['MLB', 'end of 6th', { period: 6, position: END }, 'end of 6th'],
    ['MLB', 'top of 7th', { period: 7, position: 0 }, 'top of 7th'],
    ['MLB', 'mid 7', { period: 7, position: 1 }, 'middle of 7th'],
    ['MLB', 'bottom of the 9th', { period: 9, position: 2 }, 'bottom of 9th'],
    ['MLB', '11th inning', { period: 11, position: 0 }, 'top of 11th'],
    ['NHL', 'end of P2', { period: 2, position: END }, 'end of P2'],
    ['NHL', 'P3 3:00', { period: 3, position: 1_020 }, 'P3 3:00'],
    ['NHL', '3rd period 3:00', { period: 3, position: 1_020 }, 'P3 3:00'],
    ['SOCCER', "60'", { period: 2, position: 900 }, "60'"],
    ['SOCCER', '60', { period: 2, position: 900 }, "60'"],
    ['SOCCER', '60’', { period: 2, position: 900 }, "60'"],
    ['SOCCER', "45'", { period: 1, position: 2_700 }, "45'"],
    ['SOCCER', "45+2'", { period: 1, position: 2_820 }, "45+2'"],
    ['SOCCER', '59:30', { period: 2, position: 870 }, '59:30'],
    ['SOCCER', 'halftime', { period: 1, position: END }, 'halftime'],
    ['SOCCER', '2nd half', { period: 2, position: 0 }, 'start of 2nd half'],
    ['SOCCER', "105'", { period: 3, position: 900 }, "105'"],
    ['SOCCER', 'extra time', { period: 3, position: 0 }, 'start of ET1'],
    ['SOCCER', 'penalties', { period: 5, position: 0 }, 'penalties'],
    ['TENNIS', 'set 2', { period: 2, position: 0 }, 'set 2'],
    ['TENNIS', 'end of 2nd set', { period: 2, position: END }, 'end of set 2'],
  ];
  for (const [league, text, instant, canonical] of texts) {
    it(`reads "${text}" of ${league} and writes it as "${canonical}"`, () => {
      assert.deepEqual(parseSegment(league, text), instant);
      assert.equal(formatSegment(league, instant), canonical);
      assert.deepEqual(parseSegment(league, canonical), instant);
    });
  }

  const refused: [league: League, text: string, why: RegExp][] = [
    ['NBA', 'Q5', /NBA has 4 quarters/],
    ['NBA', 'Q4 12:01', /Q4 has 12:00 on the clock/],
    ['NBA', 'Q4 2:75', /60 seconds/],
    ['NBA', 'end of Q4 2:00', /either/],
    ['NBA', 'P3 3:00', /no segment of NBA/],
    ['NBA', 'top of 7th', /no segment of NBA/],
    ['NBA', "60'", /no segment of NBA/],
    ['NBA', '', /no segment of NBA/],
    ['NBA', 'OT0', /counted from 1/],
    ['NFL', 'Q4 15:01', /15:00/],
    ['NCAAF', 'OT1 5:00', /no game clock in OT1/],
    ['NCAAM', 'Q3', /no segment of NCAAM/],
    ['NCAAM', '3rd half', /2 halves/],
    ['MLB', 'halftime', /no segment of MLB/],
    ['MLB', 'Q3', /no segment of MLB/],
    ['MLB', '0th', /no segment of MLB/],
    ['MLB', 'end of 6th 2:00', /no segment of MLB/],
    ['NHL', 'halftime', /no segment of NHL/],
    ['NHL', 'P4', /3 periods/],
    ['SOCCER', '2nd half 10:00', /minutes from the start.*Write "60'"/],
    ['SOCCER', "46+2'", /added time follows/],
    ['SOCCER', "121'", /90 minutes/],
    ['TENNIS', 'set 6', /5 sets/],
    ['TENNIS', 'set 2 3:00', /no game clock/],
    ['TENNIS', 'OT', /no segment of TENNIS/],
  ];
  for (const [league, text, why] of refused) {
    it(`says why "${text}" is no segment of ${league}`, () => {
      assert.throws(() => parseSegment(league, text), { code: 'SEGMENT_UNREADABLE', message: why });
    });
  }

  it('writes every instant so that it is read back, and keeps their order', () => {
    for (const league of LEAGUES) {
      const instants = walk(league);
      instants.forEach((instant, i) => {
        const text = formatSegment(league, instant);
        assert.deepEqual(parseSegment(league, text), instant, `${league} ${text}`);
        const next = instants[i + 1];
        if (next !== undefined)
          assert.ok(compareInstants(instant, next) < 0, `${league}: ${text} is before ${formatSegment(league, next)}`);
      });
    }
  });

  const line: [league: League, states: Partial<GameState>[]][] = [
    [
      'NBA',
      [
        { phase: 'pre' },
        { period: 1, clockS: 720 },
        { period: 3, clockS: 0.4 },
        { phase: 'break', period: 3, clockS: 0 },
        { period: 4, clockS: 720 },
        { period: 4, clockS: 719 },
        { phase: 'break', period: 4, clockS: 300 },
        { period: 4, clockS: 120 },
        { phase: 'break', period: 4 },
        { period: 5, clockS: 300 },
        { period: 5, clockS: 10 },
        { period: 6, clockS: 300 },
        { phase: 'final' },
      ],
    ],
    [
      'MLB',
      [
        { phase: 'pre' },
        { period: 6, half: 'top' },
        { phase: 'break', period: 6, half: 'top' },
        { period: 6, half: 'bottom' },
        { phase: 'break', period: 6, half: 'bottom' },
        { period: 7, half: 'top' },
        { period: 9, half: 'bottom' },
        { period: 10, half: 'top' },
        { phase: 'final', period: 10 },
      ],
    ],
    [
      'SOCCER',
      [
        { period: 1, clockS: 2_640 },
        { period: 1, clockS: 2_820 },
        { phase: 'break', period: 1, clockS: 2_820 },
        { period: 2, clockS: 2_700 },
        { period: 2, clockS: 5_580 },
        { phase: 'break', period: 2 },
        { period: 3, clockS: 5_400 },
        { period: 4, clockS: 7_000 },
        { period: 5 },
        { phase: 'final' },
      ],
    ],
    [
      'NHL',
      [
        { period: 2, clockS: 1 },
        { phase: 'break', period: 2 },
        { period: 3, clockS: 1_200 },
        { period: 4, clockS: 300 },
      ],
    ],
    ['NCAAF', [{ period: 4, clockS: 0 }, { period: 5 }, { period: 6 }]],
    ['TENNIS', [{ period: 1 }, { phase: 'break', period: 1 }, { period: 2 }, { period: 3 }]],
  ];
  for (const [league, states] of line) {
    it(`puts the states of a ${league} game in the order of play`, () => {
      const instants = states.map((state) => at(league, state));
      instants.forEach((instant, i) => {
        const next = instants[i + 1];
        assert.ok(instant !== undefined, JSON.stringify(states[i]));
        if (next !== undefined)
          assert.ok(compareInstants(instant, next) < 0, `${JSON.stringify(states[i])} before ${JSON.stringify(states[i + 1])}`);
      });
    });
  }

  const unknown: [league: League, state: Partial<GameState>][] = [
    ['NBA', { period: undefined, clockS: 100 }],
    ['NBA', { period: 2, clockS: undefined }],
    ['NBA', { period: 2, clockS: 721 }],
    ['NBA', { period: 2, clockS: Number.NaN }],
    ['NBA', { phase: 'postponed', period: 2, clockS: 100 }],
    ['MLB', { period: 6, half: undefined }],
    ['MLB', { phase: 'break', period: 6, half: undefined }],
    ['SOCCER', { period: 2, clockS: 600 }],
  ];
  for (const [league, state] of unknown) {
    it(`does not guess where a ${league} game stands from ${JSON.stringify({ clockS: null, half: null, ...state })}`, () => {
      assert.equal(at(league, state), undefined);
    });
  }

  it('takes a break with a clock that was already reset for the end of the period', () => {
    for (const clockS of [720, 0, undefined]) {
      assert.deepEqual(at('NBA', { phase: 'break', period: 3, clockS }), parseSegment('NBA', 'end of Q3'));
    }
  });

  const stopped: [league: League, state: Partial<GameState>, segment: string | undefined][] = [
    ['MLB', { period: 8, half: 'bottom' }, 'bottom of 8th'],
    ['MLB', { period: 8, half: undefined }, undefined],
    ['NFL', { period: 4, clockS: 900 }, 'start of Q4'],
    ['NFL', { period: 4, clockS: undefined }, undefined],
    ['NHL', { period: 3, clockS: 0 }, 'P3 0:00'],
    ['SOCCER', { period: 2, clockS: 3_120 }, "52'"],
    ['SOCCER', { period: 2, clockS: undefined }, undefined],
    ['TENNIS', { period: 2 }, 'set 2'],
  ];
  for (const [league, state, segment] of stopped) {
    it(`leaves a ${league} game that is interrupted where it stopped: ${segment ?? 'not known'}`, () => {
      const instant = at(league, { phase: 'break', isInterrupted: true, ...state });
      assert.deepEqual(instant, segment === undefined ? undefined : parseSegment(league, segment));
    });
  }

  it('counts the seconds to the end of regulation', () => {
    const left = (league: League, state: Partial<GameState>) => remainingRegulationS(gameOf({ league, ...state }));
    assert.equal(left('NBA', { phase: 'pre' }), 2_880);
    assert.equal(left('NBA', { period: 3, clockS: 10 }), 730);
    assert.equal(left('NBA', { phase: 'break', period: 3, clockS: 0 }), 720);
    assert.equal(left('NBA', { period: 5, clockS: 200 }), 0);
    assert.equal(left('NBA', { period: 5, clockS: undefined }), 0);
    assert.equal(left('NBA', { phase: 'final' }), 0);
    assert.equal(left('NBA', { period: 3, clockS: undefined }), undefined);
    assert.equal(left('SOCCER', { period: 1, clockS: 2_800 }), 2_700);
    assert.equal(left('SOCCER', { period: 2, clockS: 3_600 }), 1_800);
    assert.equal(left('SOCCER', { period: 2, clockS: 5_500 }), 0);
    assert.equal(left('MLB', { period: 6, half: 'top' }), undefined);
    assert.equal(left('TENNIS', { period: 1 }), undefined);
  });

  it('goes by the wall clock only where it may and must, and says so', () => {
    const limit = parseSegment('NBA', 'end of Q3');
    const base = { league: 'NBA', scheduledStartMs: 0, nowMs: 103 * 60_000 } as const;
    const wall = progressOf({ ...base, game: undefined, fallback: 'wall_clock' });
    assert.equal(wall.text, 'minute 103 on the wall clock (no game state)');
    assert.ok((compareToSegment(wall, limit) ?? -1) > 0);
    assert.equal(segmentText(wall, 'NBA', limit), 'end of Q3 (nominal minute 102)');
    const none = progressOf({ ...base, game: undefined, fallback: 'refuse' });
    assert.equal(compareToSegment(none, limit), undefined);
    const known = progressOf({ ...base, game: gameOf({ period: 2, clockS: 100 }), fallback: 'wall_clock' });
    assert.equal(known.text, 'Q2 1:40');
    assert.ok((compareToSegment(known, limit) ?? 1) < 0);
    const silent = gameOf({ period: 2, clockS: undefined, startedMs: 60_000 });
    assert.match(
      progressOf({ ...base, game: silent, fallback: 'wall_clock' }).text,
      /^minute 102 .*period 2, and the source tells no more/,
    );
    const postponed = gameOf({ phase: 'postponed' });
    assert.equal(progressOf({ ...base, game: postponed, fallback: 'wall_clock' }).basis, 'unknown');
    assert.equal(progressOf({ ...base, scheduledStartMs: undefined, game: undefined, fallback: 'wall_clock' }).basis, 'unknown');
  });

  it('lets a known period decide before the wall clock, and where no clock may stand in', () => {
    const rows: [period: number, segment: string, order: number | undefined][] = [
      [2, 'Q4 2:00', -1],
      [3, 'end of Q3', -1],
      [4, 'end of Q3', 1],
      [4, 'start of Q4', 1],
      [4, 'Q4 2:00', undefined],
      [5, 'Q4 2:00', 1],
    ];
    for (const [period, text, order] of rows) {
      const game = gameOf({ period, clockS: undefined });
      // By the wall clock alone it would be minute 0, or 300.
      for (const nowMs of [game.startedMs ?? 0, (game.startedMs ?? 0) + 300 * 60_000]) {
        const base = { league: 'NBA', game, scheduledStartMs: undefined, nowMs } as const;
        const segment = parseSegment('NBA', text);
        const refused = compareToSegment(progressOf({ ...base, fallback: 'refuse' }), segment);
        const stoodIn = compareToSegment(progressOf({ ...base, fallback: 'wall_clock' }), segment);
        assert.equal(refused === undefined ? undefined : Math.sign(refused), order);
        if (order !== undefined) assert.equal(Math.sign(stoodIn ?? 0), order);
      }
    }
  });

  it('never lets nominal minutes run against the order of play', () => {
    for (const league of LEAGUES) {
      const minutes = walk(league).map((instant) => nominalMinutes(league, instant));
      assert.ok(
        minutes.every((one, i) => i === 0 || one >= (minutes[i - 1] ?? 0)),
        league,
      );
    }
  });

  it('refuses any text with words or reads it, and never anything else', () => {
    const word = fc.constantFrom(
      'end',
      'of',
      'start',
      'Q',
      'P3',
      '2nd',
      'half',
      '7th',
      'top',
      '10:00',
      "60'",
      'OT',
      'set',
      '2',
      ':',
      '+',
      'inning',
    );
    fc.assert(
      fc.property(fc.constantFrom(...LEAGUES), fc.array(word, { maxLength: 5 }), (league, words) => {
        let instant: Instant;
        try {
          instant = parseSegment(league, words.join(' '));
        } catch (error) {
          assert.match(String(error), /is no segment of/);
          return;
        }
        assert.deepEqual(parseSegment(league, formatSegment(league, instant)), instant);
      }),
    );
  });
});

/** Instants of a league's game in the order of play. */
function walk(league: League): Instant[] {
  const positions: Record<League, number[]> = {
    NBA: [0, 1, 299, 300, END],
    WNBA: [0, 1, 299, 300, END],
    NCAAM: [0, 1, 299, 300, END],
    NCAAW: [0, 1, 299, 300, END],
    NFL: [0, 1, 899, 900, END],
    NCAAF: [0, END],
    MLB: [0, 1, 2, END],
    NHL: [0, 1, 1_199, 1_200, END],
    SOCCER: [0, 60, 75, 900, END],
    TENNIS: [0, END],
  };
  const periods = league === 'SOCCER' ? [1, 2, 3, 4] : league === 'TENNIS' ? [1, 2, 3, 4, 5] : [1, 2, 3, 4, 5, 6, 9, 11];
  return periods.flatMap((period) => positions[league].map((position) => ({ period, position })));
}
