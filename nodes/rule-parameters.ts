/** The parameters that a rule node works with, per league: its own settings over the league's defaults. */
import { parameterProblems, parametersIn } from '../lib/node-red/parameters-schema.ts';
import type { Declaration } from '../lib/trading/declaration.ts';
import type { League } from '../lib/trading/game.ts';
import { PARAMETERS, type RuleParameters } from '../lib/trading/parameters.ts';

const DECLARATIONS: readonly Declaration[] = Object.values(PARAMETERS);
const SEGMENTS = DECLARATIONS.filter(({ unit }) => unit === 'segment').map(({ key }) => key);

/** A rule node's settings as they were checked: its leagues, and parameters by their keys. */
export type RuleSettings = Readonly<Record<string, unknown>> & { leagues: readonly League[] };

/** Of the chosen leagues, and of no others. For settings that `problemsOf` has passed. */
export function parametersByLeague(settings: RuleSettings): ReadonlyMap<League, RuleParameters> {
  return new Map(
    settings.leagues.flatMap((league) => {
      // That a league is chosen here is what switches it on.
      const checked = parametersIn(league, { ...settings, enabled: true });
      return checked.ok ? [[league, checked.values] as const] : [];
    }),
  );
}

/** What cannot be, named by its setting. A point of the game is told in one league's words, so it goes with one league only. */
export function problemsOf(settings: RuleSettings): { property: string; message: string }[] {
  const { leagues } = settings;
  if (leagues.length === 0) return [{ property: 'leagues', message: 'choose at least one' }];
  const segment = SEGMENTS.find((key) => typeof settings[key] === 'string');
  if (segment !== undefined && leagues.length > 1) {
    return [
      {
        property: segment,
        message: 'a point of the game can be set for one league only: choose one, or leave it at the default',
      },
    ];
  }
  return parameterProblems(leagues, settings);
}
