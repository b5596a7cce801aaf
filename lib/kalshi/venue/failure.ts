/** Why an account cannot be used, in words for whoever set it up. */
import type { Environment } from '../../trading/ports/venue.ts';
import type { KalshiClient } from '../client.ts';
import { KalshiError, type KalshiErrorCode } from '../errors.ts';

const EXCHANGES: Readonly<Record<Environment, string>> = {
  practice: 'The practice exchange',
  paper: 'Kalshi',
  demo: "Kalshi's demo exchange",
  live: 'Kalshi',
  replay: 'The replay',
};
const OTHER_KEYS: Readonly<Partial<Record<Environment, string>>> = {
  demo: '; keys of the live exchange are not valid on demo',
  live: '; keys of the demo exchange are not valid on live',
  paper: '; keys of the demo exchange are not valid on live',
};

export interface Place {
  environment: Environment;
  baseUrl: string;
  client: Pick<KalshiClient, 'offset'>;
}

/** Runs what opens an account: what it throws says what to do. What cannot be said better stays as it is. */
export async function opening<T>(place: Place, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof KalshiError)) throw error;
    const message = messageFor(error, place);
    if (message === undefined) throw error;
    const { code, outcome, status, exchange, operation } = error;
    throw new KalshiError(code, message, { outcome, status, exchange, operation, cause: error });
  }
}

/** The key is good, and not for trading. */
export function cannotTrade(environment: Environment): KalshiError {
  const message = `${EXCHANGES[environment]} lets this API key read, and not trade: make one with the scope "write"`;
  return new KalshiError('KALSHI_FORBIDDEN', message, { outcome: 'refused' });
}

const UNREACHABLE = 'cannot be reached: check the network, and the address where one is set';
const STRANGE = 'does not answer as Kalshi does: check the address';

/** By code, for the exchange by its name, the host, and what went wrong. */
const MESSAGES: Readonly<Partial<Record<KalshiErrorCode, (who: string, host: string, error: KalshiError) => string>>> = {
  KALSHI_FORBIDDEN: (who) => `${who} does not let this API key read its account: it needs the scopes "read" and "write"`,
  KALSHI_UNREACHABLE: (who, host) => `${who} (${host}) ${UNREACHABLE}`,
  KALSHI_TIMEOUT: (who, host) => `${who} (${host}) ${UNREACHABLE}`,
  KALSHI_EXCHANGE_FAILED: (who, host, { status }) =>
    `${who} (${host}) is out of order at the moment (HTTP ${status}): try again later`,
  KALSHI_NOT_FOUND: (_who, host) => `${host} ${STRANGE}`,
  KALSHI_ANSWER_UNREADABLE: (_who, host) => `${host} ${STRANGE}`,
};

function messageFor(error: KalshiError, place: Place): string | undefined {
  if (error.code === 'KALSHI_AUTH_REJECTED') return rejection(error, place);
  const host = URL.parse(place.baseUrl)?.host ?? place.baseUrl;
  return MESSAGES[error.code]?.(EXCHANGES[place.environment], host, error);
}

function rejection({ exchange }: KalshiError, { environment, client }: Place): string {
  const { offsetMs } = client.offset;
  const who = EXCHANGES[environment];
  if (exchange.details === 'NOT_FOUND') {
    return `${who} does not know this API key id: check it${OTHER_KEYS[environment] ?? ''}`;
  }
  if (exchange.details === 'INCORRECT_API_KEY_SIGNATURE') {
    return `${who} knows this API key id, and the private key is not the one that belongs to it`;
  }
  if (exchange.code === 'header_timestamp_expired') {
    const apart = Math.abs(offsetMs) >= 1_000 ? `, which is ${Math.round(Math.abs(offsetMs) / 1000)} s off` : '';
    return `${who} refuses signatures by this machine's clock${apart}: set the clock`;
  }
  return `${who} does not accept this API key: check its id and its private key${OTHER_KEYS[environment] ?? ''}`;
}
