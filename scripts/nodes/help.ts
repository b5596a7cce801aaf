/** A node's page with its tables filled in: from the declaration and the table of message properties. */

import type { PortDeclaration } from '../../lib/node-red/contract.ts';
import { MESSAGE_TABLE, type MessagePartTable, type MessageProperty } from '../../lib/node-red/message-table.ts';
import type { PropertyDescription } from '../../lib/node-red/properties.ts';
import { type Default, defaultOf, type WrittenValue } from '../../lib/trading/declaration.ts';
import { LEAGUES } from '../../lib/trading/game.ts';
import { ACCOUNT_LABEL, CREDENTIALS, choicesOf, hintOf, type Shape } from './shape.ts';

const SECTIONS = {
  inputs: (shape: Shape) => portsSection('Inputs', shape.inputs),
  outputs: (shape: Shape) => portsSection('Outputs', shape.outputs),
  properties: propertiesSection,
  statuses: statusesSection,
} as const;

/** Markdown with the tables as HTML. Throws for a marker that there is none of. */
export function helpOf(shape: Shape, page: string): string {
  return page.replaceAll(/^\{\{(\w+)\}\}$/gm, (_, name: string) => {
    if (!(name in SECTIONS)) throw new Error(`{{${name}}} is none of ${Object.keys(SECTIONS).join(', ')}`);
    return SECTIONS[name as keyof typeof SECTIONS](shape);
  });
}

/** The element that Node-RED finds a node's help by. */
export function helpElement(shape: Shape, page: string): string {
  return `<script type="text/markdown" data-help-name="${shape.type}">\n${helpOf(shape, page).trim()}\n</script>\n`;
}

function portsSection(heading: string, ports: readonly PortDeclaration[]): string {
  const isNumbered = ports.length > 1;
  const described = ports.map((port, i) => {
    const title = `${isNumbered ? `${i + 1}. ` : ''}${port.label}${port.meaning === undefined ? '' : `: ${lowerFirst(port.meaning)}`}`;
    const parts = (port.carries ?? []).map((name) => MESSAGE_TABLE[name] as MessagePartTable);
    return parts.length === 0 ? title : `${title}\n\n${list(parts.flatMap(partRows))}`;
  });
  return [`### ${heading}`, ...described].join('\n\n');
}

function partRows(part: MessagePartTable): string[] {
  const whole = row(part.at, typeOf({ type: part.type, nullable: part.nullable }), part.meaning);
  return [whole, ...part.properties.map((property) => row(`${part.at}.${property.name}`, typeOf(property), property.meaning))];
}

function typeOf({
  type,
  unit,
  nullable,
}: {
  type: MessageProperty['type'];
  unit?: string | undefined;
  nullable?: true | undefined;
}): string {
  return `${type}${unit === undefined ? '' : `, ${unit}`}${nullable === true ? ', or null' : ''}`;
}

function propertiesSection(shape: Shape): string {
  const account = shape.hasAccount ? [row(ACCOUNT_LABEL, 'account node', 'Whose orders and data this is about.')] : [];
  const own = Object.values(shape.properties).map((one) => row(one.label, writtenType(one), `${one.help}${defaultText(one)}`));
  const credentials = shape.isConfig ? CREDENTIALS.map(({ label, help }) => row(label, 'credential', help)) : [];
  return `### Properties\n\n${list([...account, ...own, ...credentials])}`;
}

function writtenType(description: PropertyDescription): string {
  const choices = choicesOf(description);
  if (choices.length > 0) return choices.map(({ label }) => label).join(' | ');
  const hint = hintOf(description);
  if (hint !== '') return hint;
  return { text: 'text', list: 'list', leagues: 'list', rule: 'uuid', rule_of: 'rule', setting: 'yes | no', parameter: '' }[
    description.widget
  ];
}

function defaultText(description: PropertyDescription): string {
  if (description.widget !== 'parameter' && description.widget !== 'setting') return '';
  const { declaration } = description;
  const declared: Default<WrittenValue> = declaration.default;
  const words = (value: WrittenValue) => {
    if (value === null) return 'off';
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    return declaration.unit === 'choice'
      ? (declaration.options.find((one) => one.value === value)?.label ?? String(value))
      : String(value);
  };
  const all = words(defaultOf(declared, undefined));
  const other = LEAGUES.filter((league) => words(defaultOf(declared, league)) !== all).map(
    (league) => `${league} ${words(defaultOf(declared, league))}`,
  );
  return ` Default: ${[all, ...other].join('; ')}.`;
}

function statusesSection({ statuses }: Shape): string {
  const rows = Object.values(statuses).map(({ text, fill, shape, meaning }) => row(text, `${fill} ${shape}`, meaning));
  return `### Status\n\n${list(rows)}`;
}

function list(rows: readonly string[]): string {
  return `<dl class="message-properties">\n${rows.join('\n')}\n</dl>`;
}

function row(name: string, type: string, meaning: string): string {
  return `<dt>${html(name)} <span class="property-type">${html(type)}</span></dt>\n<dd>${html(meaning)}</dd>`;
}

/** Text for an HTML block inside markdown: code marks are the only markup that our tables have. */
function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
