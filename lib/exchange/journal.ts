/**
 * The journal of a night: one JSON text per line, first what the night was started with, then every command and how far the
 * scenario has come. Lines are in the operating system's hands before anything they stand for is acknowledged or shown, so
 * a killed process loses nothing that anybody has seen.
 */
import { closeSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Command } from './engine/commands.ts';
import { ExchangeError } from './errors.ts';
import { lockNight } from './lock.ts';

const FILE = 'journal.jsonl';
/**
 * Raised whenever a journal would be read differently, or would become another night: when the lines, the engine's rules or
 * the scenarios change their meaning.
 */
const VERSION = 2;
const LINE_END = 0x0a;

/** What a night is: started again with the same, it is the same night. */
export interface NightHeader {
  /** Its name; every id of the night follows from it. */
  night: string;
  /** Seed of the scenario. */
  seed: number;
  shards: number[];
  /** How the scenario was asked for; opaque here. */
  scenario: Record<string, unknown>;
  thursdayPause: boolean;
}

/** After `delivered` scenario events, at market time `atMs`: a command, or (without one) just progress. */
export interface Entry {
  delivered: number;
  atMs: number;
  command?: Command;
}

export interface Journal {
  /** Throws when the line is not wholly in the operating system's hands. */
  append(entry: Entry): void;
  /** Lets go of the journal, once. */
  close(): void;
}

export interface OpenedJournal {
  journal: Journal;
  header: NightHeader;
  /** What an earlier process has journaled, oldest first. */
  entries: Entry[];
  /** Whether the night had begun before. */
  isResumed: boolean;
}

/** A journal that remembers nothing: for nights that need not outlive their process. */
export const noJournal: Journal = { append() {}, close() {} };

/**
 * Opens the journal in `dir`, which must exist, and reads it back, or starts one for the night that is `wanted`. No other
 * process can have it until it is closed. A last line without its end was never acknowledged and is cut off; a journal
 * without a whole line has never begun. Nothing is changed before the journal is known to be the wanted night's.
 *
 * Throws `EXCHANGE_NIGHT_IN_USE`, `EXCHANGE_NIGHT_DIFFERS` (all but the night's name must be as wanted),
 * `EXCHANGE_JOURNAL_UNREADABLE`.
 */
export function openJournal(dir: string, wanted: NightHeader): OpenedJournal {
  const release = lockNight(dir);
  try {
    return openLocked(dir, wanted, release);
  } catch (cause) {
    release();
    throw cause;
  }
}

function openLocked(dir: string, wanted: NightHeader, release: () => void): OpenedJournal {
  const path = join(dir, FILE);
  const handle = openSync(path, 'a+', 0o600);
  try {
    const bytes = readFileSync(path);
    const end = bytes.lastIndexOf(LINE_END) + 1;
    const known = end === 0 ? undefined : read(bytes.toString('utf8', 0, end - 1).split('\n'), path);
    if (known && !isDeepStrictEqual({ ...known.header, night: wanted.night }, wanted)) {
      const text = `${dir} holds a night that was started with other games, seed or shards: start it the same way, or give another --dir`;
      throw new ExchangeError('EXCHANGE_NIGHT_DIFFERS', text);
    }
    if (end < bytes.length) truncateSync(path, end);
    let isOpen = true;
    const journal: Journal = {
      append: (entry) => writeLine(handle, entry),
      close() {
        if (!isOpen) return;
        isOpen = false;
        closeSync(handle);
        release();
      },
    };
    if (known) return { journal, ...known, isResumed: true };
    writeLine(handle, { version: VERSION, ...wanted });
    return { journal, header: wanted, entries: [], isResumed: false };
  } catch (cause) {
    closeSync(handle);
    throw cause;
  }
}

function read(lines: string[], path: string): { header: NightHeader; entries: Entry[] } {
  const [first = '', ...rest] = lines;
  const { version, ...header } = parseLine(first, path, 1) as NightHeader & { version: unknown };
  if (version !== VERSION) {
    const text = `${path} was written by another version of the practice exchange, which would make another night of it: give another --dir`;
    throw new ExchangeError('EXCHANGE_JOURNAL_UNREADABLE', text);
  }
  return { header, entries: rest.map((line, index) => entryFrom(parseLine(line, path, index + 2), path, index + 2)) };
}

function entryFrom(value: object, path: string, number: number): Entry {
  const { delivered, atMs } = value as Partial<Entry>;
  if (!Number.isSafeInteger(delivered) || !Number.isFinite(atMs)) throw unreadable(path, number);
  return value as Entry;
}

function parseLine(line: string, path: string, number: number): object {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw unreadable(path, number, cause);
  }
  throw unreadable(path, number);
}

function unreadable(path: string, number: number, cause?: unknown): ExchangeError {
  const text = `${path}, line ${number}, is not a line of a journal: give another --dir`;
  return new ExchangeError('EXCHANGE_JOURNAL_UNREADABLE', text, { cause });
}

/** A disk that fills up takes part of a line first; what is left over fails at the next attempt. */
function writeLine(handle: number, value: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}
