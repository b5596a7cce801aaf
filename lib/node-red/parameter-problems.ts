/**
 * A node's parameters against its leagues. A node has some of the strategy's parameters, and others belong to other nodes: what can be
 * wrong only together with those is not this node's problem. Linked into the editor as it is, so it imports nothing but lib/trading.
 */
import type { Checked, Declaration, Problem, Written, WrittenValue } from '../trading/declaration.ts';
import { readWritten } from '../trading/declaration.ts';
import type { League } from '../trading/game.ts';
import { checkParameters, PARAMETERS, type RuleParameters } from '../trading/parameters.ts';
import { formatSegment } from '../trading/segment-text.ts';

const DECLARATIONS: readonly Declaration[] = Object.values(PARAMETERS);

/** The parameters among a node's properties, as they were written; what is left to the default is not there. */
export function writtenParameters(properties: Readonly<Record<string, unknown>>): Written {
  const written: Written = {};
  for (const { key } of DECLARATIONS) {
    const value = properties[key];
    if (value !== undefined) written[key] = value as WrittenValue;
  }
  return written;
}

/**
 * The parameters that a node's properties come to in this league: inside names and units. `properties` have a key for every parameter of
 * the node, undefined where it is left to the default; parameters of other nodes have the league's defaults.
 */
export function parametersIn(league: League, properties: Readonly<Record<string, unknown>>): Checked<RuleParameters> {
  const problems = ownProblems(league, properties);
  if (problems.length > 0) return { ok: false, problems };
  const read = readWritten(PARAMETERS, league, writtenParameters(properties));
  return read.ok ? { ok: true, values: { ...read.values, league } } : read;
}

/**
 * What cannot be in these leagues, for a declaration's `problems`: segments that are none there, and settings that do not go together.
 * The league is named where the others have no such problem.
 */
export function parameterProblems(
  leagues: readonly League[],
  properties: Readonly<Record<string, unknown>>,
): { property: string; message: string }[] {
  const found = new Map<string, { property: string; message: string; leagues: League[] }>();
  for (const league of leagues) {
    for (const { key, label, message } of ownProblems(league, properties)) {
      const text = message.replace(`${label}: `, '');
      const known = found.get(`${key}|${text}`);
      if (known === undefined) found.set(`${key}|${text}`, { property: key, message: text, leagues: [league] });
      else known.leagues.push(league);
    }
  }
  return [...found.values()].map(({ property, message, leagues: where }) => ({
    property,
    message: where.length === leagues.length ? message : `${where.join(', ')}: ${message}`,
  }));
}

function ownProblems(league: League, properties: Readonly<Record<string, unknown>>): Problem[] {
  const written = writtenParameters(properties);
  const problems = problemsIn(league, written);
  if (problems.length === 0) return problems;
  const foreign = DECLARATIONS.filter(({ key }) => !(key in properties));
  const isOwn = (problem: Problem) =>
    foreign.every((declaration) =>
      extremesOf(league, declaration).every((value) =>
        problemsIn(league, { ...written, [declaration.key]: value }).some((one) => one.key === problem.key),
      ),
    );
  return problems.filter(isOwn).map((problem) => placed(league, written, problem));
}

/** Shown at a setting that somebody made: one left to its default is not what there is to change. */
function placed(league: League, written: Written, problem: Problem): Problem {
  if (problem.key in written) return problem;
  const cause = Object.keys(written).find((key) => {
    const { [key]: _, ...others } = written;
    return !problemsIn(league, others).some((one) => one.key === problem.key);
  });
  const declaration = DECLARATIONS.find(({ key }) => key === cause);
  return declaration === undefined
    ? problem
    : { key: declaration.key, label: declaration.label, message: `${declaration.label}: ${problem.message}` };
}

function problemsIn(league: League, written: Written): Problem[] {
  const checked = checkParameters(league, written);
  return checked.ok ? [] : checked.problems;
}

/** The furthest that a parameter of another node may be set to, either way. */
function extremesOf(league: League, declaration: Declaration): WrittenValue[] {
  const off = 'whenOn' in declaration ? [null] : [];
  switch (declaration.unit) {
    case 'switch':
      return [true, false];
    case 'choice':
      return declaration.options.map(({ value }) => value);
    case 'segment':
      return [...off, formatSegment(league, { period: 1, position: 0 })];
    case 'cents':
    case 'dollars':
    case 'percent':
    case 'seconds':
    case 'minutes':
    case 'contracts':
    case 'count':
      return [...off, declaration.min, declaration.max];
    default:
      return declaration satisfies never;
  }
}
