import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Client } from 'undici';
import { createKalshiClient } from '../../lib/kalshi/client.ts';
import { median, quantile, timeEach } from './measure.ts';

export interface OrderFigures {
  /** Microseconds, sign + raw POST with undici. */
  rawP50Us: number;
  clientP50Us: number;
  clientP99Us: number;
  /** With the signature made ahead. */
  aheadP50Us: number;
  ratio: number;
}

const PATH = '/trade-api/v2/portfolio/events/orders';
const ROUNDS = 9;
const PER_ROUND = 150;

/** The round trip of one order: our client against signing and posting by hand, in turns in one process, medians of rounds. */
export async function benchOrders(): Promise<OrderFigures> {
  const worker = new Worker(new URL('./order-server.ts', import.meta.url));
  const [port] = (await once(worker, 'message')) as [number];
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = createPrivateKey(privateKey);
  const raw = new Client(`http://127.0.0.1:${port}`);
  const client = createKalshiClient({
    baseUrl: `http://127.0.0.1:${port}/trade-api/v2`,
    credentials: { keyId: 'bench', privateKeyPem: privateKey },
  });
  await client.learnLimits();
  const order = (index: number) => ({
    ticker: 'KXNBAGAME-26NOV20AAABBB-BBB',
    client_order_id: `bench-${index}`,
    side: 'bid' as const,
    count: '10.00',
    price: '0.5000',
    time_in_force: 'immediate_or_cancel' as const,
    self_trade_prevention_type: 'taker_at_cross' as const,
  });
  const create = (index: number) => client.orders.create(order(index), { purpose: 'entry' });
  const post = (index: number) => postSigned(raw, key, JSON.stringify(order(index)));
  const rounds = { raw: [] as number[], client: [] as number[], clientP99: [] as number[], ahead: [] as number[] };
  await timeEach(300, post);
  await timeEach(300, create);
  for (let round = 0; round < ROUNDS; round++) {
    rounds.raw.push(median(await timeEach(PER_ROUND, post)));
    const times = await timeEach(PER_ROUND, create);
    rounds.client.push(median(times));
    rounds.clientP99.push(quantile(times, 0.99));
    rounds.ahead.push(
      median(await timeEachAfter(PER_ROUND / 3, () => client.signer?.prepare('POST', PATH) ?? Promise.resolve(), create)),
    );
  }
  await Promise.all([client.close(), raw.close(), worker.terminate()]);
  const rawP50Us = median(rounds.raw);
  const clientP50Us = median(rounds.client);
  return {
    rawP50Us,
    clientP50Us,
    clientP99Us: median(rounds.clientP99),
    aheadP50Us: median(rounds.ahead),
    ratio: clientP50Us / rawP50Us,
  };
}

/** Times only `act`; what goes before it is not counted. */
async function timeEachAfter(
  count: number,
  before: () => Promise<unknown>,
  act: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    await before();
    times.push(...(await timeEach(1, () => act(index))));
  }
  return times;
}

async function postSigned(client: Client, key: KeyObject, body: string): Promise<void> {
  const timestamp = String(Date.now());
  const signature = await new Promise<Buffer>((resolve, reject) => {
    const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    sign('sha256', Buffer.from(`${timestamp}POST${PATH}`), options, (error, made) => (error ? reject(error) : resolve(made)));
  });
  const answer = await client.request({
    method: 'POST',
    path: PATH,
    headers: {
      'content-type': 'application/json',
      'KALSHI-ACCESS-KEY': 'bench',
      'KALSHI-ACCESS-TIMESTAMP': timestamp,
      'KALSHI-ACCESS-SIGNATURE': signature.toString('base64'),
    },
    body,
  });
  await answer.body.json();
}
