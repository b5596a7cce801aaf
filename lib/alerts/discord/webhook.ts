/** The address of a Discord webhook: who knows it can post, so it is kept out of every text. */
import { AlertError } from '../errors.ts';

const HOSTS = ['discord.com', 'discordapp.com', 'canary.discord.com', 'ptb.discord.com'];
const PATH = /^\/api(?:\/v\d{1,2})?\/webhooks\/(\d{15,22})\/([\w-]{20,200})$/;
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

export interface Webhook {
  /** Where messages are posted. */
  url: string;
  /** The same text without what is secret in the address. */
  hide: (text: string) => string;
}

/**
 * `baseUrl`: a stand-in on this machine to post to instead of Discord, for tests.
 * Throws `ALERT_WEBHOOK_INVALID`, which says what is wrong and not with what.
 */
export function readWebhook(webhookUrl: string, baseUrl?: string): Webhook {
  const url = urlOf(webhookUrl.trim());
  if (url === undefined) throw invalid('it is not an address');
  if (url.protocol !== 'https:') throw invalid('it does not begin with https://');
  if (!HOSTS.includes(url.host) || url.username !== '' || url.password !== '') throw invalid('it is not on discord.com');
  const [, id, token] = PATH.exec(url.pathname) ?? [];
  if (id === undefined || token === undefined) throw invalid('it does not look like /api/webhooks/ID/TOKEN');
  const thread = url.searchParams.get('thread_id');
  if (thread !== null && !/^\d{15,22}$/.test(thread)) throw invalid('its thread_id is not a number');
  const origin = baseUrl === undefined ? url.origin : standIn(baseUrl);
  // The answer to a post that waits tells that the message is there.
  const query = thread === null ? '?wait=true' : `?wait=true&thread_id=${thread}`;
  return { url: `${origin}${url.pathname}${query}`, hide: (text) => text.replaceAll(token, '…').replaceAll(id, '…') };
}

function standIn(baseUrl: string): string {
  const url = urlOf(baseUrl);
  if (url === undefined || url.protocol !== 'http:' || !LOOPBACK.includes(url.hostname)) {
    throw invalid('a stand-in for Discord has to be on this machine');
  }
  return url.origin;
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function invalid(what: string): AlertError {
  const hint = 'Copy it from the settings of the Discord channel: Integrations, Webhooks.';
  return new AlertError('ALERT_WEBHOOK_INVALID', `The Discord webhook cannot be used: ${what}. ${hint}`);
}
