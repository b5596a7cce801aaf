// After a whole run of the tests: each of these parts must have this share of its lines covered. c8 can hold only the sum of
// everything, or every single file, to a threshold.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const FLOOR_PERCENT = 95;
const PARTS = ['lib/kalshi', 'lib/exchange', 'lib/trading'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { total: _, ...files } = JSON.parse(readFileSync(join(root, 'coverage/coverage-summary.json'), 'utf8'));
for (const part of PARTS) {
  const within = Object.entries(files).filter(([file]) => relative(root, file).split(sep).join('/').startsWith(`${part}/`));
  const counted = within.filter(([file, { lines }]) => lines.covered > 0 || hasCode(file));
  const all = sum(counted.map(([, { lines }]) => lines.total));
  const covered = sum(counted.map(([, { lines }]) => lines.covered));
  const percent = (100 * covered) / all;
  // No files at all make NaN, which is not enough either.
  const isEnough = percent >= FLOOR_PERCENT;
  const verdict = isEnough ? '' : `: not covered enough, ${FLOOR_PERCENT} % are needed`;
  console.log(`coverage of ${part}: ${percent.toFixed(2)} % of ${all} lines${verdict}`);
  if (!isEnough) process.exitCode = 1;
}

/** Whether anything is left to run: a file of nothing but types is never loaded, and cannot be covered. */
function hasCode(file) {
  const code = stripTypeScriptTypes(readFileSync(file, 'utf8'));
  return code.replace(/\/\*[\s\S]*?\*\/|\/\/.*|export \{\};?/g, '').trim() !== '';
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
