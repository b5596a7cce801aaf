/** The machine: Node, the home folder with the flows in it, and the settings. */
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../../trading/errors.ts';
import type { AppError } from '../errors.ts';
import { type Check, fault, note, ok, wordsOf } from './finding.ts';

const MEGABYTE = 1_000_000;
const LITTLE_ROOM_BYTES = 1_000 * MEGABYTE;
const NO_ROOM_BYTES = 100 * MEGABYTE;

/** `needed`: what package.json asks for, such as ">=22.19". */
export function nodeCheck(version: string, needed: string): Check {
  return {
    topic: 'Node',
    *examine() {
      const least = needed.replace(/^\D*/, '');
      if (compareVersions(version, least) >= 0) yield ok(version);
      else
        yield fault(
          `${version} is too old: Courtside needs ${least} or newer`,
          'Install the current Node from https://nodejs.org.',
        );
    },
  };
}

/** Every variable that cannot be used. */
export function settingsCheck(problems: readonly AppError[], source: string): Check {
  return {
    topic: 'Settings',
    *examine() {
      if (problems.length === 0) yield ok(`every setting can be used (${source})`);
      for (const { message } of problems)
        yield fault(message, 'Correct it in .env or in the environment; .env.example tells each setting.');
    },
  };
}

export function homeCheck(home: string): Check {
  return {
    topic: 'Home folder',
    *examine() {
      const present = nearest(home);
      const isThere = present === home;
      const trouble = isThere ? writeTrouble(home) : accessTrouble(present);
      if (trouble !== undefined) {
        yield fault(
          `${home} cannot be written (${trouble})`,
          `Let this user write to ${present}, or set COURTSIDE_HOME to another folder.`,
        );
        return;
      }
      yield ok(isThere ? home : `${home} is made at the first start`);
      yield* roomIn(present);
      if (isThere && process.platform !== 'win32' && (statSync(home).mode & 0o077) !== 0) {
        yield note(`other users of this machine can look into ${home}`, `chmod 700 "${home}"`);
      }
    },
  };
}

/** The flows as Node-RED keeps them. */
export function flowsCheck(home: string): Check {
  const path = join(home, 'node-red', 'flows.json');
  return {
    topic: 'Flows',
    *examine() {
      const read = readFlows(path);
      if ('missing' in read) yield ok('the shipped flows are copied at the first start');
      else if ('trouble' in read) {
        yield fault(
          `${path} cannot be used: ${read.trouble}`,
          'Put its last good copy in its place (Node-RED keeps one beside it, .flows.json.backup), or move it away to start anew.',
        );
      } else {
        const tabs = read.nodes.filter(({ type }) => type === 'tab').length;
        yield ok(`${tabs} ${tabs === 1 ? 'tab' : 'tabs'}, ${read.nodes.length} nodes`);
      }
    },
  };
}

function readFlows(path: string): { missing: true } | { trouble: string } | { nodes: { type?: unknown }[] } {
  try {
    const nodes: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Array.isArray(nodes)) return { trouble: 'it holds no list of nodes' };
    return { nodes: nodes as { type?: unknown }[] };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { missing: true };
    return { trouble: error instanceof SyntaxError ? 'it is no JSON' : wordsOf(error) };
  }
}

function* roomIn(folder: string) {
  const { bavail, bsize } = statfsSync(folder);
  const bytes = bavail * bsize;
  const left = `${Math.floor(bytes / MEGABYTE)} MB are left on the disk of ${folder}`;
  if (bytes < NO_ROOM_BYTES)
    yield fault(left, 'Free some space: nothing can be remembered on a full disk, and then nothing is bought.');
  else if (bytes < LITTLE_ROOM_BYTES) yield note(left, 'Free some space before it runs out.');
}

/** The path itself or the closest folder above it that is there. */
function nearest(path: string): string {
  try {
    statSync(path);
    return path;
  } catch (error) {
    const above = dirname(path);
    // Where something above is a file, that is what stands in the way.
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') return path;
    return above === path ? path : nearest(above);
  }
}

/** Permissions do not tell all: a disk may be mounted read-only. */
function writeTrouble(folder: string): string | undefined {
  try {
    rmSync(mkdtempSync(join(folder, '.doctor-')), { recursive: true });
    return undefined;
  } catch (error) {
    return codeOf(error) ?? wordsOf(error);
  }
}

function accessTrouble(folder: string): string | undefined {
  try {
    if (!statSync(folder).isDirectory()) return 'ENOTDIR';
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return codeOf(error) ?? wordsOf(error);
  }
}

function compareVersions(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  for (let i = 0; i < 3; i++) {
    const apart = (a[i] ?? 0) - (b[i] ?? 0);
    if (apart !== 0) return apart;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  return version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
}
