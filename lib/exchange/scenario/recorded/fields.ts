/** Checked access to the fields of a JSON object, with errors that name file, line and field. */
import { ScenarioError } from '../errors.ts';

export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #where: string;
  readonly #prefix: string;

  private constructor(values: ReadonlyMap<string, unknown>, where: string, prefix: string) {
    this.#values = values;
    this.#where = where;
    this.#prefix = prefix;
  }

  /** `where` is file and line, `name` the field that holds the object ('' for the line itself). */
  static of(value: unknown, where: string, name: string): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ScenarioError('GAMES_FILE_INVALID', `${where}: ${name === '' ? 'the line' : name} must be an object`);
    }
    return new Fields(new Map(Object.entries(value)), where, name === '' ? '' : `${name}.`);
  }

  wrong(field: string, reason: string): ScenarioError {
    return new ScenarioError('GAMES_FILE_INVALID', `${this.#where}: ${this.#prefix}${field} ${reason}`);
  }

  object(field: string): Fields {
    return Fields.of(this.#values.get(field), this.#where, `${this.#prefix}${field}`);
  }

  list(field: string): unknown[] {
    const value = this.#values.get(field);
    if (!Array.isArray(value)) throw this.wrong(field, 'must be a list');
    return value;
  }

  text(field: string): string {
    const value = this.optionalText(field);
    if (value === undefined) throw this.wrong(field, 'is missing');
    return value;
  }

  optionalText(field: string): string | undefined {
    const value = this.#values.get(field);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string' || value === '') throw this.wrong(field, 'must be a text');
    return value;
  }

  /** A list of texts; absent is the empty list. */
  texts(field: string): string[] {
    if (this.#values.get(field) === undefined) return [];
    return this.list(field).map((value) => {
      if (typeof value !== 'string') throw this.wrong(field, 'must be a list of texts');
      return value;
    });
  }

  timeMs(field: string): number {
    const value = this.optionalTimeMs(field);
    if (value === undefined) throw this.wrong(field, 'is missing');
    return value;
  }

  /** Unix seconds on file. */
  optionalTimeMs(field: string): number | undefined {
    const value = this.#values.get(field);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !(value > 0)) throw this.wrong(field, 'must be a time in Unix seconds');
    return Math.round(value * 1000);
  }

  /** Cents on file. */
  optionalPriceCC(field: string): number | undefined {
    const value = this.#values.get(field);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !(value >= 0 && value <= 100)) throw this.wrong(field, 'must be a price of 0 to 100 cents');
    return Math.round(value * 100);
  }
}
