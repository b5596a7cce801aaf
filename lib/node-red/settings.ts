/** What a flow saved of a node, brought up to the declaration's version and checked. */
import type { z } from 'zod';
import type { NodeDeclaration } from './contract.ts';
import { NodeError } from './errors.ts';
import { describedProperty } from './properties.ts';

/** What settings of any of our nodes are read by. */
export interface SettingsDeclaration<P extends z.ZodObject> {
  label: string;
  version: number;
  migrations: NodeDeclaration['migrations'];
  properties: P;
  problems?(properties: z.output<P>): readonly { property: string; message: string }[];
}

export interface SettingsProblem {
  property: string;
  /** As the form calls it. */
  label: string;
  message: string;
}

export type CheckedSettings<T> = { ok: true; properties: T } | { ok: false; problems: readonly SettingsProblem[] };

/** Every problem of the saved properties, not the first; or the properties, as the declaration's schema gives them. */
export function checkSettings<P extends z.ZodObject>(
  declaration: SettingsDeclaration<P>,
  saved: Readonly<Record<string, unknown>>,
): CheckedSettings<z.output<P>> {
  const migrated = migrate(declaration, saved);
  if (typeof migrated === 'string') {
    return { ok: false, problems: [{ property: 'version', label: 'Version', message: migrated }] };
  }
  const read = declaration.properties.safeParse(migrated);
  if (!read.success) return { ok: false, problems: read.error.issues.map((issue) => problemOf(declaration, issue)) };
  // Every property is there, also where nothing was saved: what a node has can be read off its settings.
  const nothing = Object.fromEntries(Object.keys(declaration.properties.shape).map((key) => [key, undefined]));
  const properties = { ...nothing, ...read.data };
  const further = declaration.problems?.(properties) ?? [];
  if (further.length === 0) return { ok: true, properties };
  return { ok: false, problems: further.map((one) => ({ ...one, label: labelOf(declaration, one.property) })) };
}

/** The error that names them all. */
export function settingsError(declaration: { label: string }, problems: readonly SettingsProblem[]): NodeError {
  const lines = problems.map(({ label, message }) => `${label}: ${message}`);
  return new NodeError('NODE_SETTINGS_INVALID', `check the settings of this ${declaration.label} node. ${lines.join('; ')}`);
}

/** Throws a TypeError where a step between versions is missing: a defect of the declaration, seen when it is loaded. */
export function assertMigrations(declaration: { version: number; migrations: NodeDeclaration['migrations'] }): void {
  for (let version = 1; version < declaration.version; version++) {
    if (declaration.migrations[version] === undefined) throw new TypeError(`there is no migration from version ${version}`);
  }
}

function migrate<P extends z.ZodObject>(
  declaration: SettingsDeclaration<P>,
  saved: Readonly<Record<string, unknown>>,
): Record<string, unknown> | string {
  const from = saved.version === undefined || saved.version === '' ? 1 : Number(saved.version);
  if (!Number.isSafeInteger(from) || from < 1) return `${JSON.stringify(saved.version)} is no version`;
  if (from > declaration.version)
    return `these settings were saved by a newer Courtside (version ${from}, this one reads ${declaration.version})`;
  let properties: Record<string, unknown> = { ...saved };
  for (let version = from; version < declaration.version; version++) {
    properties = declaration.migrations[version]?.(properties) ?? properties;
  }
  return properties;
}

function problemOf<P extends z.ZodObject>(declaration: SettingsDeclaration<P>, issue: z.core.$ZodIssue): SettingsProblem {
  const property = String(issue.path[0] ?? '');
  return { property, label: labelOf(declaration, property), message: issue.message };
}

function labelOf<P extends z.ZodObject>(declaration: SettingsDeclaration<P>, property: string): string {
  const schema = declaration.properties.shape[property];
  return schema === undefined ? property : describedProperty(schema).label;
}
