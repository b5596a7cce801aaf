import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { BaselineView } from '../../lib/account/contract.ts';
import { alertOf as accountAlertOf } from '../../lib/account/outcome.ts';
import { alertOf } from '../../lib/node-red/alert-messages.ts';
import type { FlowMessage } from '../../lib/node-red/contract.ts';
import { idOf } from '../../lib/node-red/message-id.ts';
import { MESSAGE_TABLE, type MessagePart, type MessageProperty } from '../../lib/node-red/message-table.ts';
import {
  baselineProperty,
  blockedMessage,
  COMMANDS,
  commandMessage,
  orderMessage,
  readCommand,
  readSignal,
  runMessage,
  signalMessage,
  tickerOf,
  tripMessage,
  updateMessage,
} from '../../lib/node-red/messages.ts';
import type { Trip } from '../../lib/trading/breaker.ts';
import type { Signal } from '../../lib/trading/cause.ts';
import { ACCOUNT, reports, signals, updates } from './trading-examples.ts';

/** Properties whose own properties are not fixed. */
const LOOSE = new Set(['numbers', 'caps', 'actor', 'trades', 'blocks']);

/** Holds a part of a message to the table that help and docs are made of: every name, its type, and nothing undefined or NaN. */
function assertDescribed(part: MessagePart, value: unknown): void {
  const { properties, type, nullable } = MESSAGE_TABLE[part] as {
    properties: readonly MessageProperty[];
    type: string;
    nullable?: true;
  };
  if (nullable === true && value === null) return;
  if (type !== 'object') {
    assert.equal(typeof value, type, part);
    return;
  }
  assert.ok(typeof value === 'object' && value !== null, part);
  assert.deepEqual(Object.keys(value).toSorted(), properties.map(({ name }) => name).toSorted(), part);
  for (const property of properties) assertTyped(`${part}.${property.name}`, property, Reflect.get(value, property.name));
}

function assertTyped(where: string, property: MessageProperty, value: unknown): void {
  if (value === null) {
    assert.equal(property.nullable, true, `${where} is null`);
    return;
  }
  if (property.type === 'array') assert.ok(Array.isArray(value), where);
  else assert.equal(typeof value, property.type, where);
  if (typeof value === 'number') assert.ok(Number.isFinite(value), where);
  if (property.unit === 'ISO time') assert.match(typeof value === 'string' ? value : '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, where);
  if (property.type === 'object' && !LOOSE.has(property.name))
    assert.fail(`${where} has properties that the table does not tell`);
}

/** As it is after any number of clones and exports. */
function throughJson(message: FlowMessage): FlowMessage {
  return JSON.parse(JSON.stringify(message)) as FlowMessage;
}

/** Without what is undefined, as JSON has it. */
function plain(signal: Signal): unknown {
  return JSON.parse(JSON.stringify(signal));
}

const TRIP: Trip = {
  rule: 'daily_loss',
  reason: 'the day has lost 500.00 dollars',
  reading: 500_000_000,
  limit: 450_000_000,
  until: { kind: 'next_trading_day' },
  trippedMs: Date.parse('2026-11-20T21:00:00Z'),
  tradingDay: '2026-11-20',
};

const BASELINE: BaselineView = {
  status: 'frozen',
  baseline: {
    valueCC: 6_225.25,
    deviggedCC: undefined,
    grade: 'B',
    reasons: ['12 samples'],
    method: 'window',
    samples: 12,
    spreadCC: 150,
    depthE2: undefined,
    startMs: Date.parse('2026-11-20T21:00:00Z'),
    lastSampleMs: Date.parse('2026-11-20T20:59:00Z'),
  },
  provisional: undefined,
  reason: undefined,
  samples: 12,
};

describe('messages', () => {
  it('tell a market update as the table says, in cents, contracts and ISO times', () => {
    fc.assert(
      fc.property(updates, (update) => {
        const message = updateMessage(update);
        assert.deepEqual(throughJson(message), message);
        assertDescribed('update', message.payload);
        for (const part of ['market', 'quote', 'game', 'topic', 'environment'] as const) assertDescribed(part, message[part]);
        assert.equal(tickerOf(message), update.market.ticker);
        const { bidCC } = update.quote?.quote ?? {};
        assert.equal((message.quote as { bid: number | null } | null)?.bid ?? null, bidCC === undefined ? null : bidCC / 100);
      }),
    );
  });

  it('tell a baseline, final, provisional or none', () => {
    const views: BaselineView[] = [
      BASELINE,
      { ...BASELINE, status: 'collecting', baseline: undefined, provisional: BASELINE.baseline },
      { status: 'missed', baseline: undefined, provisional: undefined, reason: 'no quote before the game', samples: 0 },
    ];
    for (const view of views) assertDescribed('baseline', baselineProperty(view));
    assert.equal(baselineProperty(BASELINE).price, 62.2525);
    assert.equal(baselineProperty(views[1] ?? BASELINE).startedAt, null);
  });

  it('carry a signal over any number of wires, exactly', () => {
    fc.assert(
      fc.property(signals, (signal) => {
        const message = throughJson(signalMessage({ _msgid: 'm', topic: 'other' }, ACCOUNT, signal));
        assertDescribed('signal', message.payload);
        assertDescribed('account', message.account);
        assert.equal(message.topic, signal.cause.ticker);
        // One that is written in another order is not known by its text, and is read field by field.
        const rewritten = { ...message, payload: Object.fromEntries(Object.entries(message.payload as object).toReversed()) };
        for (const one of [message, rewritten]) {
          assert.deepEqual(plain(readSignal(one)), plain(signal));
          // The price of YES and the side of the book are made anew, and never taken from a wire.
          assert.deepEqual(readSignal(one).wish, signal.wish);
        }
      }),
    );
  });

  const [entry] = fc.sample(
    signals.filter(({ cause }) => cause.leg === 'entry'),
    { numRuns: 1, seed: 7 },
  );
  for (const { name, change, says } of [
    { name: 'nothing', change: () => undefined, says: /payload: there is none/ },
    {
      name: 'another kind',
      change: (payload: object) => ({ ...payload, kind: 'update' }),
      says: /payload\.kind: is not "signal"/,
    },
    {
      name: 'a limit of 100 cents',
      change: (payload: object) => ({ ...payload, limit: 100 }),
      says: /payload\.limit: 100 is out of range/,
    },
    { name: 'a limit finer than its unit', change: (payload: object) => ({ ...payload, limit: 47.123 }), says: /payload\.limit/ },
    { name: 'no contracts', change: (payload: object) => ({ ...payload, contracts: 0 }), says: /payload\.contracts/ },
    { name: 'a price as text', change: (payload: object) => ({ ...payload, price: '47' }), says: /payload\.price: is no number/ },
    {
      name: 'an entry that calls itself an exit',
      change: (payload: object) => ({ ...payload, leg: 'exit' }),
      says: /payload\.leg: an entry buys/,
    },
    {
      name: 'two faults',
      change: (payload: object) => ({ ...payload, at: 'now', ruleId: '' }),
      says: /payload\.ruleId: is empty; payload\.at/,
    },
  ]) {
    it(`are refused as a signal with the field's name: ${name}`, () => {
      assert.ok(entry);
      const message = signalMessage({}, ACCOUNT, entry);
      const payload = change(message.payload as object);
      assert.throws(() => readSignal({ ...message, payload }), { code: 'MESSAGE_NOT_A_SIGNAL', message: says });
    });
  }

  it('tell what became of an order, with what it closed', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const message = orderMessage({ _msgid: 'm', market: { team: 'Boston' } }, ACCOUNT, report);
        assert.deepEqual(throughJson(message), message);
        assertDescribed('order', message.payload);
        assertDescribed('order', message.order);
        assertDescribed('signal', message.signal);
        assert.equal(idOf(message), 'm');
      }),
    );
  });

  it('tell limits in their own units, runs and commands', () => {
    const event = tripMessage(ACCOUNT, { kind: 'trip', trip: TRIP });
    assertDescribed('trip', event.payload);
    assert.equal((event.payload as { reading: number }).reading, 500);
    const losses: Trip = {
      ...TRIP,
      rule: 'consecutive_losses',
      reading: 5,
      limit: 5,
      until: { kind: 'time', atMs: TRIP.trippedMs },
    };
    assert.equal((tripMessage(ACCOUNT, { kind: 'trip', trip: losses }).payload as { reading: number }).reading, 5);
    assert.ok(entry);
    const verdict = { kind: 'blocked' as const, rule: TRIP.rule, reason: TRIP.reason, block: TRIP, all: [TRIP, losses] };
    assertDescribed('blocked', blockedMessage({}, ACCOUNT, entry, verdict, TRIP.trippedMs).payload);
    const failure = { code: 'KALSHI_UNREACHABLE', message: 'no answer' };
    for (const failed of [undefined, failure]) {
      const run = {
        agreed: false,
        cause: 'schedule' as const,
        atMs: TRIP.trippedMs,
        findings: ['a'],
        repairs: [],
        failure: failed,
      };
      assertDescribed('reconcile', runMessage(ACCOUNT, run).payload);
    }
    const result = { done: false, code: 'NO_SUCH_LIMIT', message: 'no' };
    assertDescribed('done', commandMessage({}, ACCOUNT, { command: 'reset' }, result, TRIP.trippedMs).payload);
  });

  it('are read as commands in the ways that people write them', () => {
    for (const command of COMMANDS) assert.deepEqual(readCommand({ payload: command }), { command });
    assert.deepEqual(readCommand({ payload: 'Close all' }), { command: 'close_all' });
    assert.deepEqual(readCommand({ payload: { command: 'reset', rule: 'daily_loss', note: null } }), {
      command: 'reset',
      rule: 'daily_loss',
      note: undefined,
    });
    assert.throws(() => readCommand({ payload: 'sell' }), { code: 'MESSAGE_NOT_A_COMMAND', message: /is none of pause, resume/ });
    assert.throws(() => readCommand({ payload: 7 }), { code: 'MESSAGE_NOT_A_COMMAND' });
    assert.throws(() => readCommand({ payload: { command: 'close', position: 7 } }), {
      message: /payload\.position: is no text/,
    });
  });

  it('without a market are no updates', () => {
    assert.throws(() => tickerOf({ payload: {} }), { code: 'MESSAGE_NOT_AN_UPDATE' });
  });
});

describe('alerts of messages', () => {
  const now = { environment: 'practice' as const, atMs: TRIP.trippedMs };

  it('tell an order in its own form, as the event that its account has posted too', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const alert = alertOf(orderMessage({ _msgid: 'm' }, ACCOUNT, report), now);
        assert.ok(alert);
        const isFilled = report.outcome === 'filled' || report.outcome === 'partial';
        assert.equal(alert.kind, isFilled ? report.signal.cause.leg : 'error');
        const posted = accountAlertOf(report, 'Boston');
        if (posted !== undefined) assert.equal(alert.key, posted.key);
        if (report.clientOrderId === undefined) assert.equal(alert.key, `order m ${report.outcome}`);
        assert.equal(alert.accountId, ACCOUNT.id);
        assert.doesNotMatch(JSON.stringify(alert), /undefined|NaN/);
        assert.doesNotMatch(alert.title, /\n/);
      }),
    );
  });

  for (const { name, message, told } of [
    { name: 'an update: nothing', message: { payload: { kind: 'tick' } }, told: undefined },
    { name: 'an empty message: nothing', message: {}, told: undefined },
    {
      name: 'why a rule does not enter',
      message: { payload: { kind: 'no', reason: 'drop 9.0 < 15.0' }, market: { team: 'Boston' } },
      told: { kind: 'message', level: 'info', title: 'Boston: drop 9.0 < 15.0', facts: [] },
    },
    {
      name: 'a text',
      message: { _msgid: 'm', payload: 'two\nlines' },
      told: { kind: 'message', level: 'info', title: 'two lines' },
    },
    {
      name: 'an alert in a flow’s own words',
      message: { payload: { kind: 'alert', level: 'error', title: 'Look', text: 'here', key: 'k' } },
      told: { kind: 'message', level: 'error', title: 'Look', key: 'message k', facts: [['Text', 'here']] },
    },
    {
      name: 'an error that a Catch node gives',
      message: {
        _msgid: 'm',
        payload: { kind: 'order' },
        error: { message: 'no', code: 'KALSHI_RATE_LIMITED', source: { type: 'kalshi-order', name: 'send' } },
      },
      told: {
        kind: 'error',
        level: 'error',
        title: 'Error in send',
        facts: [
          ['Message', 'no'],
          ['Code', 'KALSHI_RATE_LIMITED'],
        ],
      },
    },
    {
      name: 'a run that agreed with nothing to put right: nothing',
      message: runMessage(ACCOUNT, { agreed: true, cause: 'schedule', atMs: 0, findings: [], repairs: [], failure: undefined }),
      told: undefined,
    },
    {
      name: 'a trip',
      message: tripMessage(ACCOUNT, { kind: 'trip', trip: TRIP }),
      told: {
        kind: 'trip',
        level: 'warning',
        title: 'Entries blocked: daily loss',
        key: `trip|${ACCOUNT.id}|daily_loss|${TRIP.trippedMs}`,
      },
    },
  ] as { name: string; message: FlowMessage; told: object | undefined }[]) {
    it(name, () => {
      const alert = alertOf(message, now);
      if (told === undefined) assert.equal(alert, undefined);
      else assert.deepEqual({ ...alert, ...told }, alert);
    });
  }

  it('are one event where Node-RED hands on an error of an account once for each node that uses it', () => {
    const error = { message: 'the key is not known', code: 'KALSHI_AUTH_REJECTED', source: { id: 'acc', type: 'kalshi-auth' } };
    const keyOf = (message: FlowMessage, atMs: number) => alertOf(message, { environment: 'practice', atMs })?.key;
    const first = keyOf({ _msgid: 'one', error }, 60_000);
    assert.equal(keyOf({ _msgid: 'two', error }, 60_900), first);
    assert.notEqual(keyOf({ _msgid: 'three', error: { ...error, message: 'the clock is wrong' } }, 60_900), first);
    assert.notEqual(keyOf({ _msgid: 'four', error }, 180_000), first);
  });

  it('are alerts of the environment that they come from, and of the node that tells them where they name none', () => {
    const here = { environment: 'practice', atMs: 1 } as const;
    assert.equal(alertOf({ payload: 'bought', environment: 'demo' }, here)?.environment, 'demo');
    for (const environment of [undefined, 'moon', 7])
      assert.equal(alertOf({ payload: 'x', environment }, here)?.environment, 'practice');
  });
});
