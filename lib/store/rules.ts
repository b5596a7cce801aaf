/** What rules and the breaker must not forget, and the record of trips. */
import type { Knex } from 'knex';
import type { BreakerState, Trip } from '../trading/breaker.ts';
import type { Actor } from '../trading/cause.ts';
import type { TripEvent } from '../trading/ports/memory.ts';
import { holdAccount } from './accounts.ts';
import { type DocumentOf, readDocument, readPlain, writeDocument, writePlain } from './document.ts';
import { unknownThing } from './errors.ts';
import { reads, records, writesFor } from './operation.ts';

/** One trip, and how it ended. */
export interface TripRecord {
  id: number;
  trip: Trip;
  trippedBy: Actor;
  note: string | undefined;
  resolved: { atMs: number; how: 'release' | 'reset' | 'replaced'; by: Actor; note: string | undefined } | undefined;
}

interface TripColumns {
  id: number;
  readings: DocumentOf<Trip>;
  triggered_by: DocumentOf<Actor>;
  trigger_notes: string | null;
  resolved_at: number | null;
  resolution: 'release' | 'reset' | 'replaced' | null;
  resolved_by: DocumentOf<Actor> | null;
  resolution_notes: string | null;
}

export function tripRecordOf(row: TripColumns): TripRecord {
  const { resolved_at: atMs, resolution: how, resolved_by: by } = row;
  return {
    id: row.id,
    trip: readDocument(row.readings),
    trippedBy: readDocument(row.triggered_by),
    note: row.trigger_notes ?? undefined,
    resolved:
      atMs === null || how === null || by === null
        ? undefined
        : { atMs, how, by: readDocument(by), note: row.resolution_notes ?? undefined },
  };
}

/** One row for each trip; its end is written into it. The same event again changes nothing. */
export async function recordTrips(db: Knex, accountId: string, events: readonly TripEvent[]): Promise<void> {
  for (const { kind, trip, actor, note, atMs } of events) {
    const key = { account_id: accountId, trigger_type: trip.rule, triggered_at: trip.trippedMs };
    const isTrip = kind === 'trip';
    const made = await db('kill_switch_events')
      .insert({
        ...key,
        readings: writeDocument(trip),
        triggered_by: writeDocument(isTrip ? actor : { kind: 'program' }),
        trigger_notes: isTrip ? (note ?? null) : null,
      })
      .onConflict(['account_id', 'trigger_type', 'triggered_at'])
      .ignore()
      .returning('id');
    const unresolved = db('kill_switch_events').whereNull('resolved_at');
    const end = { resolved_at: atMs, resolved_by: writeDocument(actor), resolution_notes: note ?? null };
    if (!isTrip) await unresolved.where(key).update({ ...end, resolution: kind });
    else if (made.length > 0) {
      // At most one trip of a rule blocks at a time.
      await unresolved
        .where({ account_id: accountId, trigger_type: trip.rule })
        .whereNot({ triggered_at: trip.trippedMs })
        .update({ ...end, resolution: 'replaced' });
    }
  }
}

/** The account must be held. A trip that another program has stored stays until an event ends that very trip. */
export async function writeBreaker(
  db: Knex,
  accountId: string,
  state: BreakerState | undefined,
  events: readonly TripEvent[],
): Promise<void> {
  if (state !== undefined) {
    const stored = await breakerOf(db, accountId);
    const isEnded = (trip: Trip) =>
      events.some((one) => one.kind !== 'trip' && one.trip.rule === trip.rule && one.trip.trippedMs === trip.trippedMs);
    const others = stored.trips.filter((trip) => !isEnded(trip) && state.trips.every(({ rule }) => rule !== trip.rule));
    const merged: BreakerState = { ...state, trips: [...state.trips, ...others] };
    await db('breaker_states')
      .where({ account_id: accountId })
      .update({ state: writeDocument(merged) });
  }
  await recordTrips(db, accountId, events);
}

async function breakerOf(db: Knex, accountId: string): Promise<BreakerState> {
  const [row] = await db('breaker_states')
    .where({ account_id: accountId })
    .select<{ state: DocumentOf<BreakerState> }[]>('state');
  if (row === undefined) throw unknownThing(`account ${accountId}`);
  return readDocument(row.state);
}

export interface Saving {
  accountId: string;
  state: BreakerState;
  events: readonly TripEvent[];
}

export interface SavingState {
  accountId: string;
  ruleId: string;
  ticker: string;
  state: unknown;
  storedMs: number;
}

export const ruleOperations = {
  'rules.breaker': reads(breakerOf),
  'rules.saveBreaker': writesFor(
    ({ accountId }: Saving) => accountId,
    async (db, { accountId, state, events }) => {
      await holdAccount(db, accountId);
      await writeBreaker(db, accountId, state, events);
    },
  ),
  'rules.states': reads(async (db, accountId: string) => {
    const found = await db('rule_states')
      .where({ account_id: accountId })
      .select<{ rule_id: string; ticker: string; state: string }[]>('rule_id', 'ticker', 'state');
    return new Map(found.map((one) => [`${one.rule_id}|${one.ticker}`, readPlain(one.state)]));
  }),
  'rules.saveState': records(async (db, { accountId, ruleId, ticker, state, storedMs }: SavingState) => {
    await db('rule_states')
      .insert({ account_id: accountId, rule_id: ruleId, ticker, state: writePlain(state), stored_at: storedMs })
      .onConflict(['account_id', 'rule_id', 'ticker'])
      .merge();
  }),
};
