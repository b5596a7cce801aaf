/** What a failure of SQLite means to the user. */
import { defect, type StoreCode, StoreError, saidBy, type Trouble } from '../errors.ts';

/** Primary result codes. */
const BUSY = 5;
const LOCKED = 6;
const NO_MEMORY = 7;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

type Words = readonly [code: StoreCode, says: (file: string) => string];

const LOCKED_WORDS: Words = [
  'STORE_LOCKED',
  (file) => `another program is writing to ${file}: end it (a second Courtside, a database browser)`,
];
const DAMAGED_WORDS: Words = [
  'STORE_UNAVAILABLE',
  (file) => `${file} is damaged, or no database: put a backup in its place, or name another file`,
];

const CANNOT_OPEN_WORDS: Words = [
  'STORE_UNAVAILABLE',
  (file) => `${file} cannot be opened: check that its folder exists and may be written`,
];

const WORDS: Readonly<Record<number, Words>> = {
  [BUSY]: LOCKED_WORDS,
  [LOCKED]: LOCKED_WORDS,
  [NO_MEMORY]: ['STORE_UNAVAILABLE', (file) => `there is not enough memory to work with ${file}: end other programs`],
  [READ_ONLY]: ['STORE_READ_ONLY', (file) => `${file} cannot be written: let this user write to it and to its folder`],
  [IO_ERROR]: ['STORE_UNAVAILABLE', (file) => `the disk under ${file} fails: check it and its space`],
  [CORRUPT]: DAMAGED_WORDS,
  [FULL]: ['STORE_FULL', (file) => `there is no room left for ${file}: free some space on its disk`],
  [CANNOT_OPEN]: CANNOT_OPEN_WORDS,
  [NOT_A_DATABASE]: DAMAGED_WORDS,
};

/** Making the file and its folder is the operating system's business. */
const SYSTEM_WORDS: Readonly<Record<string, number>> = {
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  EROFS: READ_ONLY,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EIO: IO_ERROR,
};

/** `file` is what the user knows the database by. */
export function sqliteTrouble(error: unknown, file: string): Trouble {
  if (error instanceof StoreError) return { code: error.code, message: error.message, said: undefined };
  const code = codeOf(error);
  const words = code === undefined ? undefined : WORDS[code & 0xff];
  return words === undefined ? defect(error) : { code: words[0], message: words[1](file), said: saidBy(error) };
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode;
  return 'syscall' in error && 'code' in error ? (SYSTEM_WORDS[String(error.code)] ?? CANNOT_OPEN) : undefined;
}
