/** Fields of an outside object, read strictly: absent, null and empty text are "not said", anything else has to make sense. */
import { unclear } from './reading.ts';

/** Above any score and any period that a league has seen. */
const HIGHEST_COUNT = 1_000;
const WHOLE = /^\d{1,4}$/;
const CLOCK = /^(\d{1,2}):([0-5]\d)(?:\.\d)?$/;
const LAST_SECONDS = /^([0-5]?\d)(\.\d)$/;

export type Fields = Readonly<Record<string, unknown>>;

/** A text, trimmed. */
export function textOf(fields: Fields, key: string): string | undefined {
  const value = own(fields, key);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') unclear('SCORES_SHAPE_UNKNOWN', `${key} is not a text`, value);
  return value.trim() === '' ? undefined : value.trim();
}

/** A whole number from 0, written as a number or as digits. */
export function countOf(fields: Fields, key: string): number | undefined {
  const value = own(fields, key);
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' && WHOLE.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > HIGHEST_COUNT) {
    unclear('SCORES_SHAPE_UNKNOWN', `${key} is not a whole number`, value);
  }
  return number;
}

/** What the first of `keys` says; every other one that says something has to say the same. */
export function agreed<T>(keys: readonly string[], read: (key: string) => T | undefined): T | undefined {
  let said: { key: string; value: T } | undefined;
  for (const key of keys) {
    const value = read(key);
    if (value === undefined) continue;
    said ??= { key, value };
    if (said.value !== value) {
      unclear('SCORES_CONTRADICTION', `${said.key} and ${key} do not agree`, `${String(said.value)} and ${String(value)}`);
    }
  }
  return said?.value;
}

/** Home and away score, both or neither. */
export function scoresOf(
  fields: Fields,
  homeKey: string,
  awayKey: string,
): { home: number | undefined; away: number | undefined } {
  const home = countOf(fields, homeKey);
  const away = countOf(fields, awayKey);
  if ((home === undefined) !== (away === undefined)) {
    unclear('SCORES_SCORE_UNKNOWN', `only one of ${homeKey} and ${awayKey} is given`, home ?? away);
  }
  return { home, away };
}

/** Seconds of a clock that runs down: "8:36", "12:00", in a period's last minute also "45.3". */
export function countdownS(text: string): number {
  const [, minutes, seconds] = CLOCK.exec(text) ?? [];
  if (minutes !== undefined && seconds !== undefined) return Number(minutes) * 60 + Number(seconds);
  if (LAST_SECONDS.test(text)) return Number(text);
  return unclear('SCORES_CLOCK_UNKNOWN', 'the clock cannot be read', text);
}

/** Compares loosely: "In Progress", "in_progress" and "inprogress" are one word. */
export function loose(text: string): string {
  return text.toLowerCase().replaceAll(/[\s_-]+/g, '');
}

/** An entry of a table of words; what stands in no table has no meaning. */
export function wordOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) && fields[key] !== null ? fields[key] : undefined;
}
