import type { z } from 'zod';

/** Notes what the exchange's objects hold beyond the fields that the client knows. */
export class NewFields {
  readonly #seen = new Map<string, Set<string>>();

  /** Looks at one object as it came; returns it. */
  look<T extends object>(name: string, schema: z.ZodObject, row: T): T {
    const found = this.#seen.get(name) ?? new Set<string>();
    for (const key of Object.keys(row)) if (!Object.hasOwn(schema.shape, key)) found.add(key);
    this.#seen.set(name, found);
    return row;
  }

  /** "Market: a, b; Fill: c", or undefined where nothing new was seen. */
  describe(): string | undefined {
    const found = [...this.#seen].filter(([, keys]) => keys.size > 0);
    return found.map(([name, keys]) => `${name}: ${[...keys].toSorted().join(', ')}`).join('; ') || undefined;
  }

  /** What was looked at. */
  get names(): string[] {
    return [...this.#seen.keys()];
  }
}
