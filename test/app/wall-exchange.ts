/** A practice exchange that lives by the wall's time, as Kalshi does: what the demo environment can be pointed at. */
import type { PracticeClock } from '../../lib/exchange/clock.ts';
import { Faults } from '../../lib/exchange/faults.ts';
import { Night } from '../../lib/exchange/night.ts';
import { generatedScenario } from '../../lib/exchange/scenario/index.ts';
import { startExchangeServer } from '../../lib/exchange/server.ts';
import { attachSocketServer } from '../../lib/exchange/ws/server.ts';
import { openMember } from '../exchange/member.ts';
import { TEST_KEY } from '../kalshi/keys.ts';

export interface WallExchange {
  rest: string;
  ws: string;
  port: number;
  keyId: string;
  faults: Faults;
  /** Orders that the exchange has of the account. */
  orders(): number;
  /** What the demo environment is started with to trade here. */
  env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

const wallMs = () => Math.floor(performance.timeOrigin + performance.now());

/** As the wall's clock goes, also for a night that has begun before now: what is past is delivered at once. */
function wallClock(startMs: number): PracticeClock {
  let reachedMs = startMs;
  return {
    speed: 1,
    isLockstep: false,
    nowMs: () => Math.max(reachedMs, wallMs()),
    untilMs: (atMs) => Math.max(0, atMs - wallMs()),
    reach: (atMs) => {
      reachedMs = Math.max(reachedMs, atMs);
    },
  };
}

/** `port` 0 takes a free one. The first game, of the NBA, begins half an hour after the night, which began `agoMs` before now. */
export async function openWallExchange({ port = 0, agoMs = 0 } = {}): Promise<WallExchange> {
  const faults = new Faults();
  const night = new Night({
    header: { night: 'wall', seed: 1, shards: [0], scenario: {}, thursdayPause: false },
    scenario: generatedScenario({ startMs: wallMs() - agoMs }),
    makeClock: wallClock,
    wallMs,
    readLagMs: 0,
  });
  const { account, keyId } = openMember(night);
  const server = await startExchangeServer({ night, faults, port, wallMs: Date.now, attach: attachSocketServer });
  night.start();
  const { rest, ws } = server;
  return {
    rest,
    ws,
    port: Number(new URL(rest).port),
    keyId,
    faults,
    orders: () => account.clientOrderIds.size,
    env: {
      KALSHI_ENV: 'demo',
      KALSHI_API_BASE: rest,
      KALSHI_WS_URL: ws,
      KALSHI_API_KEY_ID: keyId,
      KALSHI_PRIVATE_KEY: TEST_KEY.privateKeyPem.replaceAll('\n', '\\n'),
      ESPN_API_BASE: 'off',
    },
    async close() {
      await server.close();
      night.stop();
    },
  };
}
