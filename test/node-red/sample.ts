/** A node type made for tests: it answers, refuses, fails and waits as its message says. */
import { z } from 'zod';
import type { AuthDeclaration, NodeContext, NodeDeclaration } from '../../lib/node-red/contract.ts';
import { NodeError } from '../../lib/node-red/errors.ts';
import { parametersSchema } from '../../lib/node-red/parameters-schema.ts';
import {
  choiceProperty,
  leaguesProperty,
  listProperty,
  numberProperty,
  ruleProperty,
  switchProperty,
  textProperty,
} from '../../lib/node-red/properties.ts';
import { problemsOf } from './sample-problems.ts';

export const properties = parametersSchema(['entry']).extend({
  rule: ruleProperty(),
  leagues: leaguesProperty({ label: 'Leagues', help: 'Which games.', default: ['NBA'] }),
  patience: numberProperty({
    label: 'Patience',
    help: 'How long.',
    unit: 'seconds',
    min: 1,
    max: 600,
    step: 5,
    default: 60,
    group: 'order',
  }),
  mode: choiceProperty({
    label: 'Mode',
    help: 'How.',
    options: [
      { value: 'calm', label: 'calm' },
      { value: 'bold', label: 'bold' },
    ],
    default: 'calm',
  }),
  loud: switchProperty({ label: 'Loud', help: 'Whether.', default: false }),
  nickname: textProperty({
    label: 'Nickname',
    help: 'What.',
    default: 'x',
    isRequired: true,
    pattern: '[a-z]{1,5}',
    hint: 'up to five letters',
  }),
  tickers: listProperty({ label: 'Markets', help: 'Which.', pattern: '[A-Z][A-Z0-9-]+', hint: 'the ticker of a market' }),
});

const statuses = {
  ready: { fill: 'green', shape: 'ring', text: 'ready', meaning: 'Nothing yet.' },
  busy: { fill: 'blue', shape: 'dot', text: 'busy', meaning: 'Something; what follows.' },
} as const;

export interface SampleLog {
  contexts: NodeContext<z.output<typeof properties>, keyof typeof statuses>[];
  closed: string[];
  release: () => void;
}

export function sampleDeclaration(log: SampleLog) {
  return {
    type: 'kalshi-sample',
    label: 'sample',
    version: 2,
    migrations: { 1: ({ nick, ...rest }) => ({ ...rest, nickname: nick ?? rest.nickname }) },
    properties,
    account: 'needed',
    inputs: [{ label: 'order', meaning: 'Says what to do.', carries: ['topic'] }],
    outputs: [
      { label: 'first', meaning: 'An answer.', carries: ['topic', 'update'] },
      { label: 'second', meaning: 'Another.' },
    ],
    statuses,
    icon: 'font-awesome/fa-flask',
    problems: problemsOf,
    start: (context) => {
      log.contexts.push(context);
      context.status('ready');
      return {
        input: (message, reply) => {
          switch (message.payload) {
            case 'refuse':
              throw new NodeError('MESSAGE_NOT_A_SIGNAL', 'this is no signal', { cause: new Error('inner secret') });
            case 'fail':
              throw new TypeError('x is not a function');
            case 'reject':
              return Promise.reject(new NodeError('MESSAGE_NOT_A_COMMAND', 'this is no command'));
            case 'wait':
              return new Promise<void>((resolve) => {
                log.release = () => {
                  reply.send(0, { topic: 'late' });
                  resolve();
                };
              });
            case 'twice':
              reply.send(0, { ...message });
              reply.send(1, { ...message });
              return undefined;
            case 'busy':
              context.status('busy', message.topic);
              return undefined;
            default:
              reply.send(0, { ...message, answer: 1 });
              reply.send(1, { topic: 'second' });
              return undefined;
          }
        },
        close: (why) => {
          log.closed.push(why);
        },
      };
    },
  } satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;
}

const authProperties = z.object({
  environment: choiceProperty({
    label: 'Environment',
    help: 'Where.',
    options: [
      { value: 'practice', label: 'practice' },
      { value: 'demo', label: 'demo' },
    ],
    default: 'practice',
  }),
});

export const authDeclaration = {
  type: 'kalshi-auth',
  label: 'account',
  version: 1,
  migrations: {},
  properties: authProperties,
  wanted: ({ environment }, { keyId, privateKey }) => ({
    environment,
    scope: 'one',
    label: 'main',
    credentials: keyId && privateKey ? { keyId, privateKeyPem: privateKey } : undefined,
  }),
} satisfies AuthDeclaration<typeof authProperties>;

export const RULE = '5b0c0f3e-6f0c-4d2a-9a54-2f1d7a3c8e01';

export function newLog(): SampleLog {
  return { contexts: [], closed: [], release: () => {} };
}
