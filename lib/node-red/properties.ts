/**
 * The properties that a node saves, one line each. A builder gives the schema that is checked at deploy and remembers, beside it, what
 * the editor needs to know; form, defaults, validators, texts and help are generated from that.
 */
import { z } from 'zod';
import type { Declaration, NumberDeclaration, WrittenValue } from '../trading/declaration.ts';
import type { League } from '../trading/game.ts';
import { type PropertyDescription, type PropertyValue, readProperty, type Shown } from './property-check.ts';

export type { PropertyDescription } from './property-check.ts';

const DESCRIPTIONS = z.registry<PropertyDescription>();

/** The description that a builder of this file left with its schema. Throws for a schema that was made in another way. */
export function describedProperty(schema: z.core.$ZodType): PropertyDescription {
  const description = DESCRIPTIONS.get(schema);
  if (description === undefined) throw new TypeError('a property of a node is not made by lib/node-red/properties');
  return description;
}

interface Words {
  label: string;
  /** One or two sentences for a trader who does not code. */
  help: string;
  /** Under which heading of the form; `general`, above all headings, where not given. */
  group?: string;
}

/** A line of text. `pattern` is a regular expression of the whole text, and `hint` says in words what it wants. */
export function textProperty(
  words: Words & { default?: string; isRequired?: boolean; pattern?: string; hint?: string },
): z.ZodType<string> {
  const { pattern, hint = '', isRequired = false } = words;
  const description = { ...shownOf(words), widget: 'text', default: words.default ?? '', isRequired, hint } as const;
  return property(pattern === undefined ? description : { ...description, pattern });
}

/** A number in the unit that people write, within its range. */
export function numberProperty(
  words: Words & Pick<NumberDeclaration, 'unit' | 'min' | 'max' | 'step'> & { default: number },
): z.ZodType<number> {
  const shown = shownOf(words);
  return property({ ...shown, widget: 'setting', declaration: { ...words, ...shown, key: words.label } });
}

/** How long a rule's orders may go unconfirmed, in seconds of market time. */
export function patienceProperty(): z.ZodType<number> {
  return numberProperty({
    label: 'Patience',
    help: 'How long a confirmation of an order is waited for before it is canceled.',
    group: 'order',
    unit: 'seconds',
    min: 1,
    max: 600,
    step: 5,
    default: 60,
  });
}

/** Yes or no. */
export function switchProperty(words: Words & { default: boolean }): z.ZodType<boolean> {
  const shown = shownOf(words);
  return property({ ...shown, widget: 'setting', declaration: { ...words, ...shown, key: words.label, unit: 'switch' } });
}

/** One of a few. */
export function choiceProperty<const V extends string>(
  words: Words & { options: readonly { value: V; label: string }[]; default: NoInfer<V> },
): z.ZodType<V> {
  const shown = shownOf(words);
  return property({ ...shown, widget: 'setting', declaration: { ...words, ...shown, key: words.label, unit: 'choice' } });
}

/** Some of the leagues; may be none unless the node's `problems` say otherwise. */
export function leaguesProperty(words: Words & { default?: readonly League[] }): z.ZodType<League[]> {
  return property({ ...shownOf(words), widget: 'leagues', default: words.default ?? [] });
}

/** Names, separated by commas or blanks; `pattern` is a regular expression of one whole name, `hint` says in words what it wants. */
export function listProperty(words: Words & { pattern: string; hint: string }): z.ZodType<string[]> {
  return property({ ...shownOf(words), widget: 'list', pattern: words.pattern, hint: words.hint });
}

/** The uuid of the rule that this node is. Made in the editor; a copy of the node gets its own. No two nodes may have the same. */
export function ruleProperty(): z.ZodType<string> {
  return property({
    label: 'Rule id',
    help: 'Names this rule in the memory for as long as the node exists, on whatever tab. A copy of the node is another rule.',
    group: 'general',
    widget: 'rule',
  });
}

/** The rule id of another node of `type`, or `all`, which the form offers by the name given here. */
export function ruleOfProperty(words: Words & { type: string; all: string }): z.ZodType<string> {
  return property({ ...shownOf(words), widget: 'rule_of', type: words.type, all: words.all });
}

/**
 * A parameter of the strategy as people write it: undefined where the league's default is meant, null where it is switched off (`off`).
 * A segment is checked as far as it can be without knowing the league.
 */
export function parameterProperty(declaration: Declaration): z.ZodType<WrittenValue | undefined> {
  const { label, help, group } = declaration;
  return property({ label, help, group, widget: 'parameter', declaration });
}

/** Whatever was saved, also nothing: zod itself would refuse a key that is not there. */
const SAVED = z.preprocess((saved) => ({ saved }), z.custom<{ saved: unknown }>());

/** Each builder above says what `readProperty` gives for its description. */
function property<T extends PropertyValue>(description: PropertyDescription): z.ZodType<T> {
  const schema = SAVED.transform(({ saved }, context): T => {
    const read = readProperty(description, saved);
    if ('value' in read) return read.value as T;
    context.issues.push({ code: 'custom', input: saved, message: read.problem });
    return z.NEVER;
  });
  DESCRIPTIONS.add(schema, description);
  return schema;
}

function shownOf({ label, help, group = 'general' }: Words): Shown {
  return { label, help, group };
}
