import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import type { CommandView, PortfolioView } from '../../lib/web/contract.ts';
import { type AccountName, type ExchangeBooks, ExchangeDoor, type Memory, readMemory } from './books.ts';
import { busyFlowsFor } from './flow.ts';
import { untilFirstGame } from './night.ts';
import { Program } from './program.ts';

const SEED = 12;
const SPEED = 120;
const FREE = 'main';
const NARROW = 'second';

describe('two accounts on one flow', function () {
  this.timeout(300_000);
  let program: Program;
  beforeEach(() => {
    program = new Program();
  });
  afterEach(() => program.close());

  it('trade side by side, each with its own orders, positions, limits and money', async () => {
    const limits = { [FREE]: {}, [NARROW]: { open_positions: 1 } };
    const accounts = await untilFirstGame(program, busyFlowsFor([FREE, NARROW]), { seed: SEED, limits });
    const free = accountOf(accounts, FREE);
    const narrow = accountOf(accounts, NARROW);
    await program.start({ seed: SEED, speed: SPEED }, [FREE, NARROW]);
    await program.until('both have traded', () => entries(free) >= 4 && entries(narrow) >= 3);

    await told('/bot/pause', free);
    const pausedAt = { free: entries(free), narrow: entries(narrow) };
    await program.until('the one that is paused leaves, and the other goes on', () => {
      return memory(free).lots.length === 0 && entries(narrow) >= pausedAt.narrow + 2;
    });
    assert.equal(entries(free), pausedAt.free, 'no entry after the pause');
    assert.equal((await program.status(free.id)).engine.state, 'paused');
    assert.equal((await program.status(narrow.id)).engine.state, 'running');

    await told('/bot/resume', free);
    await program.until('both hold something', () => memory(free).lots.length > 0 && memory(narrow).lots.length > 0);
    await told('/bot/pause', narrow);
    await program.until('it is flat', async () => {
      await told('/positions/close-all', narrow);
      return memory(narrow).lots.length === 0;
    });
    assert.equal(reasons(free).filter((reason) => reason === 'manual').length, 0, 'nobody closed what the other holds');

    await told('/bot/pause', free);
    const books = { free: await settled(free), narrow: await settled(narrow) };
    assert.ok(mostOpen(books.free) > 1, 'the one with wide limits has held several positions');
    assert.equal(mostOpen(books.narrow), 1, 'the other never more than one');
    const shared = new Set(books.free.orders.map((order) => order.client_order_id));
    assert.ok(books.narrow.orders.every((order) => !shared.has(order.client_order_id)));
    assert.notEqual(books.free.balanceE6, books.narrow.balanceE6);

    function memory(account: AccountName): Memory {
      return readMemory(program.database, account.id);
    }

    function entries(account: AccountName): number {
      return memory(account).orders.filter(({ leg }) => leg === 'entry').length;
    }

    async function told(path: string, account: AccountName): Promise<CommandView> {
      return program.command(path, { account: account.id });
    }

    /** What the exchange has of an account under its own key, once nothing is on its way: it is what is remembered of it, and shown. */
    async function settled(account: AccountName): Promise<ExchangeBooks> {
      const door = await ExchangeDoor.of(program, account.label);
      const isShown = async ({ balanceE6 }: ExchangeBooks) => {
        const shown = (await program.get(`/api/v1/portfolio?account=${account.id}`)) as PortfolioView;
        assert.equal(Math.round(shown.cash * 100), Math.round(balanceE6 / 10_000), 'to the cent, as pages show it');
      };
      return (await door.untilAgreed(() => memory(account), isShown)).books;
    }

    function reasons(account: AccountName): string[] {
      const db = new DatabaseSync(program.database, { readOnly: true });
      try {
        return (
          db.prepare('SELECT exit_reason AS reason FROM trades WHERE account_id = ?').all(account.id) as { reason: string }[]
        ).map(({ reason }) => reason);
      } finally {
        db.close();
      }
    }
  });
});

function accountOf(accounts: readonly AccountName[], label: string): AccountName {
  return accounts.find((one) => one.label === label) ?? assert.fail(`there is no ${label}`);
}

/** How many positions of its rules were open at once, by the exchange's fills alone. */
function mostOpen({ orders, fills }: ExchangeBooks): number {
  const names = new Map(orders.map((order) => [order.order_id, order.client_order_id.split('.')[1]]));
  const held = new Map<string, number>();
  let most = 0;
  for (const { order_id: id, ticker, side, count } of fills.toReversed()) {
    const key = `${names.get(id)}|${ticker}`;
    held.set(key, (held.get(key) ?? 0) + (side === 'bid' ? count : -count));
    most = Math.max(most, [...held.values()].filter((net) => net !== 0).length);
  }
  return most;
}
