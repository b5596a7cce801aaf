/** No two nodes of a type may be the same rule: they would share each other's rounds, locks and memory. */
import type { z } from 'zod';
import { NodeError } from './errors.ts';
import { describedProperty } from './properties.ts';

interface Claim {
  by: string;
  /** Of those who were refused. */
  waiting: (() => void)[];
}

export class RuleClaims {
  readonly #claims = new Map<string, Claim>();

  /**
   * Claims the rule id among these properties, if there is one, until released. Throws `NODE_SETTINGS_INVALID` where another holds it, and
   * calls `freed` once that one has let go.
   */
  claim(
    declaration: { properties: z.ZodObject },
    properties: Readonly<Record<string, unknown>>,
    by: string,
    freed: () => void,
  ): () => void {
    const found = Object.entries(declaration.properties.shape).find(([, schema]) => describedProperty(schema).widget === 'rule');
    const id = found === undefined ? undefined : properties[found[0]];
    if (typeof id !== 'string') return () => {};
    const known = this.#claims.get(id);
    if (known !== undefined) {
      known.waiting.push(freed);
      throw new NodeError(
        'NODE_SETTINGS_INVALID',
        `"${known.by}" is the same rule: make a new rule id for this node in the editor. A subflow with a rule in it can stand in the flows once`,
      );
    }
    const claim: Claim = { by, waiting: [] };
    this.#claims.set(id, claim);
    return () => {
      if (this.#claims.get(id) !== claim) return;
      this.#claims.delete(id);
      for (const run of claim.waiting) run();
    };
  }
}
