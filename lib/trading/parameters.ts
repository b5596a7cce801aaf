/** The parameters of the strategy "in-play dip" as values: defaults, reading and writing, and how they must stand to each other. */
import {
  type Checked,
  crossProblem,
  isAfter,
  type Problem,
  readWritten,
  type ValuesOf,
  type Written,
  writeValues,
  writtenDefaults,
} from './declaration.ts';
import { TradingError } from './errors.ts';
import type { League } from './game.ts';
import { DOLLAR_CC } from './money.ts';
import { PARAMETERS } from './parameter-table.ts';
import { formatSegment } from './segment-text.ts';
import { centsText } from './words.ts';

export { PARAMETERS } from './parameter-table.ts';

/** What the rules work with: inside names and units, checked. Plain JSON. */
export type RuleParameters = ValuesOf<typeof PARAMETERS> & { readonly league: League };

/** A league's defaults as people write them, by key. */
export function defaultWritten(league: League): Written {
  return writtenDefaults(PARAMETERS, league);
}

export function defaultParameters(league: League): RuleParameters {
  const checked = checkParameters(league, {});
  if (!checked.ok) throw new TradingError('PARAMETER_INVALID', checked.problems.map((one) => one.message).join('; '));
  return checked.values;
}

/**
 * Checks what people wrote (by key, in cents, dollars, seconds, contracts and segment texts; null switches a setting off that may
 * be off). What is not given has the league's default. Gives every problem, not the first.
 */
export function checkParameters(league: League, input: unknown): Checked<RuleParameters> {
  const read = readWritten(PARAMETERS, league, input);
  if (!read.ok) return read;
  const values = { ...read.values, league };
  const problems = crossProblems(values);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, values };
}

/** As people write them: what `checkParameters` reads back. */
export function writeParameters(parameters: RuleParameters): Written {
  return writeValues(PARAMETERS, parameters.league, parameters);
}

function crossProblems(p: RuleParameters): Problem[] {
  const problems: Problem[] = [];
  const say = (name: keyof typeof PARAMETERS, message: string) => problems.push(crossProblem(PARAMETERS[name], message));
  if (p.priceBandLowCC >= p.priceBandHighCC) {
    say('priceBandLowCC', `${centsText(p.priceBandLowCC)} is not below the dearest entry of ${centsText(p.priceBandHighCC)}`);
  }
  if (!isAfter(p.exitBeforeSegment, p.maxEntrySegment)) {
    say('exitBeforeSegment', `must come after the latest entry (${formatSegment(p.league, p.maxEntrySegment)})`);
  }
  if (p.stopLossCC <= p.maxSpreadCC) {
    say(
      'stopLossCC',
      `must be more than the widest spread of ${centsText(p.maxSpreadCC)}, or it would fire right after the entry`,
    );
  }
  if (p.trailingStopCC !== undefined && p.trailingStartCC >= p.takeProfitCC) {
    say('trailingStartCC', `never begins, because profit is taken at ${centsText(p.takeProfitCC)}`);
  }
  if (p.salvagePriceCC !== undefined && p.salvagePriceCC >= p.priceBandLowCC) {
    say(
      'salvagePriceCC',
      `must be below the cheapest entry of ${centsText(p.priceBandLowCC)}, or it would sell what was just bought`,
    );
  }
  problems.push(...neverEnters(p));
  return problems;
}

/** Settings that are each possible and that together let nothing through. */
function neverEnters(p: RuleParameters): Problem[] {
  const dropIsNeeded = p.entryAbsoluteCC === undefined || p.entryCombine === 'and';
  if (dropIsNeeded && p.entryDropCC >= DOLLAR_CC - p.priceBandLowCC) {
    return [crossProblem(PARAMETERS.entryDropCC, `no price can fall this far and stay above ${centsText(p.priceBandLowCC)}`)];
  }
  const absoluteIsNeeded = p.entryAbsoluteCC !== undefined && p.entryCombine === 'and';
  if (absoluteIsNeeded && p.entryAbsoluteCC + p.maxSpreadCC < p.priceBandLowCC) {
    return [
      crossProblem(
        PARAMETERS.entryAbsoluteCC,
        `prices this low are refused by the cheapest entry of ${centsText(p.priceBandLowCC)}`,
      ),
    ];
  }
  return [];
}
