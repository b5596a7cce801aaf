/**
 * The market of one game between its moments: the market maker's quotes every few seconds, the crowd's orders, and the scores,
 * which reach the live data some seconds after the play that moved the quotes.
 */
import type { ListedGame } from '../listing.ts';
import { Random } from '../random.ts';
import type { ScenarioAction, ScenarioEvent } from '../types.ts';
import { MarketMaker } from './market-maker.ts';
import type { Fair, Moment } from './model.ts';

const SECOND_MS = 1000;
/** How busy a market is: shortest and longest time between quotes, mean time between the crowd's orders. */
interface Pace {
  quoteMs: readonly [number, number];
  flowMs: number;
}
const OVERNIGHT: Pace = { quoteMs: [120 * SECOND_MS, 480 * SECOND_MS], flowMs: 900 * SECOND_MS };
const AFTERNOON: Pace = { quoteMs: [15 * SECOND_MS, 45 * SECOND_MS], flowMs: 90 * SECOND_MS };
const PRE_GAME: Pace = { quoteMs: [2 * SECOND_MS, 10 * SECOND_MS], flowMs: 20 * SECOND_MS };
const LIVE: Pace = { quoteMs: [2 * SECOND_MS, 10 * SECOND_MS], flowMs: 8 * SECOND_MS };
const PRE_GAME_MS = 40 * 60 * SECOND_MS;
const AFTERNOON_MS = 4 * 3600 * SECOND_MS;
/** A change of value that is answered at once, in dollars. */
const NEWS = 0.004;
/** A change that shakes the market. */
const SHOCK = 0.03;

export class Desk {
  readonly #game: ListedGame;
  readonly #random: Random;
  readonly #maker: MarketMaker;
  readonly #late: ScenarioEvent[] = [];
  readonly #scoreLagMs: number;
  #fair: Fair;
  #startMs: number;
  #nextQuoteMs = Number.POSITIVE_INFINITY;
  #nextFlowMs = Number.POSITIVE_INFINITY;
  /** Recent change of the home team's value: the crowd runs after it. */
  #trend = 0;

  constructor(game: ListedGame, options: { fair: Fair; startMs: number; scoreLagMs: number; random: Random }) {
    this.#game = game;
    this.#fair = options.fair;
    this.#startMs = options.startMs;
    this.#scoreLagMs = options.scoreLagMs;
    this.#random = options.random;
    this.#maker = new MarketMaker(game, options.random);
  }

  /** Starts quoting, now; `startMs` is when the game is expected to begin. */
  open(atMs: number, startMs: number): ScenarioAction[] {
    this.#startMs = startMs;
    this.#nextFlowMs = atMs + Math.ceil(1 + this.#random.exponential(this.#pace(atMs).flowMs));
    return this.#quote(atMs);
  }

  /** Stops quoting and takes every quote away. */
  withdraw(): ScenarioAction[] {
    this.stop();
    return this.#maker.withdraw();
  }

  stop(): void {
    this.#nextQuoteMs = Number.POSITIVE_INFINITY;
    this.#nextFlowMs = Number.POSITIVE_INFINITY;
  }

  /** All that happens before `endMs`. */
  *until(endMs: number): Generator<ScenarioEvent> {
    for (;;) {
      const lateMs = this.#late[0]?.atMs ?? Number.POSITIVE_INFINITY;
      const atMs = Math.min(lateMs, this.#nextQuoteMs, this.#nextFlowMs);
      if (atMs >= endMs) return;
      const late = atMs === lateMs ? this.#late.shift() : undefined;
      if (late !== undefined) yield late;
      else if (atMs === this.#nextQuoteMs) yield { atMs, actions: this.#quote(atMs) };
      else yield* this.#flow(atMs);
    }
  }

  /** Takes in a moment of the game: quotes that it moves at once, and its score for later. */
  *follow(moment: Moment): Generator<ScenarioEvent> {
    const moved = moment.fair.home - this.#fair.home;
    this.#fair = moment.fair;
    this.#trend = 0.8 * this.#trend + moved;
    if (Math.abs(moved) >= SHOCK) this.#maker.shake(100 * moved, moment.atMs);
    const milestoneId = this.#game.milestoneId;
    const actions: ScenarioAction[] = [{ kind: 'live', milestoneId, details: moment.details }];
    if (moment.play !== undefined) actions.unshift({ kind: 'play', milestoneId, play: moment.play });
    this.#late.push({ atMs: moment.atMs + this.#scoreLagMs, actions });
    if (Math.abs(moved) >= NEWS || moment.final) yield { atMs: moment.atMs, actions: this.#quote(moment.atMs) };
  }

  get fair(): Fair {
    return this.#fair;
  }

  #quote(atMs: number): ScenarioAction[] {
    const [shortest, longest] = this.#pace(atMs).quoteMs;
    this.#nextQuoteMs = atMs + this.#random.whole(shortest, longest);
    return this.#maker.quote(this.#fair, atMs);
  }

  #pace(atMs: number): Pace {
    const untilStartMs = this.#startMs - atMs;
    if (untilStartMs > AFTERNOON_MS) return OVERNIGHT;
    if (untilStartMs > PRE_GAME_MS) return AFTERNOON;
    return untilStartMs > 0 ? PRE_GAME : LIVE;
  }

  /** One order of the crowd: mostly small, at the touch, more often in the direction of the last news. */
  *#flow(atMs: number): Generator<ScenarioEvent> {
    this.#nextFlowMs = atMs + Math.ceil(1 + this.#random.exponential(this.#pace(atMs).flowMs));
    const { ticker, bidCC, askCC } = this.#maker.touch();
    const upward = ticker === this.#game.awayMarket.ticker ? -this.#trend : this.#trend;
    const side = this.#random.chance(0.5 + Math.min(Math.max(upward, -0.25), 0.25)) ? 'bid' : 'ask';
    const contracts = Math.min(2500, Math.ceil(Math.exp(this.#random.normal(3.2, 1.3))));
    const limitCC = side === 'bid' ? askCC : bidCC;
    if (limitCC !== undefined) yield { atMs, actions: [{ kind: 'flow', ticker, side, countE2: 100 * contracts, limitCC }] };
  }
}
