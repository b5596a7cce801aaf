/** What is held, by the exchange's word and by all fills together: contracts and their average price. */
import { addFill, type Fill, gainedOutcome, type Ledger, openLedger } from './fills.ts';
import type { OrphanRow } from './ports/memory.ts';
import type { VenuePosition } from './ports/venue.ts';
import { averagePriceCC, holdingsOf, netE2 } from './position.ts';
import { compareText, type Draft, find, holdUnlessDecided, isDecided, ledgersOf, release } from './reconcile-draft.ts';
import { FOREIGN_RULE } from './reconcile-steps.ts';
import { averageText, differenceText, heldText } from './reconcile-words.ts';
import { toYesPriceCC } from './sides.ts';

/** The average prices of both sides may differ by one part in so many. */
const AVERAGE_PARTS = 10_000;
const DIFFERENCE = 'difference|';

/** Whether this row stands for contracts that no fill explains. */
export function isDifferenceRow(orphan: OrphanRow): boolean {
  return orphan.id.startsWith(DIFFERENCE);
}

/** Compares every market of which either side knows anything, and holds for a person what no fill explains. */
export function comparePositions(draft: Draft, positions: readonly VenuePosition[]): void {
  const told = new Map(positions.map((position) => [position.ticker, position]));
  const held = openRows(draft, DIFFERENCE).map(({ ticker }) => ticker);
  const tickers = new Set([...draft.ledgers.keys(), ...told.keys(), ...held]);
  for (const ticker of [...tickers].toSorted(compareText)) {
    compareMarket(draft, ticker, told.get(ticker));
    holdForeign(draft, ticker);
  }
}

/** The market's fills of all rules, and its settlement: what the account as a whole has done. */
function wholeLedger(draft: Draft, ticker: string): Ledger {
  const ledgers = ledgersOf(draft, ticker);
  const [first = openLedger(ticker), ...others] = ledgers;
  const { fills } = others.flatMap((ledger) => ledger.fills).reduce(addFill, { ...first, settlement: undefined });
  return { ticker, fills, settlement: ledgers.find(({ settlement }) => settlement !== undefined)?.settlement };
}

function compareMarket(draft: Draft, ticker: string, position: VenuePosition | undefined): void {
  const whole = wholeLedger(draft, ticker);
  const theirsE2 = position?.netE2 ?? 0;
  const acceptedE2 = whole.settlement === undefined ? acceptedOf(draft, ticker) : 0;
  const moments = momentsOf(whole, draft.asOfMs);
  const fitting = moments.filter((ledger) => netOf(ledger) + acceptedE2 === theirsE2);
  if (fitting.length > 0) {
    releaseDifferences(draft, ticker, undefined);
    const isComparable = position !== undefined && theirsE2 !== 0 && acceptedE2 === 0 && isSequenceKnown(whole);
    if (isComparable && !fitting.some((ledger) => isSameAverage(ledger, position))) {
      find(draft, 'average', ticker, true, averageText(position, holdingsOf(whole)));
    }
    return;
  }
  if (position !== undefined && position.updatedMs > draft.asOfMs) {
    find(draft, 'young', ticker, false, `${ticker} has changed during the check: it is looked at again.`);
    return;
  }
  const differenceE2 = theirsE2 - netOf(whole);
  const id = `${differencePrefix(ticker)}${differenceE2}`;
  releaseDifferences(draft, ticker, id);
  if (holdUnlessDecided(draft, heldRow(draft, id, ticker, differenceE2, undefined))) {
    find(draft, 'difference', ticker, true, differenceText(ticker, theirsE2, netOf(whole)));
  }
}

/**
 * The account as it was at each moment that the exchange's answer may be of: with everything up to where answers are complete, and with
 * what came after, one thing at a time.
 */
function momentsOf(whole: Ledger, asOfMs: number): Ledger[] {
  const sure = whole.fills.findLastIndex((fill) => fill.atMs <= asOfMs) + 1;
  const moments: Ledger[] = [];
  for (let count = sure; count <= whole.fills.length; count++) {
    moments.push({ ...whole, fills: whole.fills.slice(0, count), settlement: undefined });
  }
  const { settlement } = whole;
  if (settlement === undefined) return moments;
  return settlement.atMs <= asOfMs ? [whole] : [...moments, whole];
}

/** Contracts of all fills: positive YES, negative NO. */
function netOf(ledger: Ledger): number {
  if (ledger.settlement !== undefined) return 0;
  return ledger.fills.reduce((sum, fill) => sum + signedE2(fill), 0);
}

function signedE2(fill: Fill): number {
  return gainedOutcome(fill) === 'yes' ? fill.countE2 : -fill.countE2;
}

/**
 * Whether it matters not in which order fills of one instant are taken: it does where some of them close and others open, and only the
 * exchange knows.
 */
function isSequenceKnown({ fills }: Ledger): boolean {
  let net = 0;
  for (const instant of Map.groupBy(fills, ({ atMs }) => atMs).values()) {
    const before = net;
    for (const fill of instant) net += signedE2(fill);
    const isOneWay = instant.every(({ side }) => side === instant[0]?.side) && Math.sign(before) * Math.sign(net) >= 0;
    if (instant.length > 1 && !isOneWay) return false;
  }
  return true;
}

function isSameAverage(ledger: Ledger, position: VenuePosition): boolean {
  const { open } = holdingsOf(ledger);
  if (open === undefined) return false;
  // Every part that closes leaves up to a micro-dollar of rounding, here and there.
  const roundingE6 = ledger.fills.length;
  return (Math.abs(position.exposureE6 - open.costE6) - roundingE6) * AVERAGE_PARTS <= open.costE6;
}

/** Contracts of orders that nobody here sent wait for a person, once for each time from flat to flat. */
function holdForeign(draft: Draft, ticker: string): void {
  const prefix = `holding|${ticker}|`;
  const ledger = draft.ledgers.get(ticker)?.get(FOREIGN_RULE);
  const holdings = ledger === undefined ? undefined : holdingsOf(ledger);
  const open = holdings?.open;
  const id = `${prefix}${open?.round ?? ''}`;
  for (const orphan of openRows(draft, prefix)) {
    if (orphan.id !== id) release(draft, orphan);
  }
  if (holdings === undefined || open === undefined) return;
  const yesPriceCC = toYesPriceCC(open.outcome, Math.round(averagePriceCC(open)));
  if (holdUnlessDecided(draft, heldRow(draft, id, ticker, netE2(holdings), yesPriceCC))) {
    find(draft, 'orphan', ticker, true, heldText(ticker, open));
  }
}

/** Differences that are there no more need no decision. */
function releaseDifferences(draft: Draft, ticker: string, except: string | undefined): void {
  for (const orphan of openRows(draft, differencePrefix(ticker))) {
    if (orphan.id !== except) release(draft, orphan);
  }
}

/** By how much a person has accepted that the exchange's position differs: the last decision counts. */
function acceptedOf(draft: Draft, ticker: string): number {
  const accepted = rowsOf(draft, differencePrefix(ticker)).filter((orphan) => isDecided(draft, orphan));
  const last = accepted.toSorted((a, b) => (a.resolvedMs ?? 0) - (b.resolvedMs ?? 0)).at(-1);
  if (last === undefined) return 0;
  return last.side === 'bid' ? last.countE2 : -last.countE2;
}

function rowsOf(draft: Draft, prefix: string): OrphanRow[] {
  return [...draft.orphans.values()].filter(({ id }) => id.startsWith(prefix));
}

function openRows(draft: Draft, prefix: string): OrphanRow[] {
  return rowsOf(draft, prefix).filter(({ resolvedMs }) => resolvedMs === undefined);
}

function differencePrefix(ticker: string): string {
  return `${DIFFERENCE}${ticker}|`;
}

function heldRow(draft: Draft, id: string, ticker: string, signedE2: number, yesPriceCC: number | undefined): OrphanRow {
  return {
    id,
    ticker,
    orderId: undefined,
    side: signedE2 > 0 ? 'bid' : 'ask',
    countE2: Math.abs(signedE2),
    priceCC: yesPriceCC,
    detectedMs: draft.asOfMs,
    resolvedMs: undefined,
    action: undefined,
  };
}
