/**
 * Token buckets in real time: each account has one for reads and one for writes (and further ones for writes that name a
 * shard), sized by its tier; callers without credentials share one.
 */
import type { Account } from './engine/state.ts';

export const TIERS = ['basic', 'advanced', 'expert', 'premier', 'paragon', 'prime', 'prestige'] as const;
export type Tier = (typeof TIERS)[number];

/** What a request costs unless its route says otherwise. */
export const DEFAULT_COST = 10;

/** Tokens a second, and how many can be saved up. */
export interface Bucket {
  refillRate: number;
  capacity: number;
}

const RATES: Record<Tier, { read: number; write: number }> = {
  basic: { read: 200, write: 100 },
  advanced: { read: 300, write: 300 },
  expert: { read: 600, write: 600 },
  premier: { read: 1_000, write: 1_000 },
  paragon: { read: 2_000, write: 2_000 },
  prime: { read: 4_000, write: 4_000 },
  prestige: { read: 10_000, write: 8_000 },
};

/** About 51 requests a second without credentials. */
const ANONYMOUS: Bucket = { refillRate: 510, capacity: 510 };

export interface Charge {
  bucket: 'read' | 'write';
  cost: number;
  /** A nonzero shard that a single write names is charged to that shard's own bucket. */
  shard?: number;
}

/** The buckets of a tier (throws for none of `TIERS`). Two seconds can be saved up for reads of the lower tiers and for writes above Basic, else one. */
export function limitsOf(tier: string): { read: Bucket; write: Bucket } {
  if (!isTier(tier)) throw new Error(`there is no tier ${tier}`);
  const { read, write } = RATES[tier];
  const isLow = tier === 'basic' || tier === 'advanced';
  return {
    read: { refillRate: read, capacity: isLow ? 2 * read : read },
    write: { refillRate: write, capacity: tier === 'basic' ? write : 2 * write },
  };
}

function isTier(text: string): text is Tier {
  return (TIERS as readonly string[]).includes(text);
}

interface Level {
  tokens: number;
  atMs: number;
}

export class RateLimits {
  private readonly levels = new Map<string, Level>();
  private readonly wallMs: () => number;

  /** `wallMs` reads the real time in which buckets fill. */
  constructor(options: { wallMs: () => number }) {
    this.wallMs = options.wallMs;
  }

  /** Takes the tokens, or takes none and returns false. Without an account the shared bucket pays. */
  take(account: Account | undefined, charge: Charge): boolean {
    const bucket = account ? limitsOf(account.tier)[charge.bucket] : ANONYMOUS;
    const name = account ? `${account.id} ${charge.bucket} ${charge.shard ?? 0}` : 'anonymous';
    const nowMs = this.wallMs();
    const level = this.levels.get(name) ?? { tokens: bucket.capacity, atMs: nowMs };
    const refilled = (Math.max(0, nowMs - level.atMs) / 1000) * bucket.refillRate;
    const tokens = Math.min(bucket.capacity, level.tokens + refilled);
    const isEnough = tokens >= charge.cost;
    this.levels.set(name, { tokens: isEnough ? tokens - charge.cost : tokens, atMs: nowMs });
    return isEnough;
  }
}
