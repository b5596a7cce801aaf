import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Credentials } from '../../lib/kalshi/index.ts';
import { KALSHI_HOSTS } from '../../lib/kalshi/index.ts';
import { QUESTIONS } from './notebook.ts';
import { playRound } from './round.ts';

const { env } = process;

/** The credentials, or why there are none. */
function readCredentials(): Credentials | string {
  const { KALSHI_API_KEY_ID: keyId, KALSHI_PRIVATE_KEY: pem, KALSHI_PRIVATE_KEY_PATH: path } = env;
  if (!keyId) return 'KALSHI_API_KEY_ID is not set';
  if (pem) return { keyId, privateKeyPem: pem };
  if (!path) return 'neither KALSHI_PRIVATE_KEY nor KALSHI_PRIVATE_KEY_PATH is set';
  return { keyId, privateKeyPem: readFileSync(path, 'utf8') };
}

describe("Kalshi's demo exchange", function () {
  // Every wait inside has an end of its own; this one is for all of them in a row.
  this.timeout(900_000);
  const credentials = readCredentials();
  const reason = typeof credentials === 'string' ? ` (skipped: ${credentials})` : '';

  it(`takes an order, fills one over the socket, cancels, and shows the portfolio${reason}`, async function () {
    if (typeof credentials === 'string') {
      this.skip();
      return;
    }
    const rest = env['KALSHI_API_BASE'] || KALSHI_HOSTS.demo.rest;
    const ws = env['KALSHI_WS_URL'] || KALSHI_HOSTS.demo.ws;
    const report = await playRound({ rest, ws, credentials, say: (line) => console.log(line) });
    assert.deepEqual(
      report.failures.map(({ step, message }) => `${step}: ${message}`),
      [],
    );
    assert.deepEqual(Object.keys(report.learned), Object.keys(QUESTIONS));
    assert.equal(report.resting?.secondCancel, 'KALSHI_NOT_FOUND unknown');
    assert.equal(report.resting?.secondOrder, 'KALSHI_ORDER_EXISTS unknown');
    assert.equal(report.leftovers, 0);
  });
});
