import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { AWAY, event, HOME, market } from '../stage.ts';
import { type Heard, Pit } from './pit.ts';

const KALSHI = join(import.meta.dirname, '../../../../shared/kalshi');
const SPEC = join(KALSHI, 'specs/asyncapi-2026-10-derived.yaml');
const EXAMPLES = join(KALSHI, 'examples');

/** The published schema of each type of frame that the server sends. */
const SCHEMAS: Record<string, string> = {
  subscribed: 'subscribedResponsePayload',
  unsubscribed: 'unsubscribedResponsePayload',
  ok: 'okResponsePayload',
  error: 'errorResponsePayload',
  orderbook_snapshot: 'orderbookSnapshotPayload',
  orderbook_delta: 'orderbookDeltaPayload',
  ticker: 'tickerPayload',
  trade: 'tradePayload',
  fill: 'fillPayload',
  user_order: 'userOrderPayload',
  market_position: 'marketPositionPayload',
  order_group_updates: 'orderGroupUpdatesPayload',
  market_lifecycle_v2: 'marketLifecycleV2Payload',
  event_lifecycle: 'eventLifecyclePayload',
  cfbenchmarks_value_indexlist: 'cfbenchmarksIndexListPayload',
  pyth_value_underlying_list: 'pythUnderlyingListPayload',
};

describe('The published AsyncAPI document', () => {
  let pit: Pit;
  beforeEach(async () => {
    pit = await new Pit().open();
  });
  afterEach(() => pit.close());

  it('describes every type of frame as it is sent (skipped where ../shared/kalshi is absent)', async function () {
    if (!existsSync(SPEC)) this.skip();
    const validators = readValidators();
    const member = pit.member();
    const client = await pit.connect(member);
    const heard: Heard[] = [
      ...(await client.subscribe(['orderbook_delta', 'ticker', 'trade'], { market_ticker: HOME, send_initial_snapshot: true })),
      ...(await client.subscribe(['fill', 'user_orders', 'market_positions', 'order_group_updates', 'market_lifecycle_v2'])),
      ...(await client.subscribe(['cfbenchmarks_value', 'pyth_value'])),
      ...(await client.update(1, 'add_markets', { market_ticker: AWAY })),
      ...(await client.update(1, 'dance')),
      ...(await client.update(9, 'indexlist')),
      ...(await client.update(10, 'underlying_list')),
      ...(await client.ask({ id: 3, cmd: 'list_subscriptions' })),
      ...(await client.ask('nonsense')),
    ];
    tellEverything(pit, member.account.id, () => {
      pit.place(member, { priceCC: 5_200, countE2: 1_000, expirationMs: pit.night.nowMs() + 60_000, clientOrderId: 'c' });
      pit.place(member, { side: 'ask', priceCC: 5_100, countE2: 200, timeInForce: 'immediate_or_cancel' });
    });
    heard.push(...(await client.update(1, 'get_snapshot', { market_ticker: HOME })));
    heard.push(...(await client.ask({ id: 4, cmd: 'unsubscribe', params: { sids: [1, 2] } })));

    for (const frame of heard) {
      const schema = Array.isArray(frame.msg) ? 'listSubscriptionsResponsePayload' : SCHEMAS[frame.type];
      const validate = validators.get(schema ?? '') ?? assert.fail(`no schema for ${frame.type}`);
      assert.ok(validate(frame), `${JSON.stringify(frame)}: ${JSON.stringify(validate.errors)}`);
    }
    assert.deepEqual([...new Set(heard.map(({ type }) => type))].toSorted(), Object.keys(SCHEMAS).toSorted());
    const news = heard.filter(({ type }) => type === 'market_lifecycle_v2').map(({ msg }) => msg?.['event_type']);
    assert.deepEqual(news, ['created', 'deactivated', 'activated', 'close_date_updated', 'determined', 'settled']);
  });

  it('has example commands that are all accepted (skipped where ../shared/kalshi is absent)', async function () {
    if (!existsSync(EXAMPLES)) this.skip();
    const files = readdirSync(EXAMPLES).filter((file) => /^ws-spec__.*command/.test(file));
    assert.ok(files.length >= 20);
    for (const file of files) {
      const command = JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as Command;
      const client = await pit.connect();
      await prepare(client, file, command);
      const answers = await client.ask(command);
      const refused = answers.filter(({ type }) => type === 'error');
      assert.deepEqual(refused, [], file);
      if (command.cmd !== 'update_subscription' || command.params?.action !== 'get_snapshot') {
        assert.ok(
          answers.some(({ id }) => id === command.id),
          `${file} is answered`,
        );
      }
    }
  });
});

interface Command {
  id: number;
  cmd: string;
  params?: { sid?: number; sids?: number[]; action?: string };
}

/** Opens what an example takes for granted, and gives it the sid that this has here. */
async function prepare(client: Awaited<ReturnType<Pit['connect']>>, file: string, command: Command): Promise<void> {
  if (command.cmd === 'unsubscribe') await client.subscribe(['trade', 'fill']);
  if (command.cmd !== 'update_subscription') return;
  if (file.includes('cfbenchmarks')) await client.subscribe('cfbenchmarks_value');
  else if (file.includes('pyth')) await client.subscribe('pyth_value');
  else await client.subscribe('orderbook_delta', { market_ticker: HOME });
  if (command.params?.sid !== undefined) command.params.sid = 1;
  if (command.params?.sids !== undefined) command.params.sids = [1];
}

function tellEverything(pit: Pit, accountId: string, trade: () => void): void {
  pit.quote(HOME, [{ priceCC: 5_100, countE2: 500 }], [{ priceCC: 5_200, countE2: 500 }]);
  trade();
  pit.night.execute<'create_group'>({ kind: 'create_group', accountId, limitE2: 1_000, shard: 0 });
  const ticker = 'KXNBAGAME-NEW-A';
  pit.perform({
    kind: 'event',
    event: { ...event, ticker: 'KXNBAGAME-NEW' },
    markets: [market(ticker, { eventTicker: 'KXNBAGAME-NEW', customStrike: { basketball_team: 'b' } })],
  });
  pit.perform({ kind: 'deactivate', ticker });
  pit.perform({ kind: 'activate', ticker });
  pit.perform({ kind: 'close_date', ticker, closeMs: pit.night.nowMs() + 3_600_000 });
  pit.perform({ kind: 'determine', ticker, result: 'yes', valueCC: 10_000 });
  // The resting order expires, and the pay-out follows.
  for (let step = 0; step < 2; step++) pit.night.step();
}

function readValidators(): Map<string, ValidateFunction> {
  const document = parse(readFileSync(SPEC, 'utf8')) as { components: { schemas: Record<string, object> } };
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'asyncapi', components: { schemas: document.components.schemas } });
  const names = Object.keys(document.components.schemas);
  return new Map(names.map((name) => [name, ajv.compile({ $ref: `asyncapi#/components/schemas/${name}` })]));
}
