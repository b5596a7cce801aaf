// After the compiler: what Node-RED's editor loads of every node, beside its compiled file, the flows as examples, and the pages.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildDashboardFlow } from './build-dashboard.mjs';
import { editorFilesOf, readPack } from './nodes/pack.ts';

const root = dirname(import.meta.dirname);

for (const source of await readPack(root)) {
  const { shape, html, catalogue, help } = editorFilesOf(source);
  const folder = join(root, 'dist/nodes', shape.type);
  const locale = join(folder, 'locales/en-US');
  mkdirSync(locale, { recursive: true });
  writeFileSync(join(folder, `${shape.type}.html`), html);
  writeFileSync(join(locale, `${shape.type}.json`), `${JSON.stringify(catalogue, undefined, 2)}\n`);
  writeFileSync(join(locale, `${shape.type}.html`), help);
  const icons = join(root, 'nodes', shape.type, 'icons');
  if (existsSync(icons)) cpSync(icons, join(folder, 'icons'), { recursive: true });
}

// A real folder: npm leaves a link out of the package.
const examples = join(root, 'examples');
const flows = join(root, 'flows');
rmSync(examples, { recursive: true, force: true });
mkdirSync(examples);
for (const name of readdirSync(flows).filter((file) => file.endsWith('.json'))) cpSync(join(flows, name), join(examples, name));

writeFileSync(join(root, 'dist/dashboard.json'), JSON.stringify(buildDashboardFlow(), undefined, 2));
