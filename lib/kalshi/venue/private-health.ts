import type { VenueHealth } from '../../trading/ports/venue.ts';
import { type KalshiSocket, PRIVATE_CHANNELS } from '../socket/socket.ts';
import type { WallClock } from '../wall-clock.ts';

export interface PrivateHealthOptions {
  socket: KalshiSocket;
  wall: WallClock;
  /** The longest silence, heartbeats included; wall time. */
  heartbeatMs: number;
  onChange: (health: VenueHealth) => void;
}

const CHECK_MS = 1_000;
const UNREADABLE = 'news of fills and orders came that cannot be read';

/** Whether an account's fills and orders are sure to arrive, and since when that was last told. */
export class PrivateHealth {
  readonly #options: PrivateHealthOptions;
  #isHealthy = false;
  #doubtedMs = Number.NEGATIVE_INFINITY;
  #stop: () => void = () => {};

  constructor(options: PrivateHealthOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stop();
    const stopListening = this.#options.socket.listen({ state: () => this.#check() });
    let cancelTimer = () => {};
    const tick = () => {
      cancelTimer = this.#options.wall.after(CHECK_MS, tick, 'background');
      this.#check();
    };
    tick();
    this.#stop = () => {
      stopListening();
      cancelTimer();
    };
  }

  stop(): void {
    this.#stop();
    this.#stop = () => {};
    this.#check();
  }

  /** Something was told that cannot be used. It passes by itself, and whoever waits for health reads what was missed. */
  doubt(): void {
    this.#doubtedMs = this.#options.wall.monotonicMs();
    this.#check();
  }

  read(): VenueHealth {
    const { socket, heartbeatMs, wall } = this.#options;
    const ageMs = socket.heardAgeMs;
    const heardAgeMs = Number.isFinite(ageMs) ? ageMs : undefined;
    if (socket.isBlind)
      return { isHealthy: false, heardAgeMs, reason: `no connection to the exchange: ${socket.state().reason}` };
    if (!socket.isPrivateHealthy) return { isHealthy: false, heardAgeMs, reason: this.#missing() };
    if (ageMs >= heartbeatMs) {
      return { isHealthy: false, heardAgeMs, reason: `nothing heard of the exchange for ${Math.floor(ageMs / 1000)} s` };
    }
    if (wall.monotonicMs() - this.#doubtedMs < CHECK_MS) return { isHealthy: false, heardAgeMs, reason: UNREADABLE };
    return { isHealthy: true, heardAgeMs, reason: '' };
  }

  #missing(): string {
    const { channels } = this.#options.socket.state();
    const open = channels.find(({ channel, isConfirmed }) => PRIVATE_CHANNELS.includes(channel) && !isConfirmed);
    return open === undefined ? UNREADABLE : `fills and orders are not sure to arrive: ${open.channel} is not subscribed`;
  }

  #check(): void {
    const health = this.read();
    if (health.isHealthy === this.#isHealthy) return;
    this.#isHealthy = health.isHealthy;
    this.#options.onChange(health);
  }
}
