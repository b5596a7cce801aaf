/** The form of a node: a row for each property, under headings that fold. Texts come from the catalogue. */
import type { PropertyDescription } from '../../lib/node-red/properties.ts';
import { LEAGUES, type League } from '../../lib/trading/game.ts';
import { CREDENTIALS, choicesOf, GROUPS, type Shape } from './shape.ts';

/** Leagues that are no abbreviations. */
const LEAGUE_WORDS: Partial<Record<League, string>> = { SOCCER: 'Soccer', TENNIS: 'Tennis' };

export const STYLE = `<style>
  .courtside-form .form-row { display: flex; align-items: baseline; gap: 8px; }
  .courtside-form .form-row > label { flex: 0 0 200px; width: auto; }
  .courtside-form .form-row > input[type="text"], .courtside-form .form-row > textarea { flex: 0 1 420px; width: auto; min-width: 0; }
  .courtside-form .form-row > input.courtside-short { flex-basis: 140px; }
  .courtside-form .form-row > select { flex: 0 1 420px; width: auto; min-width: 0; }
  .courtside-form .courtside-hint, .courtside-form .courtside-help { color: var(--red-ui-secondary-text-color); }
  .courtside-form .courtside-help { margin: -6px 0 12px 208px; font-size: 0.9em; line-height: 1.35; }
  .courtside-form details { border-top: 1px solid var(--red-ui-secondary-border-color); padding: 8px 0; }
  .courtside-form summary { cursor: pointer; font-weight: bold; margin-bottom: 8px; }
  .courtside-form .courtside-leagues { display: grid; grid-template-columns: repeat(5, auto); gap: 2px 12px; }
  .courtside-form .courtside-leagues label { width: auto; margin: 0; }
  .courtside-form .courtside-leagues input { width: auto; margin: 0 4px 0 0; }
  .courtside-form textarea.courtside-secret { font-family: monospace; -webkit-text-security: disc; }
</style>`;

export function formOf(shape: Shape, extra: string): string {
  const fields = new Fields(shape);
  const isLast = ({ widget }: PropertyDescription) => widget === 'rule';
  const above = Object.entries(shape.properties).filter(([, one]) => !(one.group in GROUPS) && !isLast(one));
  const last = Object.entries(shape.properties).filter(([, one]) => isLast(one));
  const groups = Object.keys(GROUPS).map((group) => fields.group(group));
  return [
    `<script type="text/html" data-template-name="${shape.type}">`,
    '<div class="courtside-form">',
    fields.name(),
    fields.account(),
    ...above.map(([key, description]) => fields.row(key, description)),
    ...(shape.isConfig ? CREDENTIALS.map((one) => fields.credential(one)) : []),
    ...groups,
    ...last.map(([key, description]) => fields.row(key, description)),
    extra.trim(),
    '</div>',
    '</script>',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** How the ids of a form's fields begin. */
export function prefixOf({ isConfig }: Pick<Shape, 'isConfig'>): string {
  return isConfig ? 'node-config-input' : 'node-input';
}

class Fields {
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  name(): string {
    return this.#labelled('name', `<input type="text" id="${this.#id('name')}">`, `${this.#shape.type}.name`);
  }

  account(): string {
    if (!this.#shape.hasAccount) return '';
    return this.#labelled('account', `<input type="text" id="${this.#id('account')}">`, `${this.#shape.type}.account`);
  }

  credential({ name, type }: (typeof CREDENTIALS)[number]): string {
    const id = this.#id(name);
    const text = `${this.#shape.type}.credentials.${name}`;
    // A password field would drop the line ends of a key.
    const field =
      type === 'password'
        ? `<textarea class="courtside-secret" rows="4" id="${id}" spellcheck="false" aria-describedby="${id}-help"></textarea>`
        : `<input type="text" id="${id}" aria-describedby="${id}-help">`;
    return this.#labelled(name, field, `${text}.label`) + help(id, `${text}.help`);
  }

  group(group: string): string {
    const rows = Object.entries(this.#shape.properties).filter(([, description]) => description.group === group);
    if (rows.length === 0) return '';
    return [
      `<details id="${this.#id(`group-${group}`)}">`,
      `<summary data-i18n="${this.#shape.type}.groups.${group}"></summary>`,
      ...rows.map(([key, description]) => this.row(key, description)),
      '</details>',
    ].join('\n');
  }

  row(key: string, description: PropertyDescription): string {
    const text = `${this.#shape.type}.properties.${key}`;
    const id = this.#id(key);
    const hint = `<span class="courtside-hint" data-i18n="${text}.hint"></span>`;
    return (
      this.#labelled(key, this.#field(key, description) + (hasHint(description) ? hint : ''), `${text}.label`) +
      help(id, `${text}.help`)
    );
  }

  #field(key: string, description: PropertyDescription): string {
    const { type } = this.#shape;
    const id = this.#id(key);
    const about = `id="${id}" aria-describedby="${id}-help"`;
    const choices = choicesOf(description);
    if (choices.length > 0) {
      // What the empty one means depends on the leagues: it is written when the form opens.
      const empty = description.widget === 'parameter' ? ['<option value=""></option>'] : [];
      const options = choices.map(
        ({ value }) => `<option value="${value}" data-i18n="${type}.properties.${key}.choices.${value}"></option>`,
      );
      return `<select ${about}>${[...empty, ...options].join('')}</select>`;
    }
    switch (description.widget) {
      case 'setting':
        if (description.declaration.unit === 'switch') return `<input type="checkbox" style="width: auto" ${about}>`;
        return `<input type="text" inputmode="decimal" class="courtside-short" ${about}>`;
      case 'parameter':
        return `<input type="text" class="courtside-short" ${about}>`;
      case 'leagues': {
        const boxes = LEAGUES.map(
          (league) => `<label><input type="checkbox" value="${league}">${LEAGUE_WORDS[league] ?? league}</label>`,
        );
        return `<input type="hidden" ${about}><span class="courtside-leagues" id="${id}-choice">${boxes.join('')}</span>`;
      }
      case 'rule':
        return `<input type="text" readonly ${about}> <button type="button" class="red-ui-button" id="${id}-new" data-i18n="${type}.newRule"></button>`;
      case 'rule_of':
        return `<select ${about}></select>`;
      case 'text':
      case 'list':
        return `<input type="text" ${about}>`;
      default:
        return description satisfies never;
    }
  }

  #labelled(key: string, field: string, text: string): string {
    return `<div class="form-row"><label for="${this.#id(key)}" data-i18n="${text}"></label> ${field}</div>`;
  }

  #id(key: string): string {
    return `${prefixOf(this.#shape)}-${key}`;
  }
}

function hasHint({ widget, ...description }: PropertyDescription): boolean {
  if (widget === 'text' || widget === 'list') return 'hint' in description && description.hint !== '';
  if (!('declaration' in description)) return false;
  return description.declaration.unit !== 'switch' && description.declaration.unit !== 'choice';
}

function help(id: string, text: string): string {
  return `\n<div class="courtside-help" id="${id}-help" data-i18n="${text}"></div>`;
}
