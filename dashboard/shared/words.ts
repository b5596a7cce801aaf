/** Numbers and times as a trader reads them. Null is "not known" and reads as an en dash, never as 0. */
export const UNKNOWN = '–';

/** 47 -> "47c", 47.5 -> "47.5c" */
export function cents(price: number | null): string {
  return price === null ? UNKNOWN : `${minus(String(Math.round(price * 100) / 100))}c`;
}

/** 10127.5 -> "10,127.50" */
export function dollars(amount: number | null): string {
  return amount === null
    ? UNKNOWN
    : minus(amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }));
}

/** 2000 -> "2,000", 149.5 -> "149.50": for limits, which are round most of the time. */
export function roundDollars(amount: number): string {
  return Number.isInteger(amount) ? minus(amount.toLocaleString('en-US')) : dollars(amount);
}

/** 12.4 -> "+12.40"; what rounds to nothing has no sign. */
export function signedDollars(amount: number | null): string {
  const text = dollars(amount);
  return amount !== null && direction(amount) > 0 ? `+${text}` : text.replace(/^−(?=[0.]+$)/, '');
}

/** 1 up, -1 down, 0 neither, as it is shown: half a cent is nothing. */
export function direction(amount: number | null): -1 | 0 | 1 {
  if (amount === null || Math.abs(amount) < 0.005) return 0;
  return amount > 0 ? 1 : -1;
}

export function arrow(amount: number | null): string {
  return { '-1': '▼', '0': '', '1': '▲' }[direction(amount)];
}

/** "NBA", "Soccer": most leagues are known by their letters. */
export function leagueName(league: string): string {
  return { SOCCER: 'Soccer', TENNIS: 'Tennis' }[league] ?? league;
}

/** 60 -> "60x"; 0 is time that goes on from event to event; at its own pace it is not worth a word. */
export function pace(speed: number | null): string {
  if (speed === null || speed === 1) return '';
  return speed === 0 ? 'in steps' : `${speed}x`;
}

/** For class names: `up`, `down`, `even`. */
export function tone(amount: number | null): 'up' | 'down' | 'even' {
  return ({ '-1': 'down', '0': 'even', '1': 'up' } as const)[direction(amount)];
}

/** 1 -> "1 position", 4 -> "4 positions" */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** 0.23 -> "0.2 s", 3 -> "3 s", 12.3 -> "12 s", 250 -> "4 min" */
export function age(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  if (seconds < 10) return `${Math.floor(Math.max(0, seconds) * 10) / 10} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : hoursAndMinutes(minutes);
}

/** 3.4 -> "3 s": for ages that count up. */
export function wholeAge(seconds: number): string {
  return seconds < 10 ? `${Math.floor(Math.max(0, seconds))} s` : age(seconds);
}

/** How long until then: "in 40 s", "in 45 min", "in 3 h 20 min"; "now" when it has come. */
export function until(atMs: number, nowMs: number): string {
  const seconds = Math.ceil((atMs - nowMs) / 1000);
  if (seconds <= 0) return 'now';
  if (seconds < 60) return `in ${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `in ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `in ${hoursAndMinutes(minutes)}` : `in ${count(Math.round(hours / 24), 'day')}`;
}

/** 120 -> "2 h", 200 -> "3 h 20 min" */
function hoursAndMinutes(minutes: number): string {
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** "21:32:05" in the user's zone. */
export function clockTime(at: string | number): string {
  return TIME.format(new Date(at));
}

/** "21:32" in the user's zone. */
export function shortTime(at: string | number): string {
  return SHORT_TIME.format(new Date(at));
}

/** "Fri 20 Nov" in the user's zone. */
export function day(at: string | number): string {
  return DAY.format(new Date(at));
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const SHORT_TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });

/** A real minus sign: as wide as a plus, and spoken. */
function minus(text: string): string {
  return text.replace('-', '−');
}
