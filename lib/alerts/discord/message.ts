/** An alert as a Discord message: one embed, within Discord's limits. */
import type { LogLevel } from '../../trading/ports/memory.ts';
import type { Alert, AlertKind } from '../../trading/ports/outbox.ts';
import type { Environment } from '../../trading/ports/venue.ts';
import { plain } from './text.ts';

export interface DiscordMessage {
  embeds: [Embed];
  /** Nobody is mentioned, whatever the text says. */
  allowed_mentions: { parse: [] };
}

interface Embed {
  author: { name: string };
  title: string;
  color: number;
  fields: { name: string; value: string; inline: boolean }[];
  footer: { text: string };
  timestamp?: string;
}

export const MOST_TITLE = 256;
export const MOST_FIELDS = 25;
export const MOST_NAME = 256;
export const MOST_VALUE = 1_024;
export const MOST_TOGETHER = 6_000;
/** Values up to so long stand side by side. */
const SHORT_VALUE = 24;

const LABELS: Readonly<Record<AlertKind, string>> = {
  entry: 'Entry',
  exit: 'Exit',
  error: 'Error',
  orphan: 'Orphan',
  trip: 'Breaker',
  message: 'Message',
};
const ALARM = { live: 0xd9_2d_20, other: 0xc9_7b_75 };
const WARNING = { live: 0xe0_8a_00, other: 0xcf_b0_7a };
const COLOURS: Readonly<Record<AlertKind, { live: number; other: number }>> = {
  entry: { live: 0x1f_6f_eb, other: 0x7f_9f_c9 },
  exit: { live: 0x1a_7f_37, other: 0x7f_ae_8b },
  error: ALARM,
  orphan: WARNING,
  trip: ALARM,
  message: { live: 0x57_60_6a, other: 0x96_9c_a3 },
};
const NAMES: Readonly<Record<Environment, string>> = {
  practice: 'practice',
  paper: 'paper, no real money',
  demo: 'Kalshi demo',
  live: 'LIVE, real money',
  replay: 'replay',
};
const LEVEL_COLOURS: Readonly<Partial<Record<LogLevel, { live: number; other: number }>>> = { error: ALARM, warning: WARNING };

/** Strong colours are for real money; all other environments have pale ones. */
export function messageOf(alert: Alert): DiscordMessage {
  const { kind, level, environment, title, facts, atMs } = alert;
  const footer = environment === undefined ? 'Courtside' : `Courtside · ${NAMES[environment]}`;
  const author = LABELS[kind];
  const head = plain(title, MOST_TITLE);
  const colour = LEVEL_COLOURS[level] ?? COLOURS[kind];
  const embed: Embed = {
    author: { name: author },
    title: head,
    color: environment === 'live' ? colour.live : colour.other,
    fields: fieldsOf(facts, MOST_TOGETHER - author.length - head.length - footer.length),
    footer: { text: footer },
  };
  const at = new Date(atMs);
  if (!Number.isNaN(at.getTime()) && at.getUTCFullYear() >= 1970 && at.getUTCFullYear() < 10_000)
    embed.timestamp = at.toISOString();
  return { embeds: [embed], allowed_mentions: { parse: [] } };
}

/** As many facts as there is room for; the last field says how many are left out. */
function fieldsOf(facts: Alert['facts'], room: number): Embed['fields'] {
  const fields: Embed['fields'] = [];
  const all = facts.map(([label, value]) => fieldOf(label, value));
  let left = room;
  for (const [index, field] of all.entries()) {
    const more = moreField(all.length - index);
    const isLast = index === all.length - 1;
    const needed = lengthOf(field) + (isLast ? 0 : lengthOf(moreField(all.length - index - 1)));
    const isFull = fields.length === MOST_FIELDS - 1 && !isLast;
    if (isFull || needed > left) return [...fields, more];
    fields.push(field);
    left -= lengthOf(field);
  }
  return fields;
}

function fieldOf(label: string, value: string): Embed['fields'][number] {
  const shown = plain(value, MOST_VALUE);
  return { name: plain(label, MOST_NAME), value: shown, inline: shown.length <= SHORT_VALUE };
}

function moreField(count: number): Embed['fields'][number] {
  return { name: 'And', value: `${count} more`, inline: false };
}

function lengthOf({ name, value }: Embed['fields'][number]): number {
  return name.length + value.length;
}
