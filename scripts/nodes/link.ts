/**
 * Makes one script of pure modules, so that the editor runs the very code that the runtime runs. It reads what our own sources are written
 * in: named imports and exports at the start of a line. Anything else is an error here, and not a surprise in a browser.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, resolve } from 'node:path';

interface Import {
  names: { from: string; as: string }[];
  path: string;
}

interface Module {
  path: string;
  imports: Import[];
  /** Names handed on from elsewhere. */
  handedOn: Map<string, { path: string; name: string }>;
  exports: string[];
  body: string;
}

const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*'([^']+)';?[^\S\n]*$/gm;
const HAND_ON = /^export\s*\{([^}]*)\}\s*from\s*'([^']+)';?[^\S\n]*$/gm;
const EXPORT = /^export (?:async )?(?:function\*?|const|class) (\w+)/gm;
const WHOLE_LINE_COMMENTS = /^[^\S\n]*(?:\/\*[\s\S]*?\*\/|\/\/.*)[^\S\n]*$\n?/gm;

/** A script that evaluates to an object with these exports: `{ name: file }`. Throws where a module has something that cannot be linked. */
export function linkExports(wanted: Readonly<Record<string, string>>): string {
  const modules = new Map<string, Module>();
  const ordered: Module[] = [];

  function load(path: string): Module {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const module = readModule(path);
    modules.set(path, module);
    return module;
  }

  /** Where a name really is. */
  function origin(path: string, name: string): { path: string; name: string } {
    const onward = load(path).handedOn.get(name);
    return onward === undefined ? { path, name } : origin(onward.path, onward.name);
  }

  function include(path: string): void {
    const module = load(path);
    if (ordered.includes(module)) return;
    for (const { names, path: target } of module.imports) for (const { from } of names) include(origin(target, from).path);
    // A circle would have included it meanwhile; ours have none.
    if (!ordered.includes(module)) ordered.push(module);
  }

  const entries = Object.entries(wanted).map(([name, path]) => ({ as: name, ...origin(resolve(path), name) }));
  for (const { path } of entries) include(path);
  const variable = (path: string) => `m${ordered.findIndex((module) => module.path === path)}`;
  const parts = ordered.map((module) => {
    const bound = module.imports.flatMap(({ names, path }) =>
      names.map(({ from, as }) => {
        const source = origin(path, from);
        return `const ${as} = ${variable(source.path)}.${source.name};`;
      }),
    );
    return `const ${variable(module.path)} = (() => {\n${bound.join('\n')}\n${module.body.trim()}\nreturn { ${module.exports.join(', ')} };\n})();`;
  });
  const result = entries.map(({ as, path, name }) => `${as}: ${variable(path)}.${name}`);
  return `(() => {\n'use strict';\n${parts.join('\n')}\nreturn { ${result.join(', ')} };\n})()`;
}

function readModule(path: string): Module {
  const source = stripTypeScriptTypes(readFileSync(path, 'utf8')).replace(WHOLE_LINE_COMMENTS, '');
  const target = (specifier: string) => {
    if (!specifier.startsWith('.')) throw new Error(`${path} imports ${specifier}, which cannot be linked into the editor`);
    return resolve(dirname(path), specifier);
  };
  const imports = [...source.matchAll(IMPORT)].map((match) => ({ names: namesOf(match[1] ?? ''), path: match[2] ?? '' }));
  const handedOn = new Map<string, { path: string; name: string }>();
  for (const match of source.matchAll(HAND_ON)) {
    for (const { from, as } of namesOf(match[1] ?? '')) handedOn.set(as, { path: target(match[2] ?? ''), name: from });
  }
  const exports = [...source.matchAll(EXPORT)].map((match) => match[1] ?? '');
  const body = source
    .replace(IMPORT, '')
    .replace(HAND_ON, '')
    .replace(/^export (?=async |function|const|class)/gm, '');
  return {
    path,
    // Resolved when it is needed: a module whose names are only handed on may stand on packages.
    get imports() {
      if (/^(?:import|export)\b/m.test(body))
        throw new Error(`${path} has an import or export that cannot be linked into the editor`);
      return imports.map((one) => ({ ...one, path: target(one.path) }));
    },
    handedOn,
    exports,
    body,
  };
}

function namesOf(list: string): { from: string; as: string }[] {
  return list
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const [from = '', as = from] = one.split(/\s+as\s+/);
      return { from, as };
    });
}
