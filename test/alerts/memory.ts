/** The alerts of a database, in memory: what is committed survives whoever used it. */
import type { AlertMemory, StoredAlert } from '../../lib/trading/ports/memory.ts';

export class PaperAlerts implements AlertMemory {
  readonly rows: StoredAlert[] = [];
  /** Calls that fail from now on, by name. */
  readonly failing = new Set<string>();

  async enqueue({ key, accountId, kind, channel, payload, atMs }: Parameters<AlertMemory['enqueue']>[0]): Promise<boolean> {
    this.#maybeFail('enqueue');
    if (this.rows.some((row) => row.key === key && row.channel === channel)) return false;
    this.rows.push({
      id: this.rows.length + 1,
      key,
      accountId,
      kind,
      channel,
      payload: JSON.parse(JSON.stringify(payload)) as unknown,
      state: 'waiting',
      attempts: 0,
      reason: undefined,
      createdMs: atMs,
      nextMs: atMs,
      deliveredMs: undefined,
    });
    return true;
  }

  async due(channel: string, nowMs: number, most: number): Promise<StoredAlert[]> {
    this.#maybeFail('due');
    const due = this.rows.filter((row) => row.channel === channel && row.state === 'waiting' && (row.nextMs ?? 0) <= nowMs);
    return due.slice(0, most).map((row) => ({ ...row }));
  }

  async delivered(id: number, atMs: number): Promise<void> {
    this.#maybeFail('delivered');
    const row = this.#row(id);
    Object.assign(row, { state: 'delivered', deliveredMs: atMs, attempts: row.attempts + 1, nextMs: undefined });
  }

  async failed(id: number, { reason, nextMs }: { reason: string; nextMs: number | undefined }): Promise<void> {
    this.#maybeFail('failed');
    const row = this.#row(id);
    Object.assign(row, { state: nextMs === undefined ? 'given_up' : 'waiting', attempts: row.attempts + 1, reason, nextMs });
  }

  async recent(most: number): Promise<StoredAlert[]> {
    return this.rows.slice(-most).toReversed();
  }

  #row(id: number): StoredAlert {
    const row = this.rows.find((one) => one.id === id);
    if (row === undefined) throw new Error(`no alert ${id}`);
    return row;
  }

  #maybeFail(call: string): void {
    if (this.failing.has(call)) throw Object.assign(new Error('the disk is full'), { code: 'STORE_FULL' });
  }
}
