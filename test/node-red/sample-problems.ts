import { parameterProblems } from '../../lib/node-red/parameters-schema.ts';
import type { League } from '../../lib/trading/game.ts';

export function problemsOf(settings: Readonly<Record<string, unknown>> & { leagues: readonly League[] }) {
  return parameterProblems(settings.leagues, settings);
}
