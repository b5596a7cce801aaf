import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { newestFirst, oldestFirst } from '../../../lib/exchange/rest/page.ts';
import { opening, START_MS } from './scenario.ts';
import { openStage } from './stage.ts';

describe('exchange pages', () => {
  const lists = fc.uniqueArray(fc.nat(10_000), { maxLength: 80 });
  const keepEven = (item: number) => item % 2 === 0;

  for (const [name, pages, order] of [
    ['newest first', newestFirst, (list: number[]) => list.toReversed()],
    ['oldest first', oldestFirst, (list: number[]) => list],
  ] as const) {
    it(`give the whole list ${name} and end with an empty cursor`, () => {
      fc.assert(
        fc.property(lists, fc.integer({ min: 1, max: 30 }), (list, limit) => {
          const seen: number[] = [];
          let cursor: string | undefined;
          do {
            const page = pages(list, { limit, cursor }, keepEven);
            assert.ok(page.items.length <= limit);
            assert.ok(page.cursor === '' || page.items.length === limit);
            seen.push(...page.items);
            cursor = page.cursor;
          } while (cursor);
          assert.deepEqual(seen, order(list).filter(keepEven));
        }),
      );
    });

    it(`neither double nor lose what was there when new items arrive while reading ${name}`, () => {
      fc.assert(
        fc.property(lists, fc.integer({ min: 1, max: 10 }), fc.array(fc.nat(5), { maxLength: 80 }), (list, limit, arrivals) => {
          const growing = list.map((_item, index) => index);
          const seen: number[] = [];
          let cursor: string | undefined;
          for (let round = 0; cursor !== ''; round++) {
            const page = pages(growing, { limit, cursor });
            seen.push(...page.items);
            cursor = page.cursor;
            for (let count = arrivals[round] ?? 0; count > 0; count--) growing.push(growing.length);
          }
          assert.equal(new Set(seen).size, seen.length);
          for (const index of list.keys()) assert.ok(seen.includes(index));
        }),
      );
    });

    it(`begin anew at garbage, ${name}`, () => {
      fc.assert(
        fc.property(lists, fc.string(), (list, garbage) => {
          assert.deepEqual(pages(list, { limit: 5, cursor: garbage }), pages(list, { limit: 5, cursor: undefined }));
        }),
      );
    });
  }

  it('of orders hold over the wire while orders come in', async () => {
    const stage = await openStage({ events: [{ atMs: START_MS, actions: opening() }] });
    const member = stage.member();
    const create = async () => (await member.order({ count: '1' })).body.order_id;
    const before: string[] = [];
    for (let count = 0; count < 23; count++) before.push(await create());
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await member.get(`/portfolio/orders?limit=5&cursor=${cursor}`);
      seen.push(...body.orders.map((order: { order_id: string }) => order.order_id));
      cursor = body.cursor;
      await create();
    } while (cursor !== '');
    assert.deepEqual(seen, before.toReversed());
    const first = (await member.get('/portfolio/orders?limit=2')).body.orders;
    assert.deepEqual((await member.get('/portfolio/orders?limit=2&cursor=garbage-cursor-fixture')).body.orders, first);
    await stage.close();
  });
});
