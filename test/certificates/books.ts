/** What the memory says and what the exchange says of an account, read apart from the product's own code, and held against each other. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { request } from 'undici';
import { signedHeaders, type TestKey } from '../signing.ts';
import type { Program } from './program.ts';

const DEPOSIT_E6 = 10_000_000_000;
const MARK = 'cs1.';

/** How often the exchange is asked again: that comes out of the account's own bucket, which it needs to resolve its orders. */
const ASK_EVERY_MS = 1_000;

export interface RememberedOrder {
  client_order_id: string;
  order_id: string | null;
  rule_id: string;
  ticker: string;
  round: number;
  leg: 'entry' | 'exit';
  attempt: number;
  state: string;
  is_settled: number;
  is_reported: number;
  holds_lock: number;
  filled: number;
  /** JSON; null: no flow has asked for it. */
  envelope: string;
}

interface RememberedFill {
  trade_id: string;
  order_id: string;
  ticker: string;
  side: string;
  yes_price: number;
  count: number;
  fee: number;
}

interface OpenLot {
  outcome: 'yes' | 'no';
  countE2: number;
  costE6: number;
  feesE6: number;
}

/** All that the database holds of one account, at one instant. */
export interface Memory {
  orders: RememberedOrder[];
  fills: RememberedFill[];
  lots: (OpenLot & { ticker: string; rule: string })[];
  /** Profit after fees of all trades. */
  netE6: number;
  trades: number;
  /** Values of the baselines that are final, by ticker, as stored. */
  frozen: Map<string, string>;
  orphans: number;
  entriesEnabled: boolean;
  /** How often it was armed, by its log. */
  armed: number;
}

interface ExchangeOrder {
  order_id: string;
  client_order_id: string;
  ticker: string;
  status: string;
  fill_count_fp: string;
}

interface ExchangeFill {
  trade_id: string;
  order_id: string;
  ticker: string;
  book_side: string;
  yes_price_dollars: string;
  count_fp: string;
  fee_cost: string;
}

/** The exchange's answers for one key. */
export interface ExchangeBooks {
  orders: ExchangeOrder[];
  fills: RememberedFill[];
  /** Signed: YES positive. What is flat is left out. */
  netE2: Map<string, number>;
  balanceE6: number;
}

export interface AccountName {
  id: string;
  label: string;
}

export function accountsIn(file: string): AccountName[] {
  return reading(
    file,
    (db) => db.prepare('SELECT id, label FROM kalshi_accounts ORDER BY label').all() as unknown as AccountName[],
  );
}

export function readMemory(file: string, accountId: string): Memory {
  return reading(file, (db) => {
    const all = <Row>(sql: string, ...values: string[]) => db.prepare(sql).all(...values) as Row[];
    const open = all<{ ticker: string; rule_id: string; open: string }>(
      `SELECT ticker, rule_id, open FROM positions WHERE account_id = ? AND status = 'open'`,
      accountId,
    );
    const [total] = all<{ net: number | null; trades: number }>(
      'SELECT SUM(net_pnl) AS net, COUNT(*) AS trades FROM trades WHERE account_id = ?',
      accountId,
    );
    const [orphans] = all<{ n: number }>(
      'SELECT COUNT(*) AS n FROM orphaned_orders WHERE account_id = ? AND resolved = 0',
      accountId,
    );
    const [settings] = all<{ bot_enabled: number }>('SELECT bot_enabled FROM global_settings WHERE account_id = ?', accountId);
    const [armed] = all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM activity_log WHERE account_id = ? AND message = 'Account armed'`,
      accountId,
    );
    const baselines = all<{ ticker: string; state: string }>('SELECT ticker, state FROM baselines');
    return {
      orders: all<RememberedOrder>('SELECT * FROM orders WHERE account_id = ? ORDER BY id', accountId),
      fills: all<RememberedFill>(
        'SELECT trade_id, order_id, ticker, side, yes_price, count, fee FROM fills WHERE account_id = ?',
        accountId,
      ),
      lots: open.map((row) => ({ ...(JSON.parse(row.open) as OpenLot), ticker: row.ticker, rule: row.rule_id })),
      netE6: total?.net ?? 0,
      trades: total?.trades ?? 0,
      frozen: new Map(baselines.flatMap(({ ticker, state }) => frozenOf(ticker, state))),
      orphans: orphans?.n ?? 0,
      entriesEnabled: settings?.bot_enabled === 1,
      armed: armed?.n ?? 0,
    };
  });
}

/** Wide limits, or others, as a person would have set them: written while the program is not running. */
export function writeLimits(file: string, label: string, limits: object): void {
  const db = new DatabaseSync(file);
  try {
    const { changes } = db
      .prepare('UPDATE global_settings SET limits = ? WHERE account_id = (SELECT id FROM kalshi_accounts WHERE label = ?)')
      .run(JSON.stringify(limits), label);
    assert.equal(changes, 1);
  } finally {
    db.close();
  }
}

function reading<T>(file: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    db.exec('BEGIN');
    return read(db);
  } finally {
    db.close();
  }
}

function frozenOf(ticker: string, text: string): [string, string][] {
  const { status, baseline } = JSON.parse(text) as { status: string; baseline?: unknown };
  return status === 'frozen' ? [[ticker, JSON.stringify(baseline)]] : [];
}

/** The exchange's REST, asked with an account's own key and with none of the product's code. */
export class ExchangeDoor {
  readonly #program: Program;
  readonly #key: TestKey;

  constructor(program: Program, key: TestKey) {
    this.#program = program;
    this.#key = key;
  }

  /** The door of this account: of the keys that the exchange has seen, the one whose private half lies in the account's file. */
  static async of(program: Program, label = 'main'): Promise<ExchangeDoor> {
    for (const key of program.keys(label)) {
      const door = new ExchangeDoor(program, key);
      if ((await door.#ask('/portfolio/balance')).status === 200) return door;
    }
    return assert.fail(`no key of ${label} is known to the exchange`);
  }

  async books(): Promise<ExchangeBooks> {
    const fills = await this.#pages<ExchangeFill>('/portfolio/fills', 'fills');
    const positions = await this.#pages<{ ticker: string; position_fp: string }>('/portfolio/positions', 'market_positions');
    const { body } = await this.#ask('/portfolio/balance');
    return {
      orders: await this.#pages<ExchangeOrder>('/portfolio/orders', 'orders'),
      fills: fills.map((fill) => ({
        trade_id: fill.trade_id,
        order_id: fill.order_id,
        ticker: fill.ticker,
        side: fill.book_side,
        yes_price: Math.round(Number(fill.yes_price_dollars) * 10_000),
        count: hundredths(fill.count_fp),
        fee: Math.round(Number(fill.fee_cost) * 1e6),
      })),
      netE2: new Map(positions.map((one) => [one.ticker, hundredths(one.position_fp)] as const).filter(([, net]) => net !== 0)),
      balanceE6: Math.round(Number(body.balance_dollars) * 1e6),
    };
  }

  /** Waits until memory and exchange say the same and nothing stands twice, and `also` has nothing against it; answers what they say. */
  async untilAgreed(
    memory: () => Memory,
    also: (books: ExchangeBooks) => Promise<void> = async () => {},
  ): Promise<{ memory: Memory; books: ExchangeBooks }> {
    let agreed: { memory: Memory; books: ExchangeBooks } | undefined;
    const agree = async () => {
      const books = await this.books();
      const now = memory();
      assertAgreed(now, books);
      assertNothingDoubled(now, books);
      await also(books);
      agreed = { memory: now, books };
      return true;
    };
    await this.#program.until('memory and exchange agree', agree, { everyMs: ASK_EVERY_MS });
    return agreed ?? assert.fail('they agree');
  }

  /** Whether a market trades no more. */
  async isOver(ticker: string): Promise<boolean> {
    const { body } = await this.#ask(`/markets/${ticker}`);
    return !['initialized', 'active', 'inactive'].includes((body.market as { status: string }).status);
  }

  async #pages<Row>(path: string, list: string): Promise<Row[]> {
    const found: Row[] = [];
    let cursor = '';
    do {
      const { status, body } = await this.#ask(`${path}?limit=1000&cursor=${encodeURIComponent(cursor)}`);
      assert.equal(status, 200, `${path} is answered`);
      found.push(...(body[list] as Row[]));
      cursor = body.cursor as string;
    } while (cursor !== '');
    return found;
  }

  async #ask(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const full = `/trade-api/v2${path}`;
    const answer = await request(`${this.#program.life.exchange()}${full}`, {
      dispatcher: this.#program.agent,
      headers: signedHeaders(this.#key, 'GET', full),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  }
}

/** Throws unless both say the same of what has happened: fills, positions, money; and whatever the exchange has is over here too. */
function assertAgreed(memory: Memory, exchange: ExchangeBooks): void {
  const there = new Set(exchange.orders.map((order) => order.client_order_id));
  assert.deepEqual(
    unsettled(memory).filter((id) => there.has(id)),
    [],
    'what the exchange has is settled here',
  );
  assert.deepEqual(byTrade(memory.fills), byTrade(exchange.fills), 'every fill is in both');
  const ours = new Map<string, number>();
  for (const { ticker, outcome, countE2 } of memory.lots) {
    ours.set(ticker, (ours.get(ticker) ?? 0) + (outcome === 'yes' ? countE2 : -countE2));
  }
  assert.deepEqual(sorted(ours), sorted(exchange.netE2), 'lots and positions are the same');
  const paidE6 = memory.lots.reduce((sum, lot) => sum + lot.costE6 + lot.feesE6, 0);
  assert.equal(exchange.balanceE6 - DEPOSIT_E6, memory.netE6 - paidE6, 'profit and open cost make up the cash');
}

/** Throws where an order stands twice, stands only there, or was sent for a cause that had been filled. */
function assertNothingDoubled(memory: Memory, exchange: ExchangeBooks): void {
  const ids = exchange.orders.map((order) => order.client_order_id);
  assert.equal(new Set(ids).size, ids.length, 'an id stands once on the exchange');
  const ours = new Map(memory.orders.map((order) => [order.client_order_id, order]));
  for (const { client_order_id: id, order_id: orderId, fill_count_fp: filled } of exchange.orders) {
    assert.ok(id.startsWith(MARK), `${id} is one of ours`);
    const own = ours.get(id);
    assert.ok(own, `${id} is remembered`);
    if (own.is_settled === 0) continue;
    assert.equal(own.order_id, orderId, `${id} is remembered under its id`);
    assert.equal(own.filled, hundredths(filled), `${id} is remembered with its fills`);
  }
  const causes = memory.orders.map(causeOf);
  assert.equal(new Set(causes).size, causes.length, 'a cause has one order');
  const there = new Set(ids);
  for (const own of memory.orders) {
    if (own.filled > 0 && own.is_settled === 1)
      assert.ok(there.has(own.client_order_id), `${own.client_order_id} is on the exchange`);
  }
  const entered = memory.orders.filter(({ leg, filled }) => leg === 'entry' && filled > 0).map(roundOf);
  assert.equal(new Set(entered).size, entered.length, 'a round is entered once');
  const held = new Map<string, number>();
  const rules = new Map(memory.orders.map((order) => [order.order_id, order.rule_id]));
  for (const { order_id: id, ticker, side, count } of memory.fills) {
    const key = `${rules.get(id)}|${ticker}`;
    held.set(key, (held.get(key) ?? 0) + (side === 'bid' ? count : -count));
  }
  for (const [key, count] of held) assert.ok(count >= 0, `${key} was not sold twice`);
}

/** Throws where something that had been committed is not there any more, or has become something else. */
export function assertKept(before: Memory, after: Memory): void {
  const orders = new Map(after.orders.map((order) => [order.client_order_id, order]));
  for (const { client_order_id: id, order_id: orderId, filled, is_settled: isSettled } of before.orders) {
    const now = orders.get(id);
    assert.ok(now, `${id} is still remembered`);
    if (orderId !== null) assert.equal(now.order_id, orderId);
    assert.ok(now.filled >= filled, `${id} has not lost fills`);
    assert.ok(now.is_settled >= isSettled, `${id} is not open again`);
  }
  const fills = byTrade(after.fills);
  for (const [id, fill] of byTrade(before.fills)) assert.deepEqual(fills.get(id), fill);
  assert.ok(after.trades >= before.trades, 'no trade is lost');
  for (const [ticker, baseline] of before.frozen)
    assert.equal(after.frozen.get(ticker), baseline, `${ticker} keeps its baseline`);
  assert.equal(after.entriesEnabled, before.entriesEnabled);
}

export function unsettled(memory: Memory): string[] {
  return memory.orders.filter((order) => order.is_settled === 0).map((order) => order.client_order_id);
}

function causeOf(order: RememberedOrder): string {
  return `${roundOf(order)}|${order.leg}|${order.attempt}`;
}

function roundOf({ rule_id: rule, ticker, round }: RememberedOrder): string {
  return `${rule}|${ticker}|${round}`;
}

function byTrade(fills: readonly RememberedFill[]): Map<string, RememberedFill> {
  const keyed = fills.map((fill) => [`${fill.order_id}|${fill.trade_id}`, { ...fill }] as const);
  return new Map(keyed.toSorted(([one], [other]) => one.localeCompare(other)));
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].filter(([, count]) => count !== 0).toSorted(([one], [other]) => one.localeCompare(other));
}

function hundredths(text: string): number {
  return Math.round(Number(text) * 100);
}
