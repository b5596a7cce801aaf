/**
 * Where Kalshi and ESPN call a team by different codes or names. Codes first: they are short and made to be told apart; names are for
 * the colleges, whose codes nobody has listed, and for codes that have changed.
 */

import type { CompetitionKey } from '../espn/competitions.ts';
import { wordOf } from '../fields.ts';

type Aliases = Readonly<Partial<Record<CompetitionKey, Readonly<Record<string, string>>>>>;

/** ESPN's abbreviation and, after the colon, Kalshi's codes for it. */
const CODES: Aliases = {
  NBA: { GS: 'GSW', NO: 'NOP', NY: 'NYK', SA: 'SAS', UTAH: 'UTA', WSH: 'WAS' },
  WNBA: { POR: 'PDX' },
  NFL: { JAX: 'JAC', WSH: 'WAS' },
  NCAAF: { IU: 'IND' },
  MLB: { ARI: 'AZ', CHW: 'CWS', OAK: 'ATH' },
  NHL: { UTAH: 'UTA' },
  EPL: { BHA: 'BRI', CHE: 'CFC', LIV: 'LFC', MAN: 'MUN', MNC: 'MCI' },
  MLS: { LA: 'LAG', NY: 'RBNY' },
};

/** Kalshi's short name, made comparable, and one of ESPN's. */
const NAMES: Aliases = {
  NBA: { 'los angeles c': 'la clippers', 'los angeles l': 'los angeles lakers' },
  NFL: {
    'los angeles c': 'los angeles chargers',
    'los angeles r': 'los angeles rams',
    'new york g': 'new york giants',
    'new york j': 'new york jets',
  },
  NCAAF: { 'miami fl': 'miami' },
  NCAAM: { 'miami fl': 'miami' },
  NCAAW: { 'miami fl': 'miami' },
  MLB: {
    as: 'athletics',
    'chicago c': 'chicago cubs',
    'chicago ws': 'chicago white sox',
    'los angeles a': 'los angeles angels',
    'los angeles d': 'los angeles dodgers',
    'new york m': 'new york mets',
    'new york y': 'new york yankees',
  },
  NHL: { 'new york i': 'new york islanders', 'new york r': 'new york rangers' },
  EPL: {
    bournemouth: 'afc bournemouth',
    brighton: 'brighton and hove albion',
    newcastle: 'newcastle united',
    nottingham: 'nottingham forest',
    tottenham: 'tottenham hotspur',
    'west ham': 'west ham united',
    wolverhampton: 'wolverhampton wanderers',
  },
  MLS: {
    'los angeles f': 'lafc',
    'los angeles g': 'la galaxy',
    'new york city': 'new york city fc',
    'new york rb': 'new york red bulls',
  },
};

/** Kalshi's codes for a team of ESPN's: ESPN's own, and another where the table has one. */
export function codesOf(competition: CompetitionKey, abbreviation: string): readonly string[] {
  const plain = abbreviation.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  const other = wordOf(CODES[competition] ?? {}, abbreviation.toUpperCase());
  return other === undefined ? [plain] : [other, plain];
}

/** Whether a name as Kalshi's titles have it is one of a team's names at ESPN. */
export function isNamed(competition: CompetitionKey, kalshiName: string, espnNames: readonly string[]): boolean {
  const name = comparable(kalshiName);
  const wanted = wordOf(NAMES[competition] ?? {}, name) ?? name;
  return espnNames.some((one) => comparable(one) === wanted);
}

/** Lower case without accents and signs; a closing "St." is "State", as Kalshi shortens colleges. */
function comparable(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/['’.]/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/ st$/, ' state');
}
