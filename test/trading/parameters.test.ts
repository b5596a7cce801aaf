import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Declaration } from '../../lib/trading/declaration.ts';
import { LEAGUES, type League } from '../../lib/trading/game.ts';
import { checkLimits, defaultLimits, defaultLimitsWritten, LIMITS, writeLimits } from '../../lib/trading/limits.ts';
import { checkParameters, defaultParameters, defaultWritten, PARAMETERS, writeParameters } from '../../lib/trading/parameters.ts';
import { parseSegment } from '../../lib/trading/segment-text.ts';

const declarations: Declaration[] = [...Object.values(PARAMETERS), ...Object.values(LIMITS)];

function problems(league: League, written: unknown): string[] {
  const checked = checkParameters(league, written);
  return checked.ok ? [] : checked.problems.map((one) => `${one.key}: ${one.message}`);
}

describe('the parameters of the strategy', () => {
  it("have the owner's defaults", () => {
    assert.deepEqual(defaultParameters('NBA'), {
      league: 'NBA',
      enabled: true,
      minPregamePriceCC: 5_500,
      entryDropCC: 1_500,
      entryAbsoluteCC: undefined,
      entryCombine: 'and',
      baselineValue: 'raw',
      minBaselineGrade: 'C',
      priceBandLowCC: 2_000,
      priceBandHighCC: 8_000,
      maxEntrySegment: parseSegment('NBA', 'end of Q3'),
      minTimeRemainingS: 300,
      clockFallback: 'wall_clock',
      maxSpreadCC: 400,
      minDepthE2: undefined,
      maxDataAgeS: 2,
      maxScoreAgeS: 30,
      takeProfitCC: 2_000,
      stopLossCC: 1_000,
      trailingStopCC: undefined,
      trailingStartCC: 1_000,
      exitBeforeSegment: parseSegment('NBA', 'Q4 2:00'),
      salvagePriceCC: undefined,
      salvageFromSegment: parseSegment('NBA', 'Q4'),
      positionSizeE6: 50_000_000,
      maxEntriesPerGame: 1,
      maxTotalPositions: 5,
      averagingDown: false,
      entryOffsetCC: 100,
      exitOffsetCC: 200,
      maxPriceMoveCC: 200,
    });
    const segments: [league: League, entry: string, exit: string | null][] = [
      ['WNBA', 'end of Q3', 'Q4 2:00'],
      ['NCAAM', '2nd half 10:00', '2nd half 2:00'],
      ['NCAAW', 'end of Q3', 'Q4 2:00'],
      ['NFL', 'end of Q3', 'Q4 2:00'],
      ['NCAAF', 'end of Q3', 'Q4 2:00'],
      ['MLB', 'end of 6th', 'end of 8th'],
      ['NHL', 'end of P2', 'P3 3:00'],
      ['SOCCER', "60'", "80'"],
      ['TENNIS', 'end of set 1', null],
    ];
    for (const [league, entry, exit] of segments) {
      const written = defaultWritten(league);
      assert.deepEqual([written['max_entry_segment'], written['exit_before_segment'], written['enabled']], [entry, exit, false]);
    }
  });

  it('are written as they are read, in every league', () => {
    for (const league of LEAGUES) {
      const values = defaultParameters(league);
      const checked = checkParameters(league, JSON.parse(JSON.stringify(writeParameters(values))));
      assert.ok(checked.ok);
      assert.deepEqual(checked.values, values);
    }
    const limits = checkLimits(writeLimits(defaultLimits()));
    assert.ok(limits.ok);
    assert.deepEqual(limits.values, defaultLimits());
  });

  it('are each declared whole: a key of their own, a label, help in at most two sentences, a default that is allowed', () => {
    const keys = declarations.map((one) => one.key);
    assert.equal(new Set(keys).size, keys.length);
    for (const one of declarations) {
      assert.match(one.key, /^[a-z]+(_[a-z]+)*$/);
      assert.ok(one.label.length > 3 && one.label.length < 40, one.key);
      const sentences = one.help.split(/[.!?](?: |$)/).filter((text) => text.length > 0);
      assert.ok(sentences.length >= 1 && sentences.length <= 2, `${one.key}: ${one.help}`);
      if ('min' in one) {
        const offered = 'whenOn' in one ? one.whenOn : one.default;
        assert.ok(typeof offered === 'number' && offered >= one.min && offered <= one.max, one.key);
      }
    }
  });

  it('accept what an editor offers when a setting is switched on', () => {
    for (const league of LEAGUES) {
      for (const one of Object.values(PARAMETERS)) {
        if (!('whenOn' in one)) continue;
        const on =
          typeof one.whenOn === 'object'
            ? ((one.whenOn.by as Partial<Record<League, string>>)[league] ?? one.whenOn.all)
            : one.whenOn;
        assert.deepEqual(problems(league, { [one.key]: on }), [], `${league} ${one.key}`);
      }
    }
  });

  const wrong: [written: unknown, problem: RegExp][] = [
    [null, /settings are an object/],
    [[], /settings are an object/],
    ['entry_drop', /settings are an object/],
    [{ entry_dorp: 12 }, /"entry_dorp" is no setting/],
    [{ entry_drop: '12' }, /entry_drop: Drop that triggers an entry: "12" is no number/],
    [{ entry_drop: null }, /cannot be off/],
    [{ entry_drop: Number.NaN }, /is no number/],
    [{ entry_drop: 0 }, /0 is outside 1 to 90 cents/],
    [{ entry_drop: 12.345 }, /up to two decimals/],
    [{ max_entries_per_game: 1.5 }, /no whole number/],
    [{ enabled: 'yes' }, /neither true nor false/],
    [{ entry_combine: 'xor' }, /none of and, or/],
    [{ max_entry_segment: 'top of 7th' }, /no segment of NBA/],
    [{ max_entry_segment: 3 }, /3 is no text/],
    [{ stop_loss: 0 }, /stop_loss: Stop loss: 0 is outside/],
    [{ stop_loss: 4 }, /must be more than the widest spread of 4.0/],
    [{ price_band_low: 50, price_band_high: 50 }, /50.0 is not below the dearest entry of 50.0/],
    [{ exit_before_segment: 'end of Q3' }, /must come after the latest entry \(end of Q3\)/],
    [{ max_entry_segment: 'OT1' }, /must come after the latest entry/],
    [{ trailing_stop: 5, trailing_start: 20 }, /never begins/],
    [{ salvage_price: 20 }, /below the cheapest entry/],
    [{ entry_drop: 80 }, /no price can fall this far/],
    [{ entry_absolute: 15 }, /refused by the cheapest entry/],
    [{ entry_drop: 80, entry_absolute: 50 }, /no price can fall this far/],
  ];
  for (const [written, problem] of wrong) {
    it(`name the problem with ${JSON.stringify(written)}`, () => {
      const found = problems('NBA', written);
      assert.equal(found.length, 1);
      assert.match(found[0] ?? '', problem);
    });
  }

  it('name all problems at once', () => {
    assert.deepEqual(
      problems('NBA', { entry_drop: 0, take_profit: 'much', nonsense: 1 }).map((one) => one.split(':')[0]),
      ['entry_drop', 'take_profit', 'nonsense'],
    );
  });

  it('let settings that stand alone be combined', () => {
    assert.deepEqual(problems('NBA', { entry_absolute: 15, entry_combine: 'or' }), []);
    assert.deepEqual(problems('NBA', { entry_absolute: 16 }), []);
    assert.deepEqual(problems('NBA', { entry_drop: 90, entry_absolute: 40, entry_combine: 'or' }), []);
    assert.deepEqual(problems('NBA', { exit_before_segment: null }), []);
    assert.deepEqual(problems('MLB', { min_pregame_price: 50, entry_drop: 10.5, position_size: 10 }), []);
  });

  it('come out of any object as values or as problems, never as an error', () => {
    const keys = fc.constantFrom(...Object.values(PARAMETERS).map((one) => one.key));
    const value = fc.oneof(
      fc.integer({ min: -5, max: 120 }),
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.object(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...LEAGUES), fc.dictionary(keys, value), (league, written) => {
        const checked = checkParameters(league, written);
        if (checked.ok) assert.ok(checked.values.priceBandLowCC < checked.values.priceBandHighCC);
        else assert.ok(checked.problems.length > 0);
      }),
    );
  });

  it("of risk have the owner's defaults and a ceiling on one position", () => {
    assert.deepEqual(defaultLimitsWritten(), {
      daily_loss: 500,
      daily_loss_share: 5,
      consecutive_losses: 5,
      consecutive_losses_pause: 60,
      exposure_total: 2_000,
      exposure_total_share: 30,
      position_share: 5,
      default_position_size: 50,
      max_position_size: null,
      open_positions: 5,
    });
    const tooMuch = checkLimits({ position_share: 11 });
    assert.ok(!tooMuch.ok && /outside 0.1 to 10 percent/.test(tooMuch.problems[0]?.message ?? ''));
    assert.ok(checkLimits({ position_share: 10 }).ok);
  });

  it('may allow less money at risk at a time than a day may lose: it can be lost more than once', () => {
    assert.ok(checkLimits({ exposure_total: 300 }).ok);
    assert.ok(checkLimits({ daily_loss: 2_001 }).ok);
  });
});
