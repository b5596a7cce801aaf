/**
 * The journal of a night: one JSON text per line, first what the night was started with, then every command and how far the
 * scenario has come. Lines are in the operating system's hands before anything they stand for is acknowledged or shown, so
 * a killed process loses nothing that anybody has seen.
 */
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './engine/commands.ts';
import { ExchangeError } from './errors.ts';

const FILE = 'journal.jsonl';
const VERSION = 1;

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
  append(entry: Entry): void;
  close(): void;
}

/** A journal that remembers nothing: for nights that need not outlive their process. */
export const noJournal: Journal = { append() {}, close() {} };

export function hasJournal(dir: string): boolean {
  return existsSync(join(dir, FILE));
}

/** Starts the journal of a new night in `dir`, which must exist. */
export function createJournal(dir: string, header: NightHeader): Journal {
  const handle = openSync(join(dir, FILE), 'wx', 0o600);
  writeLine(handle, { version: VERSION, ...header });
  return appender(handle);
}

/**
 * Opens the journal in `dir` and reads it back. A last line without its end was never acknowledged and is cut off.
 * Throws `EXCHANGE_JOURNAL_UNREADABLE`.
 */
export function reopenJournal(dir: string): { header: NightHeader; entries: Entry[]; journal: Journal } {
  const path = join(dir, FILE);
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...rest] = whole.split('\n').filter((line) => line !== '');
  const { version, ...header } = parseLine(first ?? '', path, 1) as NightHeader & { version: number };
  if (version !== VERSION) {
    throw new ExchangeError('EXCHANGE_JOURNAL_UNREADABLE', `${path} was written by another version (${version})`);
  }
  const entries = rest.map((line, index) => parseLine(line, path, index + 2) as Entry);
  const handle = openSync(path, 'r+');
  const end = Buffer.byteLength(whole);
  ftruncateSync(handle, end);
  return { header, entries, journal: appender(handle, end) };
}

function appender(handle: number, end?: number): Journal {
  let position = end;
  return {
    append(entry) {
      const written = writeLine(handle, entry, position);
      if (position !== undefined) position += written;
    },
    close: () => closeSync(handle),
  };
}

function writeLine(handle: number, value: unknown, position?: number): number {
  return writeSync(handle, `${JSON.stringify(value)}\n`, position ?? null);
}

function parseLine(line: string, path: string, number: number): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (cause) {
    throw new ExchangeError('EXCHANGE_JOURNAL_UNREADABLE', `${path}, line ${number}, is not JSON`, { cause });
  }
}
