/** The environment variables that Courtside reads, each told once: name, meaning, default, and what it takes. */
import { z } from 'zod';
import { readWebhook } from '../alerts/discord/webhook.ts';
import { AlertError } from '../alerts/errors.ts';
import { ESPN_BASE_URL } from '../scores/index.ts';
import { ENVIRONMENTS } from '../trading/ports/venue.ts';
import { LEVELS } from './log.ts';

export interface Variable<T = unknown> {
  name: string;
  /** For `.env.example`: what it does, in a sentence or two. */
  help: string;
  /** As it would be written; undefined: not set. */
  default: string | undefined;
  /** Never shown. */
  isSecret?: true;
  /** Reads what is written; the message of a failure ends a sentence that begins with the variable's name. */
  schema: z.ZodType<T, string>;
}

function whole(least: number, most: number) {
  const message = `takes a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}

function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, `takes one of ${values.join(', ')}`);
}

function address(schemes: readonly string[]) {
  return z.string().refine(
    (text) => {
      const url = URL.parse(text);
      return url !== null && schemes.includes(url.protocol) && !text.includes('@');
    },
    `takes an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')} and holds no password`,
  );
}

/** The message ends a sentence that begins with the variable's name. */
function webhookProblem(text: string): string | undefined {
  try {
    readWebhook(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof AlertError)) throw error;
    return `cannot be used: ${error.message.replace(/^The Discord webhook cannot be used: /, '')}`;
  }
}

const text = z.string();
/** Shells put the home folder in the place of a "~"; here it would be a folder of that name. */
const path = text.refine((written) => !written.startsWith('~'), 'takes a whole path: write your home folder out instead of "~"');

export const VARIABLES = {
  home: {
    name: 'COURTSIDE_HOME',
    help: 'The folder that everything of Courtside lives in: database, flows, practice nights, keys. Default: .courtside in your home folder.',
    default: undefined,
    schema: path,
  },
  host: {
    name: 'HOST',
    help: 'The address to listen on. Only this machine (127.0.0.1 or ::1) until sign-in exists; anything else is refused.',
    default: '127.0.0.1',
    schema: text,
  },
  port: {
    name: 'PORT',
    help: 'The port of dashboard, editor and API. 0 takes a free one.',
    default: '1880',
    schema: whole(0, 65_535),
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    help: 'A PostgreSQL database, postgresql://user:password@host/name. Not set: an SQLite file in COURTSIDE_HOME.',
    default: undefined,
    isSecret: true,
    schema: z.string().regex(/^postgres(?:ql)?:\/\//, 'takes an address that begins with postgresql://'),
  },
  secretKey: {
    name: 'SECRET_KEY',
    help: 'Encrypts the credentials that are entered in the editor. Not set: made at the first start and kept in COURTSIDE_HOME. Changing it loses them.',
    default: undefined,
    isSecret: true,
    schema: z.string().min(16, 'takes at least 16 characters'),
  },
  environment: {
    name: 'KALSHI_ENV',
    help: "Which account the environment variables below belong to, and which one the shipped flows trade: practice needs none of them; demo is Kalshi's demo exchange. paper and live cannot be used yet.",
    default: 'practice',
    schema: oneOf(ENVIRONMENTS.filter((name) => name !== 'replay')),
  },
  apiKeyId: {
    name: 'KALSHI_API_KEY_ID',
    help: 'The id of your Kalshi API key.',
    default: undefined,
    schema: z.string().regex(/^[\w-]{8,64}$/, 'takes the id of an API key, as Kalshi shows it'),
  },
  privateKey: {
    name: 'KALSHI_PRIVATE_KEY',
    help: 'The private key itself, with its BEGIN and END lines; line breaks may be written as \\n. Set this or KALSHI_PRIVATE_KEY_PATH.',
    default: undefined,
    isSecret: true,
    schema: z
      .string()
      .transform((pem) => pem.replaceAll('\\n', '\n'))
      .refine((pem) => pem.includes('-----BEGIN'), 'takes a private key with its BEGIN and END lines'),
  },
  privateKeyPath: {
    name: 'KALSHI_PRIVATE_KEY_PATH',
    help: 'The file that holds the private key.',
    default: undefined,
    schema: path,
  },
  apiBase: {
    name: 'KALSHI_API_BASE',
    help: "Another address of the exchange's REST API, ending in /trade-api/v2. For KALSHI_ENV=demo.",
    default: undefined,
    schema: address(['https:', 'http:']),
  },
  wsUrl: {
    name: 'KALSHI_WS_URL',
    help: "Another address of the exchange's WebSocket, ending in /trade-api/ws/v2. For KALSHI_ENV=demo.",
    default: undefined,
    schema: address(['wss:', 'ws:']),
  },
  espnBase: {
    name: 'ESPN_API_BASE',
    help: 'Where ESPN\'s scoreboards are read, as a second source of scores beside Kalshi\'s own; "off" reads none. On practice none are read.',
    default: ESPN_BASE_URL,
    schema: z.union([z.literal('off'), address(['https:', 'http:'])]),
  },
  scoreLiveS: {
    name: 'SCORE_POLL_LIVE_SECONDS',
    help: 'How often scores of games in play are read, in seconds of game time.',
    default: '5',
    schema: whole(1, 300),
  },
  scorePregameS: {
    name: 'SCORE_POLL_PREGAME_SECONDS',
    help: 'How often games that have not begun are looked at, in seconds of game time.',
    default: '60',
    schema: whole(1, 3_600),
  },
  discordWebhookUrl: {
    name: 'DISCORD_WEBHOOK_URL',
    help: 'A Discord webhook for alerts (channel settings, Integrations, Webhooks). Not set: no alerts are sent.',
    default: undefined,
    isSecret: true,
    schema: z.string().superRefine((text, context) => {
      const problem = webhookProblem(text);
      if (problem !== undefined) context.addIssue(problem);
    }),
  },
  logLevel: {
    name: 'LOG_LEVEL',
    help: `How much the terminal shows: ${LEVELS.join(', ')}.`,
    default: 'info',
    schema: oneOf(LEVELS),
  },
} as const satisfies Record<string, Variable>;

/** The text of `.env.example`. */
export function exampleEnvironment(): string {
  const blocks = Object.values(VARIABLES).map(({ name, help, default: value }) => {
    const words = help.match(/.{1,110}(?:\s|$)/g) ?? [help];
    return [...words.map((line) => `# ${line.trimEnd()}`), `#${name}=${value ?? ''}`].join('\n');
  });
  const head =
    '# Settings of Courtside. Copy this file to .env and take the # away from what you set; nothing here is needed to start.';
  return `${[head, ...blocks].join('\n\n')}\n`;
}
