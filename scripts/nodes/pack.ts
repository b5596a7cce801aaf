/** The folders of `nodes/`, read and turned into what the editor loads. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AuthDeclaration, NodeDeclaration } from '../../lib/node-red/contract.ts';
import { catalogueOf, type Texts } from './catalogue.ts';
import { type ProblemsAt, scriptsOf } from './definition.ts';
import { formOf, STYLE } from './form.ts';
import { helpElement } from './help.ts';
import { type Shape, shapeOf } from './shape.ts';

export interface NodeSource {
  declaration: NodeDeclaration | AuthDeclaration;
  /** Where its `problems` are, if a module that can be linked exports them. */
  problems: ProblemsAt | undefined;
  /** More form markup, below the generated rows. */
  extraForm: string;
  /** Texts of that markup, under the type. */
  texts: Texts;
  /** The page in `docs/nodes`. */
  page: string;
}

/** What the editor loads of one node; the paths are under `dist/nodes/TYPE`. */
export interface EditorFiles {
  shape: Shape;
  html: string;
  catalogue: Texts;
  help: string;
}

export function editorFilesOf(source: NodeSource): EditorFiles {
  const shape = shapeOf(source.declaration);
  return {
    shape,
    html: [STYLE, scriptsOf(shape, source.problems), formOf(shape, source.extraForm), ''].join('\n'),
    catalogue: catalogueOf(shape, source.texts),
    help: helpElement(shape, source.page),
  };
}

/** Every node of this checkout, by name. Throws where one has no page, or no declaration. */
export async function readPack(root: string): Promise<NodeSource[]> {
  const folder = join(root, 'nodes');
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const shared = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).map(({ name }) => join(folder, name));
  return Promise.all(names.toSorted().map((name) => readNode(root, name, shared)));
}

async function readNode(root: string, name: string, shared: readonly string[]): Promise<NodeSource> {
  const folder = join(root, 'nodes', name);
  const loaded: unknown = await load(join(folder, `${name}.ts`));
  const declaration = declarationIn(loaded);
  if (declaration?.type !== name) throw new Error(`nodes/${name}/${name}.ts exports no declaration of ${name}`);
  const page = join(root, 'docs/nodes', `${name}.md`);
  if (!existsSync(page)) throw new Error(`docs/nodes/${name}.md is missing: it is the node's help`);
  const texts = textOr(join(folder, 'locales/en-US', `${name}.json`), '{}');
  return {
    declaration,
    problems: await find(Reflect.get(declaration, 'problems'), shared),
    extraForm: textOr(join(folder, `${name}.form.html`), ''),
    texts: JSON.parse(texts) as Texts,
    page: readFileSync(page, 'utf8'),
  };
}

/** Which of these modules exports this very function. */
async function find(wanted: unknown, files: readonly string[]): Promise<ProblemsAt | undefined> {
  if (wanted === undefined) return undefined;
  for (const file of files) {
    const exported = Object.entries((await load(file)) as object).find(([, value]) => value === wanted);
    if (exported !== undefined) return { name: exported[0], file };
  }
  return undefined;
}

function load(file: string): Promise<unknown> {
  return import(pathToFileURL(file).href);
}

function declarationIn(loaded: unknown): NodeDeclaration | AuthDeclaration | undefined {
  if (typeof loaded !== 'object' || loaded === null || !('declaration' in loaded)) return undefined;
  return loaded.declaration as NodeDeclaration | AuthDeclaration;
}

function textOr(file: string, otherwise: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : otherwise;
}
