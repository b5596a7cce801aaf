/** The strategy's parameters as properties of a node. */
import { z } from 'zod';
import type { Declaration } from '../trading/declaration.ts';
import { PARAMETERS } from '../trading/parameters.ts';
import { parameterProperty } from './properties.ts';

export { parameterProblems, parametersIn, writtenParameters } from './parameter-problems.ts';

type Table = typeof PARAMETERS;
export type ParameterGroup = Table[keyof Table]['group'];
type Widened<D extends Declaration> = D extends { unit: 'switch' }
  ? boolean
  : D extends { options: readonly { value: infer V }[] }
    ? V
    : D extends { unit: 'segment' }
      ? string
      : number;
type WrittenOf<D extends Declaration> = D extends { whenOn: unknown } ? Widened<D> | null : Widened<D>;
/** Written values by key, of the chosen groups; what is absent has the league's default. */
export type ParameterShape<G extends ParameterGroup> = {
  -readonly [N in keyof Table as Table[N]['group'] extends G ? Table[N]['key'] : never]: z.ZodType<
    WrittenOf<Table[N]> | undefined
  >;
};

/** A schema of the parameters of these groups: to be used as a node's properties, or extended by them. */
export function parametersSchema<const G extends ParameterGroup>(groups: readonly G[]): z.ZodObject<ParameterShape<G>> {
  const declarations: readonly Declaration[] = Object.values(PARAMETERS);
  const chosen = declarations.filter((one) => groups.some((group) => group === one.group));
  const shape = Object.fromEntries(chosen.map((one) => [one.key, parameterProperty(one)]));
  // The table's own keys and units make the shape: each schema reads values of its declaration.
  return z.object(shape) as z.ZodObject<z.ZodRawShape> as z.ZodObject<ParameterShape<G>>;
}
