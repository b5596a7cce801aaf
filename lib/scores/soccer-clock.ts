/** Soccer's clock: minutes since the kick-off, "62'", with stoppage time as "45+2'" or, as ESPN writes it, "45'+2'". */
import { unclear } from './reading.ts';

const MINUTE = /^(\d{1,3})(?:'?\s*\+\s*(\d{1,2}))?'?$/;
/** First and last minute of each half, extra time included, as shown. */
const HALVES: readonly (readonly [from: number, to: number])[] = [
  [0, 45],
  [45, 90],
  [90, 105],
  [105, 120],
];

export interface SoccerMinute {
  /** As shown, without stoppage time. */
  minute: number;
  /** Minutes of stoppage time. */
  added: number;
}

/** Ends the reading where the text is not a minute. */
export function soccerMinute(text: string): SoccerMinute {
  const [, minute, added = '0'] = MINUTE.exec(text.replaceAll(/[’′]/g, "'")) ?? [];
  if (minute === undefined || Number(minute) > 120) unclear('SCORES_CLOCK_UNKNOWN', 'the minute cannot be read', text);
  return { minute: Number(minute), added: Number(added) };
}

/** Seconds played, as the league counts them: the shown minute is taken as full, stoppage time runs on after it. */
export function playedS({ minute, added }: SoccerMinute): number {
  return (minute + added) * 60;
}

/** Ends the reading where this half cannot show this minute. */
export function checkHalf(period: number, { minute }: SoccerMinute): void {
  const half = HALVES[period - 1];
  if (half !== undefined && (minute < half[0] || minute > half[1])) {
    unclear('SCORES_CONTRADICTION', 'the minute does not belong to the half', `period ${period}, minute ${minute}`);
  }
}

/** Which half of extra time shows this minute. */
export function extraPeriod({ minute }: SoccerMinute): number {
  if (minute < 90) unclear('SCORES_CONTRADICTION', 'the minute does not belong to extra time', minute);
  return minute > 105 ? 4 : 3;
}
