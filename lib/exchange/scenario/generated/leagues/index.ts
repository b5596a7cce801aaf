import type { League } from '../../leagues.ts';
import type { LeagueModel } from '../model.ts';
import { baseball } from './baseball.ts';
import { basketball } from './basketball.ts';
import { football } from './football.ts';
import { hockey } from './hockey.ts';
import { soccer } from './soccer.ts';

/** How each league is played. */
export const MODELS: Readonly<Record<League, LeagueModel>> = {
  NBA: basketball,
  NFL: football,
  MLB: baseball,
  NHL: hockey,
  EPL: soccer,
  MLS: soccer,
};
