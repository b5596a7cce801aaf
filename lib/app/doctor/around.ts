/** What stands around the exchange: scores, Discord, and a Courtside that runs already. */

import { readWebhook } from '../../alerts/discord/webhook.ts';
import { AlertError } from '../../alerts/errors.ts';
import type { WallClock } from '../../kalshi/wall-clock.ts';
import { parseScoreboard, scoreboardByHttp } from '../../scores/index.ts';
import { codeOf } from '../../trading/errors.ts';
import { type Check, type Found, fault, note, ok, wordsOf } from './finding.ts';

const TIMEOUT_MS = 5_000;

/** `base`: undefined where none are read. `day`: as in New York, "2026-10-24". */
export function scoresCheck(base: string | undefined, wall: WallClock, day: string): Check {
  return {
    topic: 'Scores',
    async *examine() {
      if (base === undefined) {
        yield ok("the exchange's own live data alone (ESPN_API_BASE is off)");
        return;
      }
      try {
        const sentMs = wall.monotonicMs();
        const raw = await scoreboardByHttp(base, { fetch, wall, timeoutMs: TIMEOUT_MS })('NBA', day);
        const { fixtures } = parseScoreboard(raw, 'NBA', wall.nowMs());
        yield ok(
          `ESPN answers in ${Math.round(wall.monotonicMs() - sentMs)} ms, ${fixtures.length} NBA games today; the exchange's own live data come first`,
        );
      } catch (error) {
        yield note(
          `the second source of scores does not work: ${wordsOf(error)}`,
          "Games are followed by the exchange's live data alone. Check ESPN_API_BASE and the network, or set it to off.",
        );
      }
    },
  };
}

/** Looks at the webhook and posts nothing. `standIn`: instead of Discord, for tests. */
export function discordCheck(webhookUrl: string | undefined, standIn?: string): Check {
  return {
    topic: 'Discord',
    async *examine() {
      if (webhookUrl === undefined) {
        yield note(
          'no webhook is set: nobody is told of entries, exits and errors',
          'Set DISCORD_WEBHOOK_URL (docs/alerts.md says how).',
        );
        return;
      }
      yield await lookAtWebhook(webhookUrl, standIn);
    },
  };
}

async function lookAtWebhook(webhookUrl: string, standIn: string | undefined): Promise<Found> {
  try {
    const { url } = readWebhook(webhookUrl, standIn);
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' });
    if (answer.ok) return ok(`the webhook is known${await nameIn(answer)}; nothing was posted`);
    if (answer.status === 401 || answer.status === 404) {
      return fault(
        'Discord does not know the webhook any more',
        'Make a new one (channel settings, Integrations, Webhooks) and set DISCORD_WEBHOOK_URL.',
      );
    }
    return note(`Discord answered with HTTP status ${answer.status}`, 'Try again in a minute.');
  } catch (error) {
    if (error instanceof AlertError) return fault(error.message, 'Set DISCORD_WEBHOOK_URL to the address that Discord copies.');
    // The error's own words may hold the address.
    return fault('Discord could not be reached', 'Check the network. Alerts wait, and are given up after a day.');
  }
}

async function nameIn(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => undefined);
  const name = typeof body === 'object' && body !== null && 'name' in body ? body.name : undefined;
  return typeof name === 'string' ? ` ("${name.slice(0, 80)}")` : '';
}

/** Whether the port is free, ours, or somebody else's. */
export function runningCheck(host: string, port: number): Check {
  return {
    topic: 'Courtside',
    async *examine() {
      if (port === 0) {
        yield note('PORT is 0: every start takes another port');
        return;
      }
      const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      const health = await read(`${origin}/health`);
      if (health === 'nobody') yield ok(`not running; port ${port} is free`);
      else if (!isOurs(health))
        yield fault(`port ${port} is taken by another program`, 'End that program, or set PORT to another number.');
      else {
        yield ok(`version ${health.version} is running: ${origin}/dashboard`);
        yield* whatItSays(await read(`${origin}/api/v1/overview`));
      }
    },
  };
}

/** The words of the page's own card: what they say of a block is true of the program that runs, not of what was looked at here. */
function* whatItSays(overview: unknown): Generator<Found> {
  const engine = memberOf(overview, 'engine');
  const [state, text] = [memberOf(engine, 'state'), memberOf(engine, 'text')];
  if (typeof text !== 'string') return;
  if (state === 'running' || state === 'paused' || state === 'starting') yield ok(`it says: ${text}`);
  else yield fault(`it says: ${text}`, 'Open the dashboard: it tells what ends this.');
}

function isOurs(health: unknown): health is { version: string } {
  return typeof memberOf(health, 'version') === 'string' && typeof memberOf(health, 'uptimeSeconds') === 'number';
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The JSON that is there, undefined where there is something else, or `nobody` who listens. */
async function read(url: string): Promise<unknown> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' });
    return await answer.json().catch(() => undefined);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return codeOf(cause) === 'ECONNREFUSED' ? 'nobody' : undefined;
  }
}
