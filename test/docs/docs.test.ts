import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GRADE_BARS } from '../../lib/trading/baseline-measure.ts';
import type { League } from '../../lib/trading/game.ts';
import { LIMITS } from '../../lib/trading/limits.ts';
import { PARAMETERS } from '../../lib/trading/parameter-table.ts';
import { parseSegment } from '../../lib/trading/segment-text.ts';
import { declarationsTable, settingsTable } from './tables.ts';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const STRATEGY = readFileSync(join(ROOT, 'docs/strategy.md'), 'utf8');
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Lines that begin or end otherwise than the table's would show the whole document: this shows the table. */
function assertHolds(document: string, table: string): void {
  if (!document.includes(table)) assert.fail(`the document should hold this table:\n${table}`);
}

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

describe('the documents', () => {
  it('name every command of the package, and no other', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const rows = [...README.matchAll(/^\| `npm (?:run )?([\w:]+)` \|/gm)].map(([, name = '']) => name);
    // npm itself runs `prepare`.
    const commands = Object.keys(scripts).filter((name) => name !== 'prepare');
    assert.deepEqual(new Set(rows), new Set(commands));
    assert.equal(rows.length, commands.length);
    const used = PAGES.flatMap((page) => [...readFileSync(join(ROOT, page), 'utf8').matchAll(/npm run (?:--silent )?([\w:]+)/g)]);
    for (const [text, name = ''] of used) assert.ok(name in scripts, text);
  });

  it('tell every environment variable as the program does', () => {
    assertHolds(README, settingsTable());
  });

  for (const [what, table] of [
    ['entry', declarationsTable(PARAMETERS, ['general', 'entry'])],
    ['exit', declarationsTable(PARAMETERS, ['exit'])],
    ['size', declarationsTable(PARAMETERS, ['size'])],
    ['order', declarationsTable(PARAMETERS, ['order'])],
    ['limit', declarationsTable(LIMITS)],
  ] as const) {
    it(`tell every ${what} setting with its default and range`, () => assertHolds(STRATEGY, table));
  }

  it('leave out no group of settings', () => {
    const groups = new Set<string>(Object.values(PARAMETERS).map(({ group }) => group));
    assert.deepEqual([...groups].toSorted(), ['entry', 'exit', 'general', 'order', 'size']);
  });

  it('tell what each grade of a baseline asks for', () => {
    for (const { grade, samples, spreadCC, depthE2 } of GRADE_BARS) {
      assert.ok(STRATEGY.includes(`| ${grade} | ${samples} | ${spreadCC / 100}c | ${depthE2 / 100} |`), grade);
    }
  });

  const points: [league: League, text: string][] = [
    ['NBA', 'Q3 4:21'],
    ['NBA', 'start of Q4'],
    ['NFL', 'end of Q3'],
    ['NCAAF', 'halftime'],
    ['NCAAM', '2nd half 10:00'],
    ['MLB', 'end of 6th'],
    ['MLB', 'top of 9th'],
    ['NHL', 'P3 3:00'],
    ['NHL', 'end of P2'],
    ['SOCCER', "60'"],
    ['SOCCER', "80'"],
    ['TENNIS', 'end of set 1'],
    ['TENNIS', 'set 2'],
  ];
  for (const [league, text] of points) {
    it(`write "${text}" as ${league} takes it`, () => {
      assert.ok(STRATEGY.includes(`\`${text}\``));
      parseSegment(league, text);
    });
  }

  for (const page of PAGES) {
    it(`${page} links to what is there`, () => {
      const text = readFileSync(join(ROOT, page), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
        assert.ok(existsSync(file), target);
        if (anchor === undefined) continue;
        const anchors = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
        assert.ok(anchors.includes(anchor), target);
      }
    });
  }

  it('point at files of the checkout that are there', () => {
    for (const page of PAGES) {
      const text = readFileSync(join(ROOT, page), 'utf8');
      for (const [, path = ''] of text.matchAll(/`((?:lib|test|scripts|docs|flows|migrations|nodes|dashboard)\/[\w./-]+)`/g)) {
        assert.ok(existsSync(join(ROOT, path)), `${page}: ${path}`);
      }
    }
  });
});
