/** Turns a declaration into what Node-RED calls: a function that registers the type. The default export of a node's file. */
import type { z } from 'zod';
import type { WallTimer } from '../trading/ports/clock.ts';
import type { NodeDeclaration } from './contract.ts';
import { liveNode } from './node-life.ts';
import { registerType } from './red-host.ts';
import type { RedApi } from './red-types.ts';
import { RuleClaims } from './rule-claims.ts';
import { assertMigrations } from './settings.ts';
import { SYSTEM_WALL } from './wall.ts';

/** Throws a TypeError for a declaration that lacks a migration. */
export function defineNode<P extends z.ZodObject, S extends string>(
  declaration: NodeDeclaration<P, S>,
  { wall = SYSTEM_WALL }: { wall?: WallTimer } = {},
): (RED: RedApi) => void {
  assertMigrations(declaration);
  const claims = new RuleClaims();
  return (RED) => registerType(RED, declaration.type, (host) => liveNode(declaration, host, { wall, claims }));
}
