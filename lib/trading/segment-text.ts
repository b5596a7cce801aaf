/** Segments as people write them: "end of Q3", "Q4 2:00", "2nd half 10:00", "top of 7th", "P3 3:00", "60'", "halftime", "set 2". */
import { TradingError } from './errors.ts';
import type { League } from './game.ts';
import { COURSES, type Course } from './leagues.ts';
import { clockAtStartS, END, HALF, type Instant, periodSeconds } from './segment.ts';
import { clockText, ordinal } from './words.ts';

const MOST_INNINGS = 30;
const MOST_OVERTIMES = 10;
const SHOOT_OUT = 3;
const EXAMPLES: Record<Course['unit'], string> = {
  quarter: '"end of Q3", "Q4 2:00", "halftime", "OT1 1:00"',
  half: '"end of 1st half", "2nd half 10:00", "halftime"',
  period: '"end of P2", "P3 3:00", "OT1"',
  inning: '"end of 6th", "top of 7th", "bottom of 9th"',
  set: '"set 2", "end of set 1"',
};
const SOCCER_EXAMPLES = `"60'", "45+2'", "halftime", "start of 2nd half"`;

/** Reads a segment of this league. Throws `SEGMENT_UNREADABLE`, saying what this league's segments look like. */
export function parseSegment(league: League, text: string): Instant {
  const plain = text.trim().toLowerCase().replace(/[’′]/g, "'").replace(/\s+/g, ' ');
  const course = COURSES[league];
  const instant =
    readHalftime(course, plain) ??
    (course.clock === 'up' ? readMinute(league, text, plain) : undefined) ??
    (course.unit === 'inning' ? readInning(plain) : undefined) ??
    readPeriod(league, text, plain);
  if (instant === undefined) throw unreadable(league, text);
  return instant;
}

/** The instant as `parseSegment` reads it back (to the second). Before the start and after the end have words of their own. */
export function formatSegment(league: League, instant: Instant): string {
  const course = COURSES[league];
  const { period, position } = instant;
  if (period < 1) return 'before the start';
  if (period >= 1_000) return 'over';
  if (course.unit === 'inning') return inningText(period, position);
  const name = periodName(course, period);
  if (position === END) return period === course.halftimeAfter ? 'halftime' : `end of ${name}`;
  if (course.clock === 'up') return minuteText(course, instant, name);
  const seconds = periodSeconds(course, period);
  if (seconds === 0) return name;
  return position === 0 ? `start of ${name}` : `${name} ${clockText(seconds - position)}`;
}

function readHalftime(course: Course, plain: string): Instant | undefined {
  if (!/^(halftime|half time|half-time|ht)$/.test(plain) || course.halftimeAfter === undefined) return undefined;
  return { period: course.halftimeAfter, position: END };
}

function readInning(plain: string): Instant | undefined {
  const match =
    /^(?:(top|middle|mid|bottom|bot|end|start)(?: of)? )?(?:the )?(?:inning )?(\d{1,2})(?:st|nd|rd|th)?(?: inning)?$/.exec(plain);
  const period = Number(match?.[2] ?? 0);
  if (match === null || period < 1 || period > MOST_INNINGS) return undefined;
  const half = match[1] ?? 'top';
  if (half === 'end') return { period, position: END };
  return { period, position: half.startsWith('bot') ? HALF.bottom : half.startsWith('mid') ? HALF.middle : HALF.top };
}

function readMinute(league: League, text: string, plain: string): Instant | undefined {
  const match = /^(?:minute )?(\d{1,3})(?::(\d\d))?(?:\+(\d{1,2})(?::(\d\d))?)?(?:'| ?min(?:utes?)?)?$/.exec(plain);
  if (match === null) return undefined;
  const course = COURSES[league];
  const baseS = clockS(league, text, match[1], match[2]);
  const period = [1, 2, 3, 4].find((one) => baseS <= clockAtStartS(course, one + 1));
  if (period === undefined) throw unreadable(league, text, 'a soccer game has 90 minutes, 120 with extra time');
  if (match[3] === undefined) return { period, position: baseS - clockAtStartS(course, period) };
  if (baseS !== clockAtStartS(course, period + 1)) throw unreadable(league, text, 'added time follows minute 45, 90, 105 or 120');
  return { period, position: periodSeconds(course, period) + clockS(league, text, match[3], match[4]) };
}

function readPeriod(league: League, text: string, plain: string): Instant | undefined {
  const course = COURSES[league];
  const match = /^(?:(end|start)(?: of)? )?(?:the )?(.+?)(?: (\d{1,2}):(\d\d))?$/.exec(plain);
  const period = readPeriodName(league, text, match?.[2] ?? '');
  if (match === null || period === undefined) return undefined;
  if (match[3] === undefined) return { period, position: match[1] === 'end' ? END : 0 };
  const seconds = periodSeconds(course, period);
  const name = periodName(course, period);
  if (match[1] !== undefined) throw unreadable(league, text, `write either "${match[1]} of ${name}" or a time in it`);
  if (seconds === 0) throw unreadable(league, text, `there is no game clock in ${name}`);
  if (course.clock === 'up') throw unreadable(league, text, 'soccer counts minutes from the start');
  const leftS = clockS(league, text, match[3], match[4]);
  if (leftS > seconds) throw unreadable(league, text, `${name} has ${clockText(seconds)} on the clock`);
  return { period, position: seconds - leftS };
}

function readPeriodName(league: League, text: string, name: string): number | undefined {
  const course = COURSES[league];
  if (name === 'penalties' && course.clock === 'up') return course.periods + SHOOT_OUT;
  const overtime = /^(?:(?:ot|et|overtime|extra time) ?(\d{1,2})?|(\d{1,2})(?:st|nd|rd|th)? ?(?:ot|overtime))$/.exec(name);
  if (overtime !== null && course.unit !== 'inning' && course.unit !== 'set') {
    const number = Number(overtime[1] ?? overtime[2] ?? 1);
    const most = course.clock === 'up' ? 2 : MOST_OVERTIMES;
    if (number < 1 || number > most) throw unreadable(league, text, `overtimes are counted from 1 to ${most}`);
    return course.periods + number;
  }
  const letter = course.unit.charAt(0);
  const regular = new RegExp(`^(?:(?:${letter}|${course.unit}) ?(\\d{1,2})|(\\d{1,2})(?:st|nd|rd|th)? ?${course.unit})$`).exec(
    name,
  );
  if (regular === null || course.unit === 'inning') return undefined;
  const number = Number(regular[1] ?? regular[2]);
  if (number >= 1 && number <= course.periods) return number;
  throw unreadable(league, text, `${league} has ${course.periods} ${plural(course.unit)}`);
}

function clockS(league: League, text: string, minutes: string | undefined, seconds: string | undefined): number {
  if (Number(seconds ?? 0) > 59) throw unreadable(league, text, 'a minute has 60 seconds');
  return Number(minutes) * 60 + Number(seconds ?? 0);
}

function periodName(course: Course, period: number): string {
  const extra = period - course.periods;
  if (extra > 0 && course.unit !== 'set') {
    if (course.clock !== 'up') return `OT${extra}`;
    return extra >= SHOOT_OUT ? 'penalties' : `ET${extra}`;
  }
  if (course.unit === 'half') return `${ordinal(period)} half`;
  return course.unit === 'set' ? `set ${period}` : `${course.unit === 'quarter' ? 'Q' : 'P'}${period}`;
}

function inningText(period: number, position: number): string {
  const half = position === END ? 'end' : position === HALF.bottom ? 'bottom' : position === HALF.middle ? 'middle' : 'top';
  return `${half} of ${ordinal(period)}`;
}

function minuteText(course: Course, { period, position }: Instant, name: string): string {
  if (position === 0 && period > 1) return name === 'penalties' ? name : `start of ${name}`;
  const whole = Math.floor(position);
  const added = whole - periodSeconds(course, period);
  const base = clockAtStartS(course, period);
  return added > 0 ? `${(base + whole - added) / 60}+${minuteMark(added)}` : minuteMark(base + whole);
}

function minuteMark(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60}'` : clockText(seconds);
}

function plural(unit: Course['unit']): string {
  return unit === 'half' ? 'halves' : `${unit}s`;
}

function unreadable(league: League, text: string, why?: string): TradingError {
  const examples = league === 'SOCCER' ? SOCCER_EXAMPLES : EXAMPLES[COURSES[league].unit];
  const detail = why === undefined ? '' : `: ${why}`;
  return new TradingError('SEGMENT_UNREADABLE', `"${text}" is no segment of ${league}${detail}. Write ${examples}`);
}
