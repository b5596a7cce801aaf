/** A game in a few words. */
import type { GameMarketView, GameView } from '../../lib/web/contract.ts';
import { wholeAge } from './words.ts';

const OLD_SCORE_SECONDS = 30;

/** "MIA 44–52 CHI", away first; the title where teams are not known. */
export function scoreLine(game: GameView): string {
  const { awayScore, homeScore } = game;
  if (game.away === null || game.home === null) return game.title;
  const [away, home] = [teamCode(game, game.away), teamCode(game, game.home)];
  return awayScore === null || homeScore === null ? `${away} at ${home}` : `${away} ${awayScore}–${homeScore} ${home}`;
}

/** "MIA" for "Miami", where a market is about that team; else the name. */
export function teamCode({ markets }: GameView, name: string): string {
  const market = markets.find(({ team }) => team === name);
  return market ? marketCode(market) : name;
}

/** What the exchange's ticker calls it: its last part. */
export function marketCode({ ticker, team }: GameMarketView): string {
  const code = ticker.slice(ticker.lastIndexOf('-') + 1);
  return /^[A-Z]{2,5}$/.test(code) ? code : team;
}

/** Empty while the score is fresh or there is no source. */
export function scoreAge({ scoreAgeSeconds }: GameView): string {
  return scoreAgeSeconds !== null && scoreAgeSeconds > OLD_SCORE_SECONDS ? `score ${wholeAge(scoreAgeSeconds)} old` : '';
}
