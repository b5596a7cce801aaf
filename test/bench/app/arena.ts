/** The exchange in its own process, as the measured program's process moves it. */
import { type ChildProcess, fork } from 'node:child_process';
import type { ArenaOrder, ArenaTold } from './arena-messages.ts';

export class Arena {
  /** When each order was filled, by client order id; the first fill of it. */
  readonly filledNs = new Map<string, bigint>();
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(new URL('arena-process.ts', import.meta.url), { execArgv: [] });
    this.#child.on('message', (told: ArenaTold) => {
      if (told.kind !== 'filled' || this.filledNs.has(told.clientOrderId)) return;
      this.filledNs.set(told.clientOrderId, BigInt(told.atNs));
    });
  }

  order(wanted: ArenaOrder): void {
    this.#child.send(wanted);
  }

  /** The next thing of this kind that it tells. */
  heard<K extends ArenaTold['kind']>(kind: K): Promise<Extract<ArenaTold, { kind: K }>> {
    return new Promise((resolve) => {
      const listen = (told: ArenaTold) => {
        if (told.kind !== kind) return;
        this.#child.off('message', listen);
        resolve(told as Extract<ArenaTold, { kind: K }>);
      };
      this.#child.on('message', listen);
    });
  }

  close(): void {
    this.#child.disconnect();
  }
}
