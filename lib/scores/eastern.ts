/** The Eastern calendar, by which Kalshi dates its tickers and ESPN its scoreboards. */
export { daysBetween, newYorkDay as easternDay } from '../trading/trading-day.ts';
