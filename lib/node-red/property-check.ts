/**
 * What is saved of one property, read by its description. The runtime's schemas and the editor's validators both stand on this: it is
 * linked into the editor as it is, so it imports nothing but lib/trading.
 */
import {
  type ChoiceDeclaration,
  type Declaration,
  type NumberDeclaration,
  readWritten,
  type SwitchDeclaration,
  type WrittenValue,
} from '../trading/declaration.ts';
import { LEAGUES, type League } from '../trading/game.ts';
import { parseSegment } from '../trading/segment-text.ts';

export interface Shown {
  label: string;
  /** One or two sentences for a trader who does not code. */
  help: string;
  /** Under which heading of the form. */
  group: string;
}

export type SettingDeclaration = NumberDeclaration | ChoiceDeclaration | SwitchDeclaration;

/** What the editor needs to know of one property. Plain JSON. */
export type PropertyDescription =
  | (Shown & { widget: 'text'; default: string; isRequired: boolean; pattern?: string; hint: string })
  | (Shown & { widget: 'setting'; declaration: SettingDeclaration })
  /** A parameter of the strategy: empty means the league's default. */
  | (Shown & { widget: 'parameter'; declaration: Declaration })
  | (Shown & { widget: 'leagues'; default: readonly League[] })
  | (Shown & { widget: 'list'; pattern: string; hint: string })
  | (Shown & { widget: 'rule' })
  | (Shown & { widget: 'rule_of'; type: string; all: string });

export type PropertyValue = WrittenValue | undefined | readonly string[];
/** `problem` says what is wrong, without the property's name. */
export type ReadProperty = { value: PropertyValue } | { problem: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Reads what a form saved (text, empty for "default") as well as what a flow file says. */
export function readProperty(description: PropertyDescription, saved: unknown): ReadProperty {
  switch (description.widget) {
    case 'text':
      return readText(description, saved ?? description.default);
    case 'setting':
      return readDeclared(description.declaration, writtenOf(description.declaration, saved) ?? description.declaration.default);
    case 'parameter': {
      const written = writtenOf(description.declaration, saved);
      return written === undefined ? { value: undefined } : readDeclared(description.declaration, written);
    }
    case 'leagues':
      return readLeagues(entriesOf(saved ?? description.default));
    case 'list':
      return readList(description, entriesOf(saved ?? []));
    case 'rule':
      return typeof saved === 'string' && UUID.test(saved)
        ? { value: saved }
        : { problem: 'there is none: open the node in the editor and press Done' };
    case 'rule_of': {
      const chosen = saved === undefined || saved === null || saved === '' ? 'all' : saved;
      const isRule = typeof chosen === 'string' && (chosen === 'all' || UUID.test(chosen));
      return isRule ? { value: chosen } : { problem: `${shown(saved)} is no rule` };
    }
    default:
      return description satisfies never;
  }
}

/** What a form field or a flow file says of a declared setting, as a written value; undefined where it is left to the default. */
function writtenOf(declaration: Declaration, saved: unknown): unknown {
  if (typeof saved !== 'string') return saved;
  const text = saved.trim();
  if (text === '') return undefined;
  if (text.toLowerCase() === 'off' && 'whenOn' in declaration) return null;
  if (declaration.unit === 'switch') return text === 'true' ? true : text === 'false' ? false : text;
  if (declaration.unit === 'choice' || declaration.unit === 'segment') return text;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

function readDeclared(declaration: Declaration, written: unknown): ReadProperty {
  if (declaration.unit === 'segment' && written !== null) return readSegment(written);
  const read = readWritten({ value: declaration }, undefined, { [declaration.key]: written });
  // It was read, so it is of its declaration.
  if (read.ok) return { value: written as WrittenValue };
  return { problem: (read.problems[0]?.message ?? '').replace(`${declaration.label}: `, '') };
}

/** As far as it can be told without knowing the league. */
function readSegment(written: unknown): ReadProperty {
  if (typeof written !== 'string') return { problem: `${shown(written)} is no text` };
  return LEAGUES.some((league) => isSegment(league, written))
    ? { value: written }
    : { problem: `${shown(written)} is no point of a game. Write "end of Q3", "Q4 2:00", "top of 7th", "60'"` };
}

function isSegment(league: League, text: string): boolean {
  try {
    parseSegment(league, text);
    return true;
  } catch {
    return false;
  }
}

function readText(description: Extract<PropertyDescription, { widget: 'text' }>, saved: unknown): ReadProperty {
  const { isRequired, pattern, hint } = description;
  if (typeof saved !== 'string') return { problem: `${shown(saved)} is no text` };
  const text = saved.trim();
  if (text === '') return isRequired ? { problem: 'is missing' } : { value: '' };
  return pattern === undefined || whole(pattern).test(text) ? { value: text } : { problem: `${shown(text)} is not ${hint}` };
}

function readLeagues(saved: unknown): ReadProperty {
  if (!Array.isArray(saved)) return { problem: `${shown(saved)} is no list` };
  const unknown = saved.find((one) => !LEAGUES.some((league) => league === one));
  return unknown === undefined
    ? { value: [...new Set(saved)] }
    : { problem: `${shown(unknown)} is none of ${LEAGUES.join(', ')}` };
}

function readList({ pattern, hint }: Extract<PropertyDescription, { widget: 'list' }>, saved: unknown): ReadProperty {
  if (!Array.isArray(saved)) return { problem: `${shown(saved)} is no list` };
  const wrong: unknown = saved.find((one) => typeof one !== 'string' || !whole(pattern).test(one));
  return wrong === undefined ? { value: [...new Set(saved)] } : { problem: `${shown(wrong)} is not ${hint}` };
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

/** Names separated by commas or blanks, or a list as it is. */
function entriesOf(saved: unknown): unknown {
  return typeof saved === 'string' ? saved.split(/[\s,;]+/).filter((entry) => entry !== '') : saved;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
