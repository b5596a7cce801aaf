/** A declaration as everything about the editor is generated from it: node and account node alike. */
import { ACCOUNT_STATUSES, COMMON_STATUSES } from '../../lib/node-red/common-statuses.ts';
import type { AuthDeclaration, NodeDeclaration, PortDeclaration, StatusLook } from '../../lib/node-red/contract.ts';
import { describedProperty, type PropertyDescription } from '../../lib/node-red/properties.ts';

export interface Shape {
  type: string;
  label: string;
  version: number;
  isConfig: boolean;
  hasAccount: boolean;
  properties: Readonly<Record<string, PropertyDescription>>;
  inputs: readonly PortDeclaration[];
  outputs: readonly PortDeclaration[];
  statuses: Readonly<Record<string, StatusLook & { meaning: string }>>;
  icon: string;
  align: 'right' | undefined;
}

/** Credentials of the account node: kept by Node-RED apart from the flow, encrypted. */
export const CREDENTIALS = [
  {
    name: 'keyId',
    type: 'text',
    label: 'API key id',
    help: 'As Kalshi shows it. Empty: the environment variable, or none on practice.',
  },
  {
    name: 'privateKey',
    type: 'password',
    label: 'Private key',
    help: 'The whole text of the key file. Stored encrypted, never exported, and never shown again.',
  },
] as const;

export const GROUPS: Readonly<Record<string, string>> = {
  entry: 'When to buy',
  exit: 'When to sell',
  size: 'How much',
  order: 'How orders are sent',
};

/** Every node has these besides its own. */
export const NAME_LABEL = 'Name';
export const ACCOUNT_LABEL = 'Account';

export function shapeOf(declaration: NodeDeclaration | AuthDeclaration): Shape {
  const { type, label, version } = declaration;
  const properties = Object.fromEntries(
    Object.entries(declaration.properties.shape).map(([key, schema]) => [key, describedProperty(schema)]),
  );
  const reserved = Object.keys(properties).find((key) =>
    /^(?:.|id|type|wires|inputs|outputs|name|label|account|version)$/.test(key),
  );
  if (reserved !== undefined) throw new TypeError(`${type}: "${reserved}" cannot be the name of a property`);
  const common = { type, label, version, properties };
  if (!('outputs' in declaration)) {
    const none = { inputs: [], outputs: [], statuses: ACCOUNT_STATUSES, icon: '', align: undefined };
    return { ...common, ...none, isConfig: true, hasAccount: false };
  }
  const { inputs, outputs, statuses, icon, align, account } = declaration;
  if (inputs.length > 1) throw new TypeError(`${type}: Node-RED knows one input at most`);
  const hasAccount = account === 'needed';
  const { account: noAccount, connecting, unusable, settings, failed } = COMMON_STATUSES;
  const all = { ...statuses, ...(hasAccount ? { connecting, unusable, noAccount } : {}), settings, failed };
  return { ...common, inputs, outputs, statuses: all, icon, align, isConfig: false, hasAccount };
}

/** What a node that was just dropped has, by property: as its form shows it. */
export function formDefault(description: PropertyDescription): string | number | boolean | readonly string[] {
  switch (description.widget) {
    case 'text':
      return description.default;
    case 'setting': {
      const { default: value } = description.declaration;
      // A setting of a node is of no league, so it has one default.
      return typeof value === 'object' ? '' : value;
    }
    case 'leagues':
      return description.default;
    case 'rule_of':
      return 'all';
    case 'parameter':
    case 'list':
    case 'rule':
      return '';
    default:
      return description satisfies never;
  }
}

/** What may be written, in a few words: beside the field, and in the help. */
export function hintOf(description: PropertyDescription): string {
  switch (description.widget) {
    case 'text':
    case 'list':
      return description.hint;
    case 'setting':
    case 'parameter': {
      const { declaration } = description;
      const off = 'whenOn' in declaration ? ', or off' : '';
      if (declaration.unit === 'segment') return `a point of the game${off}`;
      if (declaration.unit === 'switch' || declaration.unit === 'choice') return '';
      const { min, max, unit } = declaration;
      return `${written(min)} to ${written(max)}${unit === 'count' ? '' : ` ${unit === 'percent' ? '%' : unit}`}${off}`;
    }
    case 'leagues':
    case 'rule':
    case 'rule_of':
      return '';
    default:
      return description satisfies never;
  }
}

function written(number: number): string {
  return number.toLocaleString('en-US', { maximumFractionDigits: 4 });
}

/** The choices that a select shows, its own empty one not among them. */
export function choicesOf(description: PropertyDescription): readonly { value: string; label: string }[] {
  if (description.widget !== 'setting' && description.widget !== 'parameter') return [];
  const { declaration } = description;
  if (declaration.unit === 'choice') return declaration.options;
  if (declaration.unit !== 'switch' || description.widget === 'setting') return [];
  return [
    { value: 'true', label: 'yes' },
    { value: 'false', label: 'no' },
  ];
}
