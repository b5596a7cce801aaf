import { z } from 'zod';
import type { AuthDeclaration } from '../../lib/node-red/contract.ts';
import { defineAuth } from '../../lib/node-red/define-auth.ts';
import { choiceProperty, textProperty } from '../../lib/node-red/properties.ts';

const properties = z.object({
  environment: choiceProperty({
    label: 'Environment',
    help: 'Where data comes from and orders go. Practice is an exchange inside this program: no account, no money. As started: what KALSHI_ENV says.',
    options: [
      { value: 'as_started', label: 'as started (practice, if nothing else is said)' },
      { value: 'practice', label: 'practice' },
      { value: 'demo', label: "demo (Kalshi's own)" },
      { value: 'paper', label: 'paper (cannot be used yet)' },
      { value: 'live', label: 'live (cannot be used yet)' },
    ],
    default: 'as_started',
  }),
  scope: choiceProperty({
    label: 'Accounts',
    help: 'One account, or every connected account of the environment: a rule then decides for each of them by itself.',
    options: [
      { value: 'one', label: 'this one' },
      { value: 'all', label: 'every connected account' },
    ],
    default: 'one',
  }),
  accountName: textProperty({
    label: 'Account name',
    help: 'Tells accounts of one environment apart. Two nodes with the same name and environment mean the same account.',
    default: 'main',
    isRequired: true,
    pattern: '[A-Za-z0-9][A-Za-z0-9 _-]{0,39}',
    hint: 'a name of letters, digits, blanks, - and _',
  }),
});

export const declaration = {
  type: 'kalshi-auth',
  label: 'account',
  version: 1,
  migrations: {},
  properties,
  wanted: ({ environment, scope, accountName }, { keyId, privateKey }, started) => ({
    environment: environment === 'as_started' ? started : environment,
    scope,
    label: accountName,
    credentials: keyId && privateKey ? { keyId, privateKeyPem: privateKey } : undefined,
  }),
} satisfies AuthDeclaration<typeof properties>;

export default defineAuth(declaration);
