/**
 * The life of a market, pure. Kalshi announces most of it; that a market opens or closes when its time has come it does not, so that
 * follows from the clock.
 */
import type { MarketStatus } from '../../trading/market.ts';
import { DOLLAR_CC, parsePriceCC } from '../../trading/money.ts';
import { timeFromWire } from '../parse.ts';
import type { Market } from '../schema/market.ts';
import type { MarketLifecycleFrame } from '../schema/socket.ts';

export interface MarketLife {
  /** What it is or was while its time was; `closed` before its time only where Kalshi said so. */
  trading: 'unopened' | 'open' | 'paused' | 'closed';
  opensMs: number;
  closesMs: number;
  ended: 'determined' | 'finalized' | undefined;
  /** What one YES pays, once determined. */
  resultCC: number | undefined;
}

/** A result that is challenged, or was changed, is one that may still change: as good as determined. */
const LISTED: Readonly<Record<string, Pick<MarketLife, 'trading' | 'ended'>>> = {
  initialized: { trading: 'unopened', ended: undefined },
  active: { trading: 'open', ended: undefined },
  inactive: { trading: 'paused', ended: undefined },
  closed: { trading: 'closed', ended: undefined },
  determined: { trading: 'closed', ended: 'determined' },
  disputed: { trading: 'closed', ended: 'determined' },
  amended: { trading: 'closed', ended: 'determined' },
  finalized: { trading: 'closed', ended: 'finalized' },
};

/** As listed. Undefined for a status that is not known. Throws where a time or price cannot be read. */
export function lifeOf(market: Market): MarketLife | undefined {
  const { status, result } = market;
  if (!Object.hasOwn(LISTED, status)) return undefined;
  const { trading = 'closed', ended } = LISTED[status] ?? {};
  return {
    trading,
    opensMs: timeFromWire(market.open_time),
    closesMs: timeFromWire(market.close_time),
    ended,
    resultCC: ended === undefined ? undefined : payoutCC(result, market.settlement_value_dollars ?? undefined),
  };
}

export function statusAt(life: MarketLife, nowMs: number): MarketStatus {
  const { trading, opensMs, closesMs, ended } = life;
  if (ended !== undefined) return ended;
  if (trading === 'closed' || nowMs >= closesMs) return 'closed';
  return trading === 'unopened' && nowMs >= opensMs ? 'open' : trading;
}

/** When the status changes next without a word; undefined: not at all. */
export function turnsMs(life: MarketLife, nowMs: number): number | undefined {
  const { trading, opensMs, closesMs, ended } = life;
  if (ended !== undefined || trading === 'closed' || nowMs >= closesMs) return undefined;
  return trading === 'unopened' && nowMs < opensMs ? Math.min(opensMs, closesMs) : closesMs;
}

/** After Kalshi's news of the market; the same life where they do not concern it. */
export function afterNews(life: MarketLife, news: MarketLifecycleFrame['msg']): MarketLife {
  const { event_type: kind, close_ts: closeS } = news;
  if (kind === 'activated') return { ...life, trading: 'open' };
  if (kind === 'deactivated') return { ...life, trading: 'paused' };
  if (kind === 'close_date_updated' && closeS !== undefined) {
    // A market that closed without a result is opened again by a later close.
    const trading = life.trading === 'closed' ? 'open' : life.trading;
    return { ...life, trading, closesMs: closeS * 1000 };
  }
  if (kind === 'determined') {
    return { ...life, ended: 'determined', resultCC: payoutCC(news.result ?? '', news.settlement_value) };
  }
  return kind === 'settled' ? { ...life, ended: 'finalized' } : life;
}

function payoutCC(result: string, value: string | undefined): number | undefined {
  if (value !== undefined) return parsePriceCC(value);
  return result === 'yes' ? DOLLAR_CC : result === 'no' ? 0 : undefined;
}
