import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Knock, knockOf, refusedAtDoor } from '../../lib/web/guard.ts';
import { contentSecurityPolicy, securityHeaders } from '../../lib/web/security-headers.ts';

type Headers = Knock['headers'];

function knock(headers: Headers, method = 'GET', isUpgrade = false): Knock {
  return { method, headers, isUpgrade };
}

const OWN = 'localhost:1880';
const HOST = 'DOOR_FOREIGN_HOST';
const ORIGIN = 'DOOR_FOREIGN_ORIGIN';
const LINK = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describe('the guard of every door', () => {
  const hosts: [string | undefined, string | undefined][] = [
    ['localhost:1880', undefined],
    ['LOCALHOST:1880', undefined],
    ['localhost', undefined],
    ['127.0.0.1:1880', undefined],
    ['127.9.8.7', undefined],
    ['[::1]:1880', undefined],
    ['localhost:8080', undefined],
    ['courtside.example.org', undefined],
    ['courtside.example.org:8443', undefined],
    ['10.0.0.5:1880', undefined],
    ['10.0.0.5:1881', HOST],
    ['10.0.0.5', HOST],
    [undefined, HOST],
    ['', HOST],
    ['evil.example', HOST],
    ['evil.example:1880', HOST],
    ['localhost.evil.example', HOST],
    ['127.0.0.1.evil.example', HOST],
    ['evil.courtside.example.org', HOST],
    ['0.0.0.0:1880', HOST],
    ['192.168.1.7:1880', HOST],
    ['localhost@evil.example', HOST],
    ['localhost:1880, evil.example', HOST],
    ['localhost:port', HOST],
    ['[::1', HOST],
  ];
  for (const [host, code] of hosts) {
    it(`${code === undefined ? 'lets in' : 'refuses'} the host ${host ?? '(none)'}`, () => {
      const configured = ['courtside.example.org', '10.0.0.5:1880'];
      assert.equal(refusedAtDoor(knock({ host }), configured)?.code, code);
    });
  }

  const origins: [string, Headers, string | undefined][] = [
    ['a program', {}, undefined],
    ['its own page', { origin: 'http://localhost:1880' }, undefined],
    ['its own page behind a TLS proxy', { host: 'localhost', origin: 'https://localhost' }, undefined],
    ['its own page on a standard port', { host: 'localhost:80', origin: 'http://localhost' }, undefined],
    ['another port of this machine', { origin: 'http://localhost:3000' }, ORIGIN],
    ['another name of this machine', { origin: 'http://127.0.0.1:1880' }, ORIGIN],
    ['another site', { origin: 'https://evil.example' }, ORIGIN],
    ['a site that begins alike', { origin: 'http://localhost:1880.evil.example' }, ORIGIN],
    ['a name with credentials', { origin: 'http://localhost:1880@evil.example' }, ORIGIN],
    ['a sandboxed frame', { origin: 'null' }, ORIGIN],
    ['an extension', { origin: 'chrome-extension://abcdef' }, ORIGIN],
    ['an empty origin', { origin: '' }, ORIGIN],
  ];
  for (const [who, headers, code] of origins) {
    it(`${code === undefined ? 'lets in' : 'refuses'} ${who}, to read, to act and to open a socket`, () => {
      const sent = { host: OWN, ...headers };
      for (const one of [knock(sent), knock(sent, 'POST'), knock(sent, 'DELETE'), knock(sent, 'GET', true)]) {
        assert.equal(refusedAtDoor(one)?.code, code);
      }
    });
  }

  const sites: [string, Headers, string, string | undefined][] = [
    ['its own page reading', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 'GET', undefined],
    ['its own page acting', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 'POST', undefined],
    ['a typed address', { 'sec-fetch-site': 'none', ...LINK }, 'GET', undefined],
    ['a link on another site', { 'sec-fetch-site': 'cross-site', ...LINK }, 'GET', undefined],
    ['a link on another port', { 'sec-fetch-site': 'same-site', ...LINK }, 'HEAD', undefined],
    ['a form of another site', { 'sec-fetch-site': 'cross-site', ...LINK }, 'POST', ORIGIN],
    ['a form of another port', { 'sec-fetch-site': 'same-site', ...LINK }, 'POST', ORIGIN],
    [
      'an image on another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      'GET',
      ORIGIN,
    ],
    [
      'a script on another port',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
      'GET',
      ORIGIN,
    ],
    [
      'a frame on another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      'GET',
      ORIGIN,
    ],
    ['a site of an unknown kind', { 'sec-fetch-site': 'cross-something' }, 'GET', ORIGIN],
  ];
  for (const [who, headers, method, code] of sites) {
    it(`${code === undefined ? 'lets in' : 'refuses'} ${who} that sends no origin`, () => {
      assert.equal(refusedAtDoor(knock({ host: OWN, ...headers }, method))?.code, code);
    });
  }

  it('lets a program open a socket without an origin, and no browser whose origin was taken out', () => {
    assert.equal(refusedAtDoor(knock({ host: OWN }, 'GET', true)), undefined);
    const site = { host: OWN, 'sec-fetch-site': 'same-origin' };
    assert.equal(refusedAtDoor(knock(site, 'GET', true))?.code, ORIGIN);
  });

  it('tells an upgrade by its header', () => {
    assert.equal(knockOf({ method: 'GET', headers: { host: OWN, upgrade: 'websocket' } }).isUpgrade, true);
    assert.equal(knockOf({ method: 'GET', headers: { host: OWN } }).isUpgrade, false);
  });

  it('lets no host in that is neither loopback nor configured, whatever it looks like', () => {
    const names = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
      fc.string(),
    );
    fc.assert(
      fc.property(names, fc.option(fc.nat(65_535)), (name, port) => {
        const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(name);
        fc.pre(!isLoopback);
        const host = port === null ? name : `${name}:${port}`;
        assert.equal(refusedAtDoor(knock({ host }))?.code, HOST);
      }),
    );
  });
});

describe('security headers', () => {
  it('let in nothing from a foreign origin, in any area', () => {
    for (const area of ['own', 'dashboard', 'editor'] as const) {
      const policy = contentSecurityPolicy(area);
      assert.doesNotMatch(policy, /https?:|\*/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /default-src '(none|self)'/);
      assert.equal(securityHeaders(area)['x-content-type-options'], 'nosniff');
    }
  });

  it('allow in each area only what it cannot do without', () => {
    assert.equal(contentSecurityPolicy('own'), "default-src 'none'; frame-ancestors 'none'");
    assert.match(contentSecurityPolicy('dashboard'), /script-src 'self' 'unsafe-eval'(;|$)/);
    assert.match(contentSecurityPolicy('editor'), /script-src 'self' 'unsafe-inline' 'unsafe-eval'(;|$)/);
  });
});
