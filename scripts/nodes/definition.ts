/** The script that tells the editor of a type. Plain literals, as those who read packs without running them expect. */
import { join } from 'node:path';
import { prefixOf } from './form.ts';
import { linkExports } from './link.ts';
import { CREDENTIALS, formDefault, type Shape } from './shape.ts';

export const CATEGORY = 'kalshi';
/** One colour for the family. */
export const COLOUR = '#A5CFC0';

/** `main (as started)`, for lists of account nodes: a name need not be given. */
const ACCOUNT_WORDS =
  "(this.scope === 'all' ? 'every account' : this.accountName || '') + ' (' + (this.environment || 'as_started').replace('_', ' ') + ')'";

/** Where a declaration's `problems` are, if they can be linked into the editor. */
export interface ProblemsAt {
  name: string;
  file: string;
}

export function scriptsOf(shape: Shape, problems: ProblemsAt | undefined): string {
  const checks = Object.keys(shape.properties).length === 0 ? [] : [script(checksOf(shape, problems))];
  return [...checks, script(definitionOf(shape))].join('\n');
}

function script(code: string): string {
  // The end of a script element would end it inside a text, too.
  return `<script type="text/javascript">\n${code.replaceAll('</script', '<\\/script')}\n</script>`;
}

function checksOf(shape: Shape, problems: ProblemsAt | undefined): string {
  const here = (file: string) => join(import.meta.dirname, file);
  const linked = linkExports({
    editorHalf: here('editor-half.ts'),
    browserEditor: here('browser-editor.ts'),
    whenImported: here('browser-editor.ts'),
    ...(problems === undefined ? {} : { [problems.name]: problems.file }),
  });
  const properties = Object.fromEntries(Object.entries(shape.properties).map(([key, one]) => [key, withoutHelp(one)]));
  return [
    '(() => {',
    `const { editorHalf, browserEditor, whenImported${problems === undefined ? '' : `, ${problems.name}`} } = ${linked};`,
    `const properties = ${JSON.stringify(properties)};`,
    `const half = editorHalf(browserEditor(globalThis, '${prefixOf(shape)}'), properties, ${problems?.name ?? 'undefined'});`,
    `globalThis.courtside['${shape.type}'] = half;`,
    `whenImported(globalThis, '${shape.type}', half.add);`,
    '})();',
  ].join('\n');
}

/** The catalogue has it; a check does not need it. */
function withoutHelp<T extends object>(description: T): T {
  const bare = { ...description, help: '' };
  return 'declaration' in bare ? { ...bare, declaration: { ...(bare.declaration as object), help: '' } } : bare;
}

function definitionOf(shape: Shape): string {
  const { type, isConfig, hasAccount } = shape;
  const half = `globalThis.courtside['${type}']`;
  const defaults = [
    "    name: { value: '' },",
    ...(hasAccount ? ["    account: { value: '', type: 'kalshi-auth', required: true },"] : []),
    ...Object.entries(shape.properties).map(([key, description]) => {
      const check = `validate: function (value, options) { return ${half}.check('${key}', value, this); }`;
      return `    ${key}: { value: ${JSON.stringify(formDefault(description))}, ${check} },`;
    }),
    `    version: { value: ${shape.version} },`,
  ];
  const credentials = CREDENTIALS.map(({ name, type: kind }) => `    ${name}: { type: '${kind}' },`);
  const hasProperties = Object.keys(shape.properties).length > 0;
  return [
    `RED.nodes.registerType('${type}', {`,
    `  category: '${isConfig ? 'config' : CATEGORY}',`,
    `  color: '${COLOUR}',`,
    '  defaults: {',
    ...defaults,
    '  },',
    ...(isConfig ? ['  credentials: {', ...credentials, '  },'] : portsOf(shape)),
    `  paletteLabel: function () { return this._('${type}.label'); },`,
    isConfig
      ? `  label: function () { return this.name || ${ACCOUNT_WORDS}; },`
      : `  label: function () { return this.name || this._('${type}.label'); },`,
    "  labelStyle: function () { return this.name ? 'node_label_italic' : ''; },",
    ...(hasProperties
      ? [`  onadd: function () { ${half}.add(this); },`, `  oneditprepare: function () { ${half}.prepare(this); },`]
      : []),
    '});',
  ].join('\n');
}

function portsOf({ type, inputs, outputs, icon, align }: Shape): string[] {
  return [
    `  inputs: ${inputs.length},`,
    `  outputs: ${outputs.length},`,
    `  icon: '${icon}',`,
    ...(align === undefined ? [] : [`  align: '${align}',`]),
    ...(inputs.length === 0 ? [] : [`  inputLabels: function () { return this._('${type}.inputs.0'); },`]),
    ...(outputs.length === 0 ? [] : [`  outputLabels: function (port) { return this._('${type}.outputs.' + port); },`]),
  ];
}
