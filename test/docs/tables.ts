/** The tables of the documents, as what they tell of says them. */
import { VARIABLES, type Variable } from '../../lib/app/variables.ts';
import type { Declaration, Declarations, Default, WrittenValue } from '../../lib/trading/declaration.ts';

/** One row for each environment variable, in the order of `.env.example`. */
export function settingsTable(): string {
  const rows = Object.values<Variable>(VARIABLES).map(({ name, default: value, help }) => {
    return `| \`${name}\` | ${value === undefined ? '' : `\`${value}\``} | ${help} |`;
  });
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** One row for each declaration of these groups, or of all. */
export function declarationsTable(declarations: Declarations, groups?: readonly string[]): string {
  const rows = Object.values(declarations)
    .filter(({ group }) => groups === undefined || groups.includes(group))
    .map((one) => `| ${one.label} (\`${one.key}\`) | ${defaultText(one)} | ${rangeText(one)} | ${one.help} |`);
  return ['| setting | default | from - to | what it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function defaultText(declaration: Declaration): string {
  const { all, by } = parts<WrittenValue>(declaration.default);
  const leagues = Object.entries(by).map(([league, value]) => `${league} ${valueText(declaration, value)}`);
  const whenOn =
    'whenOn' in declaration && all === null ? ` (${valueText(declaration, parts(declaration.whenOn).all)} when on)` : '';
  return [`${valueText(declaration, all)}${whenOn}`, ...leagues].join('; ');
}

/** Where "all" goes for every league that is not named. */
function parts<T extends WrittenValue>(value: Default<T> | undefined): { all: T | null; by: Readonly<Record<string, T>> } {
  if (value === undefined) return { all: null, by: {} };
  if (typeof value !== 'object' || value === null) return { all: value, by: {} };
  return { all: value.all, by: value.by };
}

function valueText(declaration: Declaration, value: WrittenValue): string {
  if (value === null) return 'off';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (declaration.unit === 'choice') return declaration.options.find((one) => one.value === value)?.label ?? String(value);
  return typeof value === 'number' ? `${amount(value)}${unitText(declaration.unit)}` : value;
}

function rangeText(declaration: Declaration): string {
  if (declaration.unit === 'switch') return 'on, off';
  if (declaration.unit === 'choice') return declaration.options.map(({ label }) => label).join(' / ');
  if (declaration.unit === 'segment') return 'a point of the game';
  return `${amount(declaration.min)} - ${amount(declaration.max)}${unitText(declaration.unit)}`;
}

function unitText(unit: Declaration['unit']): string {
  if (unit === 'cents') return 'c';
  return unit === 'count' ? '' : ` ${unit}`;
}

function amount(value: number): string {
  return value.toLocaleString('en-US');
}
