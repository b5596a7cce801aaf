/** Where Kalshi listens. Credentials of one are not valid on the other. */
export const KALSHI_HOSTS = {
  live: {
    rest: 'https://external-api.kalshi.com/trade-api/v2',
    ws: 'wss://external-api-ws.kalshi.com/trade-api/ws/v2',
  },
  demo: {
    rest: 'https://external-api.demo.kalshi.co/trade-api/v2',
    ws: 'wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2',
  },
} as const;

/** All names of the live exchange; the demo exchange is under another, kalshi.co. */
const LIVE = /(?:^|\.)kalshi\.com\.?$/;

/** Whether this is an address at which orders cost real money. */
export function isLiveAddress(url: string): boolean {
  return LIVE.test(new URL(url).hostname);
}
