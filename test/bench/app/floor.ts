/** What no order can do without, done by hand: one commit of an intent's size on the same database, one signature, one POST to the same exchange. */
import { constants, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { Client } from 'undici';
import type { Credentials } from '../../../lib/kalshi/signing.ts';
import type { Store } from '../../../lib/store/store.ts';

const PATH = '/trade-api/v2/portfolio/events/orders';
const INTENT_BYTES = 3_000;
/** Of a market that is not there: nothing comes of it. */
const BODY = JSON.stringify({
  ticker: 'KXNONE-26NOV20AAABBB-AAA',
  client_order_id: 'cs1.00000000.0.entry.0.0000000000',
  side: 'bid',
  count: '10.00',
  price: '0.5000',
  time_in_force: 'immediate_or_cancel',
  self_trade_prevention_type: 'taker_at_cross',
});

export interface FloorTimes {
  commitUs: number;
  signUs: number;
  /** Until the bytes are about to be handed to the system, as for the program's own orders. */
  postUs: number;
}

export class Floor {
  readonly #store: Store;
  readonly #accountId: string;
  readonly #client: Client;
  readonly #keyId: string;
  readonly #key: KeyObject;
  #sentMs = 0;

  constructor(store: Store, accountId: string, { rest, keyId, privateKeyPem }: Credentials & { rest: string }) {
    this.#store = store;
    this.#accountId = accountId;
    this.#client = new Client(new URL(rest).origin);
    this.#keyId = keyId;
    this.#key = createPrivateKey(privateKeyPem);
    subscribe('undici:client:sendHeaders', () => {
      this.#sentMs = performance.now();
    });
  }

  async once(): Promise<FloorTimes> {
    const message = ''.padEnd(INTENT_BYTES, 'intent');
    const begun = performance.now();
    await this.#store.records.log({
      accountId: this.#accountId,
      level: 'info',
      category: 'trade',
      message,
      details: {},
      atMs: 0,
    });
    const committed = performance.now();
    const timestamp = String(Date.now());
    const signature = await this.#sign(`${timestamp}POST${PATH}`);
    const signed = performance.now();
    const headers = {
      'content-type': 'application/json',
      'KALSHI-ACCESS-KEY': this.#keyId,
      'KALSHI-ACCESS-TIMESTAMP': timestamp,
      'KALSHI-ACCESS-SIGNATURE': signature,
    };
    const answer = await this.#client.request({ method: 'POST', path: PATH, headers, body: BODY });
    const sentMs = this.#sentMs;
    await answer.body.dump();
    return { commitUs: 1_000 * (committed - begun), signUs: 1_000 * (signed - committed), postUs: 1_000 * (sentMs - signed) };
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #sign(text: string): Promise<string> {
    const options = { key: this.#key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    return new Promise((resolve, reject) => {
      sign('sha256', Buffer.from(text), options, (error, made) => (error ? reject(error) : resolve(made.toString('base64'))));
    });
  }
}
