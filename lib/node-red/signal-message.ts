/** Signals on wires: integers as cents, contracts and seconds, exact both ways, and checked field by field when they come back. */
import { z } from 'zod';
import type { AccountView } from '../account/contract.ts';
import type { Actor, Signal } from '../trading/cause.ts';
import { LEGS } from '../trading/cause.ts';
import { EXIT_REASONS } from '../trading/exit.ts';
import { ccToCents, centsToCC, MAX_PRICE_CC, MIN_PRICE_CC } from '../trading/money.ts';
import { bookSideOf, toYesPriceCC } from '../trading/sides.ts';
import type { FlowMessage } from './contract.ts';
import { NodeError } from './errors.ts';
import { cents, contracts, contractsToE2, iso, numbersIn, numbersOut, orNull, seconds } from './units.ts';
import { accountProperties } from './update-message.ts';

/** The message that carries a signal: as payload, and as `signal` for those who come after the order. */
export function signalMessage(message: FlowMessage, account: AccountView, signal: Signal): FlowMessage {
  const payload = signalPayload(signal);
  WRITTEN.keep(JSON.stringify(payload), signal);
  return {
    ...message,
    topic: signal.cause.ticker,
    ...accountProperties(account),
    payload,
    signal: signalPayload(signal),
  };
}

export function signalPayload(signal: Signal): Record<string, unknown> {
  const { cause, wish } = signal;
  return {
    kind: 'signal',
    accountId: cause.accountId,
    ruleId: cause.ruleId,
    ticker: cause.ticker,
    event: signal.eventTicker,
    leg: cause.leg,
    round: cause.round,
    attempt: cause.attempt,
    action: wish.action,
    side: wish.outcome,
    contracts: contracts(wish.countE2),
    limit: ccToCents(wish.limitCC),
    price: ccToCents(wish.signalPriceCC),
    reduceOnly: wish.reduceOnly,
    exitReason: orNull(signal.exitReason),
    reason: signal.reason,
    notes: [...signal.notes],
    numbers: numbersOut(signal.numbers),
    caps: signal.entryCaps === undefined ? null : { ...signal.entryCaps },
    maxPriceMove: cents(signal.maxPriceMoveCC),
    patience: seconds(signal.patienceMs),
    actor: { ...signal.actor },
    at: iso(signal.atMs),
  };
}

/** The signal in a message's payload. Throws `MESSAGE_NOT_A_SIGNAL`, with every field that is wrong. */
export function readSignal(message: FlowMessage): Signal {
  const written = WRITTEN.signalOf(message.payload);
  if (written !== undefined) return written;
  const read = PAYLOAD.safeParse(message.payload);
  if (read.success) return read.data;
  const problems = read.error.issues.map(
    ({ path, message: text }) => `${path.length === 0 ? 'payload' : `payload.${path.join('.')}`}: ${text}`,
  );
  throw new NodeError('MESSAGE_NOT_A_SIGNAL', `this message is no signal of a rule. ${problems.join('; ')}`);
}

/**
 * The last signals that this program has written, by their text: one that comes back as it went out need not be checked again, which takes
 * longer than all else on its way. Whatever was changed reads differently.
 */
class Written {
  readonly #signals = new Map<string, Signal>();

  keep(text: string, signal: Signal): void {
    const [oldest] = this.#signals.keys();
    if (this.#signals.size >= MOST_WRITTEN && oldest !== undefined) this.#signals.delete(oldest);
    this.#signals.set(text, signal);
  }

  signalOf(payload: unknown): Signal | undefined {
    const text = attempt(() => JSON.stringify(payload));
    return text === undefined ? undefined : this.#signals.get(text);
  }
}

/** More than are ever between a rule and its order at once. */
const MOST_WRITTEN = 64;
const WRITTEN = new Written();

const TEXT = z.string('is no text').min(1, 'is empty');
const COUNT = z.int('is no whole number').nonnegative('is negative');

function inside(convert: (written: number) => number, least: number, most: number): z.ZodType<number> {
  return z.number('is no number').transform((written, context) => {
    const value = attempt(() => convert(written));
    if (value !== undefined && value >= least && value <= most) return value;
    context.issues.push({ code: 'custom', input: written, message: `${written} is out of range, or finer than its unit` });
    return z.NEVER;
  });
}

const PRICE = inside(centsToCC, MIN_PRICE_CC, MAX_PRICE_CC);
const MILLISECONDS = inside((written) => Math.round(written * 1_000), 1, 86_400_000);
const AT = z.iso.datetime('is no time as ISO text').transform((text) => Date.parse(text));
const ACTOR: z.ZodType<Actor> = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['local', 'exchange', 'program']) }),
  z.object({ kind: z.literal('user'), id: TEXT }),
  z.object({ kind: z.literal('rule'), id: TEXT, name: z.string() }),
]);

const PAYLOAD = z
  .object(
    {
      kind: z.literal('signal', 'is not "signal"'),
      accountId: TEXT,
      ruleId: TEXT,
      ticker: TEXT,
      event: TEXT,
      leg: z.enum(LEGS, 'is neither entry nor exit'),
      round: COUNT,
      attempt: COUNT,
      action: z.enum(['buy', 'sell'], 'is neither buy nor sell'),
      side: z.enum(['yes', 'no'], 'is neither yes nor no'),
      contracts: inside(contractsToE2, 1, Number.MAX_SAFE_INTEGER),
      limit: PRICE,
      price: PRICE,
      reduceOnly: z.boolean('is neither true nor false'),
      exitReason: z.enum(EXIT_REASONS, 'is no reason for an exit').nullable(),
      reason: z.string('is no text'),
      notes: z.array(z.string(), 'is no list of texts'),
      numbers: z.record(z.string(), z.unknown(), 'is no object'),
      caps: z
        .object({ maxEntriesPerGame: COUNT, maxTotalPositions: COUNT, averagingDown: z.boolean() }, 'is no object')
        .nullable(),
      maxPriceMove: inside(centsToCC, 0, MAX_PRICE_CC).nullable(),
      patience: MILLISECONDS,
      actor: ACTOR,
      at: AT,
    },
    'there is none',
  )
  // What calls itself an exit passes the breaker, so it must be one.
  .refine(({ leg, action, reduceOnly }) => (leg === 'exit') === reduceOnly && (leg === 'exit') === (action === 'sell'), {
    path: ['leg'],
    message: 'an entry buys, an exit sells and is reduce-only',
  })
  .transform((told): Signal => {
    const { accountId, ruleId, ticker, round, leg, attempt: number, action, side } = told;
    return {
      cause: { accountId, ruleId, ticker, round, leg, attempt: number },
      eventTicker: told.event,
      wish: {
        ticker,
        action,
        outcome: side,
        limitCC: told.limit,
        side: bookSideOf(action, side),
        yesLimitCC: toYesPriceCC(side, told.limit),
        countE2: told.contracts,
        timeInForce: 'ioc',
        reduceOnly: told.reduceOnly,
        signalPriceCC: told.price,
      },
      exitReason: told.exitReason ?? undefined,
      reason: told.reason,
      notes: told.notes,
      numbers: numbersIn(told.numbers),
      entryCaps: told.caps ?? undefined,
      maxPriceMoveCC: told.maxPriceMove ?? undefined,
      patienceMs: told.patience,
      actor: told.actor,
      atMs: told.at,
    };
  });

function attempt<T>(convert: () => T): T | undefined {
  try {
    return convert();
  } catch {
    return undefined;
  }
}
