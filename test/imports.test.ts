import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Which rooms of the house each room may import from, besides itself. A room that is not here may import nothing of ours. */
const ALLOWED: Record<string, string[]> = {
  'lib/app': ['*'],
  nodes: ['lib/node-red', 'lib/account', 'lib/trading'],
  'lib/node-red': ['lib/account', 'lib/trading'],
  'lib/web': ['lib/account', 'lib/store', 'lib/alerts', 'lib/trading'],
  'lib/replay': ['lib/account', 'lib/exchange', 'lib/node-red', 'lib/trading'],
  'lib/account': ['lib/trading'],
  'lib/kalshi': ['lib/trading'],
  'lib/exchange': ['lib/kalshi/schema'],
  'lib/scores': ['lib/trading'],
  'lib/store': ['lib/trading', 'migrations'],
  'lib/alerts': ['lib/trading'],
  'lib/trading': [],
  migrations: [],
};
/** Rooms that must stay pure: no built-in module, no package. */
const PURE = ['lib/trading', 'lib/exchange/engine'];
const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g;

interface Import {
  file: string;
  target: string;
}

function sources(): string[] {
  return ['lib', 'nodes', 'migrations'].flatMap((top) => {
    try {
      return readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(top, name));
    } catch {
      return [];
    }
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => ({ file, target: match[1] ?? match[2] ?? match[3] ?? '' }));
}

function resolved(one: Import): string {
  return relative(ROOT, join(ROOT, dirname(one.file), one.target))
    .split(sep)
    .join('/');
}

function roomOf(path: string): string {
  return Object.keys(ALLOWED).find((room) => path.startsWith(`${room}/`)) ?? path;
}

const imports = sources().flatMap(importsOf);

describe('the house', () => {
  it('has sources to look at', () => {
    assert.ok(imports.length > 50);
  });

  it('has imports that point one way only', () => {
    const wrong = imports
      .filter((one) => one.target.startsWith('.'))
      .filter((one) => {
        const from = roomOf(one.file.split(sep).join('/'));
        const to = resolved(one);
        const allowed = ALLOWED[from] ?? [];
        return roomOf(to) !== from && !allowed.some((room) => room === '*' || to.startsWith(`${room}/`));
      });
    assert.deepEqual(
      wrong.map((one) => `${one.file} imports ${one.target}`),
      [],
    );
  });

  it('keeps its pure rooms free of everything that is not theirs', () => {
    const wrong = imports.filter((one) => {
      const file = one.file.split(sep).join('/');
      return PURE.some((room) => file.startsWith(`${room}/`)) && !one.target.startsWith('.');
    });
    assert.deepEqual(
      wrong.map((one) => `${one.file} imports ${one.target}`),
      [],
    );
  });

  it('keeps clocks and chance out of its pure rooms', () => {
    const wrong = sources()
      .map((file) => file.split(sep).join('/'))
      .filter((file) => [...PURE, 'lib/exchange/scenario'].some((room) => file.startsWith(`${room}/`)))
      .filter((file) =>
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.(?:env|argv|cwd|hrtime|on|uptime)\b|\bsetTimeout\(|\bsetInterval\(/.test(
          readFileSync(join(ROOT, file), 'utf8'),
        ),
      );
    assert.deepEqual(wrong, []);
  });
});
