/** Where the package lies: this file runs from its sources and from what is built of them. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder above that holds a package.json. */
export function packageRoot(from: string = import.meta.dirname): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const above = dirname(from);
  if (above === from) throw new TypeError('this program lies in no package');
  return packageRoot(above);
}
