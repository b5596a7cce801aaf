import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import * as schema from '../../lib/kalshi/schema/index.ts';

const SPECIFICATION = new URL('../../../shared/kalshi/specs/openapi-3.30-derived.yaml', import.meta.url);

/** What the specification requires and recorded or documented answers lack. */
const NOT_REQUIRED = [
  'cursor',
  'categories',
  'Fill.exchange_index',
  'MarketPosition.exchange_index',
  'Settlement.exchange_index',
];
/** Beside an event whose markets are nested there is no second list of them. */
const BESIDE_NESTED = ['GetEventResponse.markets'];
/** Requests leave a field out instead of sending null. */
const NEVER_NULL = /Request$/;

interface Described {
  required?: string[];
  properties?: Record<string, { nullable?: boolean }>;
}

describe(`wire schemas against the specification${existsSync(SPECIFICATION) ? '' : ' (../shared/kalshi/specs is not there)'}`, () => {
  let described: Record<string, Described> = {};

  before(function () {
    if (!existsSync(SPECIFICATION)) this.skip();
    described = parse(readFileSync(SPECIFICATION, 'utf8')).components.schemas;
  });

  const objects = Object.entries(schema).filter(
    ([name, value]) => value instanceof z.ZodObject && /^[A-Z](?!oFields$)/.test(name),
  );
  for (const [name, type] of objects) {
    it(`${name} requires and allows what the specification does`, function () {
      const model = described[name];
      // The SDK has names for objects that the specification describes in place.
      if (model === undefined) {
        assert.match(name, /OrdersInner$/);
        return;
      }
      assert.ok(type instanceof z.ZodObject);
      const shape: Record<string, z.core.$ZodType> = type.shape;
      const takes = (field: string, value: unknown) => z.safeParse(shape[field] ?? z.never(), value).success;
      const excused = (field: string) =>
        [...NOT_REQUIRED, ...BESIDE_NESTED].some((one) => one === field || one === `${name}.${field}`);
      const required = new Set(model.required);
      for (const [field, { nullable }] of Object.entries(model.properties ?? {})) {
        if (field === 'fcm_subtrader_id') continue;
        assert.ok(field in shape, `${field} is not declared`);
        if (required.has(field)) assert.equal(takes(field, undefined), excused(field), `${field} is required`);
        else assert.ok(takes(field, undefined), `${field} is optional`);
        if (nullable === true && !NEVER_NULL.test(name)) assert.ok(takes(field, null), `${field} may be null`);
      }
      assert.deepEqual(
        Object.keys(shape).filter((field) => model.properties?.[field] === undefined),
        [],
        'declares what the specification does not have',
      );
    });
  }
});
