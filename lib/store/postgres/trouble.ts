/** What a failure of PostgreSQL, or of the way there, means to the user, and whether another attempt is worth it. */
import { defect, type StoreCode, StoreError, saidBy, type Trouble } from '../errors.ts';

type Words = readonly [code: StoreCode, says: (where: string) => string];

const AWAY: Words = [
  'STORE_UNAVAILABLE',
  (where) => `${where} cannot be reached: check that the server runs and DATABASE_URL is right`,
];
const BUSY: Words = ['STORE_LOCKED', (where) => `another program holds on to what is needed in ${where}: end it`];
const SIGN_IN: Words = ['STORE_UNAVAILABLE', (where) => `${where} refuses the sign-in: check user and password in DATABASE_URL`];

const UNPROTECTED: Words = [
  'STORE_UNAVAILABLE',
  (where) => `${where} and this program do not agree on encryption: check sslmode in DATABASE_URL, and the server's certificate`,
];

/** By SQLSTATE, and by its class where the class says enough. */
const WORDS: Readonly<Record<string, Words>> = {
  '08': AWAY,
  '28': SIGN_IN,
  '40': BUSY,
  '57': AWAY,
  '58': ['STORE_UNAVAILABLE', (where) => `the server of ${where} has trouble with its disk: look into its log`],
  '53': ['STORE_UNAVAILABLE', (where) => `the server of ${where} has run out of memory or connections`],
  '53100': ['STORE_FULL', (where) => `there is no room left for ${where}: free some space on its server`],
  '25006': ['STORE_READ_ONLY', (where) => `${where} takes no writes (a standby, or set read-only): name the primary server`],
  '42501': ['STORE_READ_ONLY', (where) => `${where} does not let this user write: grant it the schema and its tables`],
  '3D000': ['STORE_UNAVAILABLE', (where) => `${where} does not exist: create the database, or correct DATABASE_URL`],
  '55P03': BUSY,
  '57014': BUSY,
};
/** Rolled back for the sake of another transaction: the next attempt gets through. */
const GAVE_WAY = /^40/;
/** What is no SQLSTATE: the socket, the pool, the driver. */
const LOST =
  /^E(?:CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)|connection (?:terminated|ended|error)|not queryable|timeout/i;

/** What the driver itself says before the server has let it in. */
const WORDLESS: readonly (readonly [says: RegExp, words: Words])[] = [
  [/^SASL/, SIGN_IN],
  [/\bSSL\b|certificate|^ERR_TLS_/i, UNPROTECTED],
  [LOST, AWAY],
];

/** `where` is what the user knows the database by. */
export function postgresTrouble(error: unknown, where: string): Trouble {
  if (error instanceof StoreError) return { code: error.code, message: error.message, said: undefined };
  const state = stateOf(error);
  const words = WORDS[state] ?? WORDS[state.slice(0, 2)] ?? wordsFor(error);
  return words === undefined ? defect(error) : { code: words[0], message: words[1](where), said: saidBy(error) };
}

/** Whether the same may well succeed at once over another connection. */
export function isWorthAnother(error: unknown): boolean {
  const state = stateOf(error);
  return GAVE_WAY.test(state) || isLost(error) || state.startsWith('08') || state.startsWith('57P');
}

function stateOf(error: unknown): string {
  return error instanceof Error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code)) ? String(error.code) : '';
}

function wordsFor(error: unknown): Words | undefined {
  return WORDLESS.find(([says]) => isSaid(says, error))?.[1];
}

function isLost(error: unknown): boolean {
  return wordsFor(error) === AWAY;
}

function isSaid(says: RegExp, error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return says.test('code' in error ? String(error.code) : '') || says.test(saidBy(error));
}
