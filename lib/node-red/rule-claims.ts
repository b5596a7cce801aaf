/** No two nodes of a type may be the same rule: they would share each other's rounds, locks and memory. */
import type { z } from 'zod';
import { NodeError } from './errors.ts';
import { describedProperty } from './properties.ts';

export class RuleClaims {
  readonly #holders = new Map<string, string>();

  /** Claims the rule id among these properties, if there is one, until released. Throws `NODE_SETTINGS_INVALID` where another holds it. */
  claim(declaration: { properties: z.ZodObject }, properties: Readonly<Record<string, unknown>>, by: string): () => void {
    const found = Object.entries(declaration.properties.shape).find(([, schema]) => describedProperty(schema).widget === 'rule');
    const id = found === undefined ? undefined : properties[found[0]];
    if (typeof id !== 'string') return () => {};
    const holder = this.#holders.get(id);
    if (holder !== undefined) {
      throw new NodeError(
        'NODE_SETTINGS_INVALID',
        `"${holder}" is the same rule: paste this node anew in the editor, so that it gets an id of its own`,
      );
    }
    this.#holders.set(id, by);
    return () => {
      this.#holders.delete(id);
    };
  }
}
