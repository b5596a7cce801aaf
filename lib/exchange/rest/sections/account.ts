import type {
  GetAccountApiLimitsResponse,
  GetAccountApiUsageLevelVolumeProgressResponse,
} from '../../../kalshi/schema/account.ts';
import { type Bucket, limitsOf, TIERS } from '../../rate-limits.ts';
import { count, seconds } from '../present/text.ts';
import { nested } from '../rejection.ts';
import { own, type Route, write } from '../route.ts';

const MONTH_MS = 30 * 86_400_000;
/** Share of the exchange's volume that earns and keeps a tier, in hundredths of a percent. */
const GOALS: [tier: string, earn: number, keep: number][] = [
  ['expert', 7.5, 5],
  ['premier', 12.5, 10],
  ['paragon', 25, 20],
  ['prime', 50, 40],
  ['prestige', 100, 80],
];

export const accountRoutes: Route[] = [
  own({
    path: '/account/limits',
    operation: 'GetAccountApiLimits',
    answer: ({ account }): GetAccountApiLimitsResponse => {
      const { read, write } = limitsOf(account.tier);
      const isBasic = account.tier === 'basic';
      return {
        usage_tier: account.tier,
        read: presentBucket(read),
        write: presentBucket(write),
        grants: isBasic ? [] : [{ exchange_instance: 'event_contract', level: account.tier, source: 'manual' }],
      };
    },
  }),
  write({
    method: 'POST',
    path: '/account/api_usage_level/upgrade',
    operation: 'UpgradeAccountApiUsageLevel',
    scope: 'write',
    cost: 30,
    status: 201,
    answer: ({ night, account }) => {
      if (account.clientOrderIds.size === 0) throw nested(403, 'forbidden', 'no order has been placed through the API yet');
      if (account.tier === 'basic') night.execute({ kind: 'set_tier', accountId: account.id, tier: 'advanced' });
      return undefined;
    },
  }),
  own({
    path: '/account/api_usage_level/volume_progress',
    operation: 'GetAccountApiUsageLevelVolumeProgress',
    answer: ({ night, account, nowMs }): GetAccountApiUsageLevelVolumeProgressResponse => {
      const recent = night.replica.view(account.id).fills.filter((fill) => fill.atMs > nowMs - MONTH_MS);
      const ownE2 = recent.reduce((sum, fill) => sum + fill.countE2, 0);
      const allE2 = [...night.exchange.state.markets.values()].reduce((sum, market) => sum + market.volumeE2, 0);
      const share = (parts: number): string => count(Math.ceil((allE2 * parts) / 10_000));
      return {
        volume_progress: [
          {
            computed_ts: seconds(nowMs),
            trailing_30d_volume_fp: count(ownE2),
            goals: GOALS.filter(([tier]) => rank(tier) > rank(account.tier)).map(([tier, earn, keep]) => ({
              level: tier,
              earn_volume_goal_fp: share(earn),
              keep_volume_goal_fp: share(keep),
            })),
          },
        ],
      };
    },
  }),
];

function rank(tier: string): number {
  return (TIERS as readonly string[]).indexOf(tier);
}

function presentBucket(bucket: Bucket): { refill_rate: number; bucket_capacity: number } {
  return { refill_rate: bucket.refillRate, bucket_capacity: bucket.capacity };
}
