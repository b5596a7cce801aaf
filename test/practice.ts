/** The whole practice exchange in this process, on a free port, for tests that go over the wire. */
import assert from 'node:assert/strict';
import { lockstepClock } from '../lib/exchange/clock.ts';
import type { Account } from '../lib/exchange/engine/state.ts';
import { Faults } from '../lib/exchange/faults.ts';
import { Night } from '../lib/exchange/night.ts';
import type { Scenario } from '../lib/exchange/scenario/types.ts';
import { type ExchangeServer, startExchangeServer } from '../lib/exchange/server.ts';
import { attachSocketServer } from '../lib/exchange/ws/server.ts';
import { createKalshiClient, type KalshiClient } from '../lib/kalshi/client.ts';
import { KalshiSocket, type KalshiSocketOptions } from '../lib/kalshi/socket/socket.ts';
import { openMember } from './exchange/member.ts';
import { TEST_KEY } from './kalshi/keys.ts';

export interface Member {
  account: Account;
  keyId: string;
  client: KalshiClient;
  /** A socket that has not been started. */
  socket(options?: Partial<KalshiSocketOptions>): KalshiSocket;
}

export interface Practice {
  night: Night;
  server: ExchangeServer;
  faults: Faults;
  /** Opens an account with money on shard 0. */
  member(dollars?: number): Member;
  close(): Promise<void>;
}

/** In lockstep: nothing happens until `night.step()`. */
export async function openPractice(options: { scenario: Scenario; tier?: string; shards?: number[] }): Promise<Practice> {
  const faults = new Faults();
  const night = new Night({
    header: { night: 'test', seed: 1, shards: options.shards ?? [0], scenario: {}, thursdayPause: false },
    scenario: options.scenario,
    makeClock: lockstepClock,
    wallMs: () => performance.now(),
    readLagMs: 0,
  });
  const server = await startExchangeServer({ night, faults, port: 0, wallMs: Date.now, attach: attachSocketServer });
  const ends: (() => unknown)[] = [];
  return {
    night,
    server,
    faults,
    member(dollars = 10_000) {
      const { account, keyId } = openMember(night, { dollars, tier: options.tier });
      const client = createKalshiClient({ baseUrl: server.rest, credentials: { keyId, privateKeyPem: TEST_KEY.privateKeyPem } });
      const { signer } = client;
      assert.ok(signer);
      ends.push(() => client.close());
      return {
        account,
        keyId,
        client,
        socket(change = {}) {
          const socket = new KalshiSocket({
            url: server.ws,
            headers: () => signer.handshakeHeaders(),
            marketNow: () => night.nowMs(),
            ...change,
          });
          ends.push(() => socket.close());
          return socket;
        },
      };
    },
    async close() {
      for (const end of ends.toReversed()) await end();
      await server.close();
      night.stop();
    },
  };
}
