import assert from 'node:assert/strict';
import { KALSHI_HOSTS } from '../../lib/kalshi/hosts.ts';
import { checkHosts } from '../demo/hosts.ts';
import { playRound } from '../demo/round.ts';
import { TEST_KEY } from '../kalshi/keys.ts';

describe('the addresses of a round', () => {
  const { demo, live } = KALSHI_HOSTS;
  const LOCAL = { rest: 'http://127.0.0.1:8791/trade-api/v2', ws: 'ws://127.0.0.1:8791/trade-api/ws/v2' };
  const OTHER_DEMO = {
    rest: 'https://demo-api.kalshi.co/trade-api/v2',
    ws: 'wss://demo-api.kalshi.co/trade-api/ws/v2',
  };

  for (const [what, urls] of [
    ['the demo exchange', demo],
    ['the other hosts of the demo exchange', OTHER_DEMO],
    ['this machine', LOCAL],
    ['this machine by name', { rest: 'http://localhost:1/trade-api/v2', ws: 'ws://[::1]:1/trade-api/ws/v2' }],
  ] as const) {
    it(`may be those of ${what}`, () => checkHosts(urls));
  }

  for (const [what, urls] of [
    ['the live exchange', live],
    ['the live exchange for REST', { ...demo, rest: live.rest }],
    ['the live exchange for the socket', { ...demo, ws: live.ws }],
    ['the other host of the live exchange', { ...demo, rest: 'https://api.elections.kalshi.com/trade-api/v2' }],
    ['a host that calls itself demo', { ...demo, rest: 'https://demo-api.kalshi.co.example.com/trade-api/v2' }],
    [
      'a host behind the demo as a user name',
      { ...demo, rest: 'https://demo-api.kalshi.co@api.elections.kalshi.com/trade-api/v2' },
    ],
    ['a host that begins like this machine', { ...LOCAL, rest: 'http://127.0.0.1.example.com/trade-api/v2' }],
    ['the demo exchange without encryption', { ...demo, rest: demo.rest.replace('https:', 'http:') }],
    ['the demo exchange on another port', { ...demo, ws: demo.ws.replace('.co/', '.co:8443/') }],
    ['this machine with the socket of the demo exchange', { ...LOCAL, ws: demo.ws }],
    ['nowhere', { rest: 'kalshi', ws: demo.ws }],
  ] as const) {
    it(`may not be those of ${what}`, () => {
      assert.throws(() => checkHosts(urls), /nowhere else|different exchanges|is no rest address/);
    });
  }

  it('are checked before anything is sent', async () => {
    const credentials = { keyId: 'none', privateKeyPem: TEST_KEY.privateKeyPem };
    await assert.rejects(
      playRound({ ...live, credentials, say: () => {} }),
      /and nowhere else: external-api\.kalshi\.com is neither/,
    );
  });
});
