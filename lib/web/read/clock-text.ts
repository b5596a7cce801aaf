/** How far a game is, in a few words: `Q3 4:21`, `halftime`, `over`. */
import type { GameState } from '../../trading/game.ts';
import { isEnded } from '../../trading/market.ts';
import type { KnownGame, ListedGame } from '../../trading/ports/market-data.ts';
import { progressOf } from '../../trading/progress.ts';
import type { GameView } from '../contract.ts';

export type Phase = GameView['phase'];

/** Where the game stands, as far as anybody says. Without a score source it counts as live from its scheduled start on. */
export function phaseOf(game: ListedGame, known: KnownGame | undefined, nowMs: number): Phase {
  if (game.markets.length > 0 && game.markets.every((market) => isEnded(market.status))) return 'final';
  if (known !== undefined) return known.state.phase;
  if (game.startMs === undefined) return 'unknown';
  if (game.startMs > nowMs) return 'pre';
  return game.hasScoreSource ? 'unknown' : 'live';
}

export function clockText(game: ListedGame, known: KnownGame | undefined, nowMs: number): string {
  const phase = phaseOf(game, known, nowMs);
  if (phase === 'final') return 'over';
  if (phase === 'postponed') return 'postponed';
  if (phase === 'pre') return game.startMs !== undefined && game.startMs <= nowMs ? 'about to start' : 'not begun';
  if (phase === 'unknown') return 'no game state';
  const state: GameState | undefined = known?.state;
  const { league, startMs: scheduledStartMs } = game;
  return progressOf({ league, game: state, scheduledStartMs, nowMs, fallback: 'wall_clock' }).text;
}
