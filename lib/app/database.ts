/** The database of this process and what stands on it: opened when it can be, told about when it cannot. */
import { discordChannel, openOutbox } from '../alerts/index.ts';
import type { WallClock } from '../kalshi/wall-clock.ts';
import { openStore, type Store } from '../store/index.ts';
import { codeOf } from '../trading/errors.ts';
import type { Activity } from '../trading/ports/clock.ts';
import type { Memory } from '../trading/ports/memory.ts';
import type { Alert, Outbox } from '../trading/ports/outbox.ts';

export interface DatabaseOptions {
  /** PostgreSQL; comes before `file`. */
  url: string | undefined;
  file: string;
  webhookUrl: string | undefined;
  wall: WallClock;
  activity: Activity;
}

type Health = ReturnType<Memory['health']>;

const NOT_OPEN: Health = { isHealthy: false, code: 'STORE_UNAVAILABLE', reason: 'the database is not open yet' };

export class DatabaseHolder {
  readonly #options: DatabaseOptions;
  readonly #listeners = new Set<() => void>();
  #opening: Promise<Store> | undefined;
  #store: Store | undefined;
  #alerts: ReturnType<typeof openOutbox> | undefined;
  #failure: Health = NOT_OPEN;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  /** Where alerts go; rejects with a MemoryFailure while the database is not open. */
  readonly outbox: Outbox = {
    post: async (alert: Alert) => {
      await this.open();
      await this.#alerts?.post(alert);
    },
  };

  /** Opens it, or gives what is open. Throws a StoreError that says what to do; the next call tries again. */
  open(): Promise<Store> {
    this.#opening ??= this.#tryOpening();
    return this.#opening;
  }

  health(): Health {
    return this.#store?.health() ?? this.#failure;
  }

  onHealth(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => {});
    await this.#alerts?.close();
    await this.#store?.close();
  }

  async #tryOpening(): Promise<Store> {
    const { url, file, wall, activity } = this.#options;
    try {
      const store = await openStore({ url, file, wall, activity });
      this.#store = store;
      store.onHealth(() => this.#tell());
      this.#startAlerts(store);
      return store;
    } catch (cause) {
      this.#opening = undefined;
      this.#failure = {
        isHealthy: false,
        code: codeOf(cause) ?? 'STORE_FAILED',
        reason: cause instanceof Error ? cause.message : String(cause),
      };
      throw cause;
    } finally {
      this.#tell();
    }
  }

  #startAlerts(store: Store): void {
    const { webhookUrl, wall, activity } = this.#options;
    const channels = webhookUrl === undefined ? [] : [discordChannel({ webhookUrl, wall })];
    this.#alerts = openOutbox({ memory: store.alerts, channels, wall, activity });
    this.#alerts.start();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
