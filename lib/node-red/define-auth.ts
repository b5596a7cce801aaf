/** The config node `kalshi-auth`: as `defineNode`, for the one type that others find their account through. */
import type { z } from 'zod';
import type { Desk } from '../account/contract.ts';
import { theDesk } from '../account/desk.ts';
import { liveAuth } from './auth-life.ts';
import type { AuthDeclaration } from './contract.ts';
import { registerType } from './red-host.ts';
import type { RedApi } from './red-types.ts';
import { assertMigrations } from './settings.ts';

/** Kept by Node-RED apart from the flows, encrypted. */
export const AUTH_CREDENTIALS = { keyId: { type: 'text' }, privateKey: { type: 'password' } } as const;

export function defineAuth<P extends z.ZodObject>(
  declaration: AuthDeclaration<P>,
  { desk = theDesk }: { desk?: () => Desk } = {},
): (RED: RedApi) => void {
  assertMigrations(declaration);
  return (RED) =>
    registerType(RED, declaration.type, (host) => liveAuth(declaration, host, desk), { credentials: { ...AUTH_CREDENTIALS } });
}
