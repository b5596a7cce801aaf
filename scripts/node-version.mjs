// Which Node the project runs on: what package.json's `engines` says.
import { readFileSync } from 'node:fs';

/** @returns {string} the least version, such as "22.19" */
export function neededNode() {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const [, least] = /^>=\s*(\d+(?:\.\d+)*)$/.exec(engines.node) ?? [];
  if (!least) throw new Error(`package.json: engines.node must read ">=VERSION", not "${engines.node}"`);
  return least;
}

/** @param {string} version such as "v24.1.0" or "22.19.0" */
export function isRecentNode(version) {
  const [major = 0, minor = 0, patch = 0] = numbers(version.replace(/^v/, ''));
  const [leastMajor = 0, leastMinor = 0, leastPatch = 0] = numbers(neededNode());
  return (major - leastMajor || minor - leastMinor || patch - leastPatch) >= 0;
}

function numbers(version) {
  return version.split('.').map((part) => Number.parseInt(part, 10));
}
