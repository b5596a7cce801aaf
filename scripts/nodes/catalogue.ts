/** The texts of a node's form, as Node-RED's catalogue has them: from the declaration, and what was written by hand beside it. */
import { ACCOUNT_LABEL, CREDENTIALS, choicesOf, GROUPS, hintOf, NAME_LABEL, type Shape } from './shape.ts';

export interface Texts {
  [key: string]: string | Texts;
}

/** Everything stands under the node's type. `byHand` may add, and not change: what a declaration says is changed there. */
export function catalogueOf(shape: Shape, byHand: Texts = {}): Texts {
  const groups = new Set(Object.values(shape.properties).map(({ group }) => group));
  const generated: Texts = {
    label: shape.label,
    name: NAME_LABEL,
    ...(shape.hasAccount ? { account: ACCOUNT_LABEL } : {}),
    ...(shape.isConfig ? { credentials: byName(CREDENTIALS.map(({ name, label, help }) => [name, { label, help }])) } : {}),
    groups: byName([...groups].flatMap((group) => (group in GROUPS ? [[group, GROUPS[group] ?? '']] : []))),
    properties: byName(
      Object.entries(shape.properties).map(([key, description]) => [
        key,
        {
          label: description.label,
          help: description.help,
          hint: hintOf(description),
          choices: byName(choicesOf(description).map(({ value, label }) => [value, label])),
        },
      ]),
    ),
    newRule: 'make a new one',
    inputs: byName(shape.inputs.map(({ label }, port) => [String(port), label])),
    outputs: byName(shape.outputs.map(({ label }, port) => [String(port), label])),
  };
  return { [shape.type]: added(generated, byHand, shape.type) };
}

function byName(entries: readonly (readonly [string, string | Texts])[]): Texts {
  return Object.fromEntries(entries);
}

function added(generated: Texts, byHand: Texts, path: string): Texts {
  const all = { ...generated };
  for (const [key, text] of Object.entries(byHand)) {
    const known = all[key];
    const here = `${path}.${key}`;
    if (known === undefined) all[key] = text;
    else if (typeof known === 'object' && typeof text === 'object') all[key] = added(known, text, here);
    else throw new Error(`${here} is said by the declaration: change it there`);
  }
  return all;
}
