/** Reads what a client sends. Whatever is not as documented is refused with the code that says why. */
import { isAllowed } from '../auth.ts';
import type { ApiKey } from '../engine/state.ts';
import { type ChannelRules, rulesOf } from './channels.ts';
import { CommandRefusal } from './problems.ts';

export type Params = Readonly<Record<string, unknown>>;

export interface Envelope {
  /** Undefined where the client gave none, or 0. */
  id: number | undefined;
  cmd: string;
  params: Params | undefined;
}

/** Markets that a command names; `isGiven` is false where it names none and may mean all. */
export interface Selection {
  tickers: string[];
  ids: string[];
  isGiven: boolean;
}

export interface SubscribeRequest {
  channels: ChannelRules[];
  selection: Selection;
  sendInitialSnapshot: boolean;
  skipTickerAck: boolean;
  /** Undefined where the client does not say. */
  useYesPrice: boolean | undefined;
}

const MAX_SHARDS = 100;

export function readEnvelope(text: string | undefined): Envelope {
  const raw = text === undefined ? undefined : parseJson(text);
  if (!isRecord(raw)) throw new CommandRefusal(1);
  const { id = 0, cmd, params } = raw;
  if (!Number.isSafeInteger(id) || (id as number) < 0) throw new CommandRefusal(1);
  return {
    id: id === 0 ? undefined : (id as number),
    cmd: typeof cmd === 'string' ? cmd : '',
    params: isRecord(params) ? params : undefined,
  };
}

/** The id of a command that is not looked at further, if it can be read. */
export function readId(text: string | undefined): number | undefined {
  try {
    return readEnvelope(text).id;
  } catch {
    return undefined;
  }
}

export function readSubscribe(params: Params, key: ApiKey): SubscribeRequest {
  const names = params['channels'];
  if (!Array.isArray(names) || names.length === 0) throw new CommandRefusal(3);
  const channels = [...new Set(names)].map((name: unknown) => {
    const rules = typeof name === 'string' ? rulesOf(name) : undefined;
    if (!rules) throw new CommandRefusal(8);
    if (rules.audience === 'account' && !isAllowed(key, 'read')) throw new CommandRefusal(9);
    return rules;
  });
  const selection = readSelection(params);
  for (const rules of channels) checkSelection(rules, selection);
  checkSharding(params);
  readTexts(params, 'index_ids', 11);
  readTexts(params, 'underlying_tickers', 11);
  return {
    channels,
    selection,
    sendInitialSnapshot: readFlag(params, 'send_initial_snapshot') ?? false,
    skipTickerAck: readFlag(params, 'skip_ticker_ack') ?? false,
    useYesPrice: readFlag(params, 'use_yes_price'),
  };
}

export function readSids(params: Params): number[] {
  const { sids } = params;
  if (!Array.isArray(sids) || sids.length === 0) throw new CommandRefusal(4);
  if (!sids.every((sid) => Number.isSafeInteger(sid))) throw new CommandRefusal(11);
  return sids as number[];
}

/** The one subscription that an update is for. */
export function readSid(params: Params): number {
  const { sid, sids } = params;
  const named = [...(sid === undefined ? [] : [sid]), ...(Array.isArray(sids) ? (sids as unknown[]) : [])];
  const [only] = named;
  if (named.length !== 1) throw new CommandRefusal(12);
  if (typeof only !== 'number' || !Number.isSafeInteger(only)) throw new CommandRefusal(11);
  return only;
}

/** What an update does: one of the actions that its channel has. */
export function readAction(params: Params, rules: ChannelRules): string {
  const { action } = params;
  if (action === undefined || action === '') throw new CommandRefusal(15);
  if (typeof action !== 'string' || !rules.actions.includes(action)) throw new CommandRefusal(13);
  return action;
}

/** The markets that an update names, which are not optional there. */
export function readMarkets(params: Params, rules: ChannelRules): Selection {
  const selection = readSelection(params);
  checkSelection(rules, selection);
  if (!selection.isGiven) throw new CommandRefusal(14);
  return selection;
}

/** Names of things that are not markets; absent ones are refused with `missing` where that is another code than 11. */
export function readTexts(params: Params, name: string, missing: 11 | 24 | 28): string[] {
  const value = params[name];
  if (value === undefined && missing === 11) return [];
  if (value === undefined || (Array.isArray(value) && value.length === 0)) throw new CommandRefusal(missing);
  return textsIn(value);
}

export function readFlag(params: Params, name: string): boolean | undefined {
  const value = params[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new CommandRefusal(11);
}

function readSelection(params: Params): Selection {
  const tickers = readNames(params, 'market_ticker', 'market_tickers');
  const ids = readNames(params, 'market_id', 'market_ids');
  if (tickers && ids) throw new CommandRefusal(11);
  return { tickers: tickers ?? [], ids: ids ?? [], isGiven: tickers !== undefined || ids !== undefined };
}

/** One name or a list of them, never both. An empty list names nothing, and must not come to mean everything. */
function readNames(params: Params, single: string, plural: string): string[] | undefined {
  const one = params[single];
  const many = params[plural];
  if (one !== undefined && many !== undefined) throw new CommandRefusal(11);
  if (one !== undefined) return textsIn([one]);
  if (many === undefined) return undefined;
  if (Array.isArray(many) && many.length === 0) throw new CommandRefusal(14);
  return textsIn(many);
}

function checkSelection(rules: ChannelRules, selection: Selection): void {
  if (rules.markets === 'required' && selection.tickers.length === 0) throw new CommandRefusal(14);
  const takesIds = rules.name === 'ticker' || rules.markets === 'ignored';
  if (selection.ids.length > 0 && !takesIds) throw new CommandRefusal(11);
}

function checkSharding(params: Params): void {
  const { shard_factor: factor, shard_key: key } = params;
  if (factor === undefined && key === undefined) return;
  if (factor === undefined) throw new CommandRefusal(20);
  if (typeof factor !== 'number' || !Number.isSafeInteger(factor)) throw new CommandRefusal(11);
  if (factor <= 0) throw new CommandRefusal(19);
  if (factor > MAX_SHARDS) throw new CommandRefusal(22);
  if (key === undefined) return;
  if (typeof key !== 'number' || !Number.isSafeInteger(key)) throw new CommandRefusal(11);
  if (key < 0 || key >= factor) throw new CommandRefusal(21);
}

function textsIn(value: unknown): string[] {
  if (!Array.isArray(value)) throw new CommandRefusal(11);
  return value.map((one: unknown) => {
    if (typeof one !== 'string' || one === '') throw new CommandRefusal(11);
    return one;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
