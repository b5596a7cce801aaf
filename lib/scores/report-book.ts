/** What has been reported already: a source that says the same odd thing at every poll is reported once. */
import type { ScoreReport } from './errors.ts';

export class ReportBook {
  readonly #last = new Map<string, string>();

  /** Whether this has not been said of `about` (a game or a request) since it was last right. */
  isNews({ source, code, seen }: ScoreReport, about: string): boolean {
    const key = keyOf(source, about);
    const said = `${code} ${seen}`;
    if (this.#last.get(key) === said) return false;
    this.#last.set(key, said);
    return true;
  }

  /** It is right again. */
  clear(source: string, about: string): void {
    this.#last.delete(keyOf(source, about));
  }

  /** Drops a game from every source. */
  forget(about: string): void {
    for (const key of this.#last.keys()) if (key.endsWith(`\n${about}`)) this.#last.delete(key);
  }
}

function keyOf(source: string, about: string): string {
  return `${source}\n${about}`;
}
