// Inlines the dashboard's sources (dashboard/) into the flow that Node-RED loads. A page part becomes one ui-template with
// all modules it imports; what another template brings along already (`beside`) is left out. The components' templates are
// compiled here, which would take the browser time before each first look. The same sources give the same bytes, as long as NODE_ENV
// is the same: Vue's compiler adds remarks where that is not `production`.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileTemplate } from 'vue/compiler-sfc';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = join(ROOT, 'dashboard');
const IMPORT = /^import\s+(?:(\w+)|\{([^}]*)\})\s+from\s+'([^']+)';\n/gm;
const EXPORT = /^export (?=(?:async function|function|const|class) (\w+))/gm;

/** The dashboard's flow: its tab, page, themes and templates, ready to be loaded or imported. */
export function buildDashboardFlow() {
  const version = sourcesDigest();
  return JSON.parse(read('nodes.json')).map((node) => {
    if (typeof node.format !== 'object') return node;
    return { ...node, format: node.format.styles ? styles() : partTemplate(node.format, version) };
  });
}

/** All style sheets, the shared ones first, then those of the components. */
function styles() {
  const files = sourceFiles();
  const sheets = files.filter((file) => file.endsWith('.css')).map(read);
  const scoped = files.filter((file) => file.endsWith('.vue')).map((file) => block(read(file), 'style'));
  return [...sheets, ...scoped].map((sheet) => sheet.trim()).join('\n\n');
}

function partTemplate({ part, beside }, version) {
  const present = beside ? modulesOf(beside) : new Map();
  const modules = [...modulesOf(part)].filter(([path]) => !present.has(path));
  const bundle = read('registry.js')
    .replace("'VERSION'", () => JSON.stringify(version))
    .replace('/* MODULES */', () => modules.map(([path, module]) => emit(path, module)).join('\n'));
  const loader = read('loader.js').replace("'PART'", () => JSON.stringify(part));
  if (bundle.includes('-->')) throw new Error(`${part}: a source holds the end of a comment`);
  return [
    '<template>\n  <component :is="part" v-if="part"></component>\n</template>',
    `<script>\n${loader}</script>`,
    `<!-- MODULES\n${bundle}-->`,
  ].join('\n\n');
}

/** A module and everything it imports, each after what it needs. */
function modulesOf(path, found = new Map(), under = []) {
  if (found.has(path)) return found;
  if (under.includes(path)) throw new Error(`imports go in a circle: ${[...under, path].join(' > ')}`);
  const module = parse(path);
  for (const needed of module.needs) modulesOf(needed, found, [...under, path]);
  return found.set(path, module);
}

/** What a file needs, and its code as the body of a function of `use` and `Vue` that returns the exports. */
function parse(path) {
  const source = read(path);
  const isComponent = path.endsWith('.vue');
  const typed = isComponent ? block(source, 'script') : stripTypeScriptTypes(source);
  const needs = [];
  const exported = [];
  const linked = typed
    .trimStart()
    .replace(IMPORT, (_, whole, names, from) => {
      const wanted = whole ? `default: ${whole}` : bindings(names);
      if (from === 'vue') return `const { ${wanted} } = Vue;\n`;
      const needed = posix.join(posix.dirname(path), from);
      needs.push(needed);
      return wanted ? `const { ${wanted} } = use('${needed}');\n` : '';
    })
    .replace(EXPORT, (_, name) => {
      exported.push(name);
      return '';
    })
    .replace(/^export default \{/m, 'const component = {');
  const unknown = /^(?:import|export)\b.*/m.exec(linked);
  if (unknown) throw new Error(`${path}: cannot inline "${unknown[0]}"`);
  const end = isComponent ? [`component.render = ${renderFunction(path, source)};`, 'return { default: component };'] : [];
  if (!isComponent) end.push(`return { ${exported.join(', ')} };`);
  return { needs, body: [tidy(linked), ...end].join('\n') };
}

/** `a, b as c` -> `a, b: c` */
function bindings(names) {
  return names
    .split(',')
    .map((name) => name.trim().replace(/\s+as\s+/, ': '))
    .filter(Boolean)
    .join(', ');
}

function emit(path, { needs, body }) {
  return `    '${path}': {\n      needs: ${JSON.stringify(needs)},\n      make(use, Vue) {\n${body}\n      },\n    },`;
}

/** What a component's template draws, as an expression over `Vue`. Throws where it cannot be compiled. */
function renderFunction(path, source) {
  const { code, errors } = compileTemplate({
    source: block(source, 'template'),
    filename: path,
    id: path,
    isProd: true,
    transformAssetUrls: false,
    compilerOptions: { mode: 'function', prefixIdentifiers: true, comments: false },
  });
  if (errors.length > 0) throw new Error(`${path}: ${errors.map((error) => error.message ?? error).join('; ')}`);
  return `(() => {\n${code.replace(/^\s+/gm, '')}\n})()`;
}

/** Taken-out types leave blanks behind. */
function tidy(code) {
  return code
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** What is between a component file's own tags of that name; empty where it has none. */
function block(source, tag) {
  return new RegExp(`^<${tag}>\\n([\\s\\S]*?)^</${tag}>`, 'm').exec(source)?.[1] ?? '';
}

function sourcesDigest() {
  const hash = createHash('sha256');
  for (const file of sourceFiles()) hash.update(`${file}\n${read(file)}\n`);
  return hash.digest('hex').slice(0, 12);
}

function sourceFiles() {
  return readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath.slice(SOURCES.length + 1), entry.name))
    .toSorted();
}

function read(path) {
  return readFileSync(join(SOURCES, path), 'utf8');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const target = join(ROOT, 'dist/dashboard.json');
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${JSON.stringify(buildDashboardFlow(), null, 2)}\n`);
}
