import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type ClockOffset, createClockOffset } from '../../lib/kalshi/clock-offset.ts';
import { KalshiError } from '../../lib/kalshi/errors.ts';
import { createSigner, type Signer } from '../../lib/kalshi/signing.ts';
import { readPrivateKey } from '../../lib/kalshi/signing-key.ts';
import { systemClock } from '../../lib/kalshi/wall-clock.ts';
import { VirtualClock } from './clock.ts';
import { ED25519_KEY, isSigned, pemOf, TEST_KEY } from './keys.ts';

const ORDERS = '/trade-api/v2/portfolio/events/orders';

describe('signing', () => {
  let clock: VirtualClock;
  let offset: ClockOffset;

  beforeEach(() => {
    clock = new VirtualClock();
    offset = createClockOffset();
  });

  function signerWith(privateKeyPem: string): Signer {
    return createSigner({ keyId: TEST_KEY.keyId, privateKeyPem }, { clock, offset });
  }

  /** An answer that fixes the exchange's clock `aheadMs` before ours, as closely as one answer can. */
  function learn(aheadMs: number): void {
    for (const shift of [0, 500, 999]) {
      const nowMs = clock.nowMs() + shift;
      const dateMs = Math.floor((nowMs + aheadMs) / 1000) * 1000;
      offset.observe({ dateMs, sentMs: nowMs, receivedMs: nowMs });
    }
  }

  for (const [kind, pem] of [
    ['PKCS#8', TEST_KEY.privateKeyPem],
    ['PKCS#1', TEST_KEY.pkcs1Pem],
    ['PKCS#8 with \\n for line breaks', TEST_KEY.privateKeyPem.replaceAll('\n', '\\n')],
    ['PKCS#8 behind a certificate', `-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${TEST_KEY.privateKeyPem}`],
    ['PKCS#8 with Windows line breaks and blanks around', ` \r\n${TEST_KEY.privateKeyPem.replaceAll('\n', '\r\n')}  `],
  ] as const) {
    it(`signs timestamp, method and path with an RSA key in ${kind}`, async () => {
      const headers = await signerWith(pem).headers('POST', ORDERS);
      assert.equal(headers['KALSHI-ACCESS-KEY'], TEST_KEY.keyId);
      assert.equal(headers['KALSHI-ACCESS-TIMESTAMP'], String(clock.nowMs()));
      assert.ok(isSigned(headers, 'POST', ORDERS));
      assert.ok(!isSigned(headers, 'GET', ORDERS));
    });
  }

  it('signs with an Ed25519 key', async () => {
    const headers = await signerWith(ED25519_KEY.privateKeyPem).headers('GET', '/trade-api/v2/portfolio/balance');
    assert.ok(isSigned(headers, 'GET', '/trade-api/v2/portfolio/balance', ED25519_KEY.publicKey));
  });

  it('signs the WebSocket handshake', async () => {
    const headers = await signerWith(TEST_KEY.privateKeyPem).handshakeHeaders();
    assert.ok(isSigned(headers, 'GET', '/trade-api/ws/v2'));
  });

  it("uses the exchange's time", async () => {
    learn(90_000);
    const headers = await signerWith(ED25519_KEY.privateKeyPem).headers('GET', '/x');
    assert.ok(Math.abs(Number(headers['KALSHI-ACCESS-TIMESTAMP']) - clock.nowMs() - 90_000) < 100);
  });

  it('uses a signature made ahead once', async () => {
    const signer = signerWith(TEST_KEY.privateKeyPem);
    await signer.prepare('POST', ORDERS);
    const madeAtMs = clock.nowMs();
    clock.advance(1500);
    const first = await signer.headers('POST', ORDERS);
    const second = await signer.headers('POST', ORDERS);
    assert.equal(first['KALSHI-ACCESS-TIMESTAMP'], String(madeAtMs));
    assert.equal(second['KALSHI-ACCESS-TIMESTAMP'], String(clock.nowMs()));
    assert.ok(isSigned(first, 'POST', ORDERS) && isSigned(second, 'POST', ORDERS));
  });

  it('uses the newest of several signatures made ahead', async () => {
    const signer = signerWith(ED25519_KEY.privateKeyPem);
    const madeAtMs = [];
    for (let n = 0; n < 2; n++) {
      await signer.prepare('POST', ORDERS);
      madeAtMs.push(String(clock.nowMs()));
      clock.advance(700);
    }
    const taken = [await signer.headers('POST', ORDERS), await signer.headers('POST', ORDERS)];
    assert.deepEqual(
      taken.map((headers) => headers['KALSHI-ACCESS-TIMESTAMP']),
      madeAtMs.toReversed(),
    );
  });

  it('knows how long headers may still be sent: 3 s in all, by the time of the exchange', async () => {
    const signer = signerWith(ED25519_KEY.privateKeyPem);
    const headers = await signer.headers('POST', ORDERS);
    assert.equal(signer.remainingMs(headers), 3000);
    clock.advance(3500);
    assert.equal(signer.remainingMs(headers), -500);
    learn(-1000);
    assert.ok(offset.offsetMs < -700);
    assert.equal(signer.remainingMs(headers), -500 - offset.offsetMs);
  });

  it('goes on in its own time when the clock of the machine is set', async () => {
    const machineNow = Date.now;
    const signer = createSigner(ED25519_KEY, { clock: systemClock, offset });
    await signer.prepare('POST', ORDERS);
    try {
      Date.now = () => machineNow() + 3_600_000;
      for (const path of [ORDERS, '/another']) {
        const headers = await signer.headers('POST', path);
        assert.ok(Math.abs(Number(headers['KALSHI-ACCESS-TIMESTAMP']) - machineNow()) < 1000, path);
      }
    } finally {
      Date.now = machineNow;
    }
  });

  it('does not use a signature made ahead for another route', async () => {
    const signer = signerWith(ED25519_KEY.privateKeyPem);
    await signer.prepare('POST', ORDERS);
    clock.advance(10);
    const headers = await signer.headers('DELETE', ORDERS);
    assert.equal(headers['KALSHI-ACCESS-TIMESTAMP'], String(clock.nowMs()));
  });

  for (const [why, change] of [
    ['is more than 2 s old', () => clock.advance(2001)],
    ['was made before the clock offset changed', () => learn(-1400)],
  ] as const) {
    it(`discards a signature that ${why}`, async () => {
      const signer = signerWith(ED25519_KEY.privateKeyPem);
      await signer.prepare('POST', ORDERS);
      const stale = String(clock.nowMs());
      change();
      const headers = await signer.headers('POST', ORDERS);
      assert.notEqual(headers['KALSHI-ACCESS-TIMESTAMP'], stale);
      assert.equal(headers['KALSHI-ACCESS-TIMESTAMP'], String(Math.round(clock.nowMs() + offset.offsetMs)));
    });
  }

  it('stays ahead of the orders: each finds a fresh signature, until it is stopped', async () => {
    const signer = signerWith(ED25519_KEY.privateKeyPem);
    const stop = signer.stayAhead('POST', ORDERS);
    for (let n = 0; n < 5; n++) {
      const madeAtMs = clock.nowMs();
      clock.advance(900);
      const headers = await signer.headers('POST', ORDERS);
      assert.equal(headers['KALSHI-ACCESS-TIMESTAMP'], String(madeAtMs));
      // The next is begun once the request that took this one has left.
      clock.advance(2);
    }
    clock.advance(2999);
    stop();
    const headers = await signer.headers('POST', ORDERS);
    assert.equal(headers['KALSHI-ACCESS-TIMESTAMP'], String(clock.nowMs()));
    assert.equal(clock.timers, 0);
  });

  it('refuses an empty key id', () => {
    assert.throws(() => createSigner({ keyId: ' ', privateKeyPem: ED25519_KEY.privateKeyPem }, { clock, offset }), {
      code: 'KALSHI_CREDENTIALS_MISSING',
    });
  });
});

describe('a private key', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
  const rsaKey = readPrivateKey(TEST_KEY.privateKeyPem);

  const cases: [string, string, string, RegExp][] = [
    ['empty', '', 'KALSHI_KEY_UNREADABLE', /not PEM/],
    ['not PEM', 'MIIEvQIBADANBgkqhkiG9w0BAQ', 'KALSHI_KEY_UNREADABLE', /not PEM/],
    ['damaged', TEST_KEY.privateKeyPem.replace(/\n[^\n]{20}/, '\n!!!!'), 'KALSHI_KEY_UNREADABLE', /damaged/],
    ['cut off', TEST_KEY.privateKeyPem.slice(0, 300), 'KALSHI_KEY_UNREADABLE', /damaged or incomplete/],
    [
      'in OpenSSH format',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----',
      'KALSHI_KEY_UNREADABLE',
      /OpenSSH/,
    ],
    ['encrypted (PKCS#8)', rsaKey.export(encrypted).toString(), 'KALSHI_KEY_ENCRYPTED', /encrypted/],
    [
      'encrypted (PKCS#1)',
      rsaKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }).toString(),
      'KALSHI_KEY_ENCRYPTED',
      /encrypted/,
    ],
    ['public', TEST_KEY.publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'KALSHI_KEY_PUBLIC', /public half/],
    [
      'public (PKCS#1)',
      TEST_KEY.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      'KALSHI_KEY_PUBLIC',
      /public half/,
    ],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', 'KALSHI_KEY_PUBLIC', /certificate/],
    ['too short', pemOf(small.privateKey), 'KALSHI_KEY_TOO_SHORT', /1024 bits/],
    ['of another type', pemOf(curve.privateKey), 'KALSHI_KEY_TYPE', /type ec/],
  ];
  for (const [what, pem, code, message] of cases) {
    it(`that is ${what} is refused as ${code}`, () => {
      assert.throws(
        () => readPrivateKey(pem),
        (error: unknown) => {
          assert.ok(error instanceof KalshiError);
          assert.equal(error.code, code);
          assert.match(error.message, message);
          assert.ok(!error.message.includes('MII'), 'the message quotes the key');
          return error.outcome === 'refused';
        },
      );
    });
  }
});
