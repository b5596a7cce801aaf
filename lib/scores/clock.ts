/** A clock with timers: market time for polling, wall time for what concerns the network. Whoever builds this part brings both. */
export interface ScoreClock {
  /** Epoch ms. */
  nowMs(): number;
  /** Runs `run` once after `ms`; the answer calls it off. */
  after(ms: number, run: () => void): () => void;
}
