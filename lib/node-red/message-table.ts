/** Every property of our messages, once. Help, docs and tests are generated from it; the builders are held to it by a test. */

export interface MessageProperty {
  name: string;
  type: 'string' | 'number' | 'boolean' | 'object' | 'array';
  unit?: 'cents' | 'dollars' | 'contracts' | 'seconds' | 'ISO time';
  /** May be null: not known, or not applicable. Never zero instead. */
  nullable?: true;
  meaning: string;
}

/** One property of the message itself (`msg.NAME`), or one kind of payload. */
export interface MessagePartTable {
  /** Where it is in the message. */
  at: string;
  type: MessageProperty['type'];
  nullable?: true;
  meaning: string;
  properties: readonly MessageProperty[];
}

const text = (name: string, meaning: string): MessageProperty => ({ name, type: 'string', meaning });
const flag = (name: string, meaning: string): MessageProperty => ({ name, type: 'boolean', meaning });
const count = (name: string, meaning: string): MessageProperty => ({ name, type: 'number', meaning });
const list = (name: string, meaning: string): MessageProperty => ({ name, type: 'array', meaning });
const object = (name: string, meaning: string): MessageProperty => ({ name, type: 'object', meaning });
const cents = (name: string, meaning: string): MessageProperty => ({ name, type: 'number', unit: 'cents', meaning });
const dollars = (name: string, meaning: string): MessageProperty => ({ name, type: 'number', unit: 'dollars', meaning });
const contracts = (name: string, meaning: string): MessageProperty => ({ name, type: 'number', unit: 'contracts', meaning });
const seconds = (name: string, meaning: string): MessageProperty => ({ name, type: 'number', unit: 'seconds', meaning });
const time = (name: string, meaning: string): MessageProperty => ({ name, type: 'string', unit: 'ISO time', meaning });
const maybe = (property: MessageProperty): MessageProperty => ({ ...property, nullable: true });

const KIND = (kinds: string) => text('kind', kinds);
const WHEN = time('at', 'Market time: on practice the exchange’s own.');

const ORDER_CAUSE = [
  text('ruleId', 'The rule whose lots these are (the uuid of its node), or `manual`.'),
  text('ticker', 'The market.'),
  text('event', 'The game’s event ticker.'),
  text('leg', '`entry` or `exit`.'),
];

const TRIP = [
  text('rule', 'The limit: `manual`, `daily_loss`, `consecutive_losses`, `open_positions` or `exposure_total`.'),
  text('reason', 'One sentence for a person.'),
  maybe(count('reading', 'What was measured: dollars for `daily_loss` and `exposure_total`, else a count.')),
  maybe(count('limit', 'What is allowed, in the same unit.')),
  text(
    'until',
    '`next_trading_day`, `reset` by a person, `reading` (as soon as the reading allows it), or the time as ISO text.',
  ),
  time('since', 'When it began, market time.'),
  text('tradingDay', 'New York’s date of that time.'),
];

export const MESSAGE_TABLE = {
  topic: { at: 'topic', type: 'string', meaning: 'The market’s ticker.', properties: [] },
  environment: {
    at: 'environment',
    type: 'string',
    meaning: 'Where the data and orders are: `practice`, `paper`, `demo`, `live` or `replay`.',
    properties: [],
  },
  account: {
    at: 'account',
    type: 'object',
    meaning: 'The account that this message is about.',
    properties: [text('id', 'Its uuid.'), text('label', 'Its name, as given in the account node.')],
  },
  update: {
    at: 'payload',
    type: 'object',
    meaning: 'A market that has changed, or a second that has passed.',
    properties: [
      KIND(
        '`update`: quote, game or market changed · `tick`: a second of market time has passed on a market that is held or has an order on its way.',
      ),
      maybe(seconds('feedAge', 'How long ago the connection to the market was last heard of. Null: it is down.')),
      WHEN,
    ],
  },
  market: {
    at: 'market',
    type: 'object',
    meaning: 'The market: one team’s YES/NO contract.',
    properties: [
      text('ticker', 'Its ticker.'),
      text('event', 'The game’s event ticker.'),
      text('team', 'The outcome: a team, a player, a draw.'),
      text('title', 'The exchange’s title.'),
      text('status', '`unopened`, `open`, `paused`, `closed`, `determined` or `finalized`.'),
      maybe(cents('result', 'What one YES pays, once determined.')),
    ],
  },
  quote: {
    at: 'quote',
    type: 'object',
    nullable: true,
    meaning: 'Best bid and ask of YES. Null while nothing is known.',
    properties: [
      maybe(cents('bid', 'The best bid. Null: nobody buys.')),
      contracts('bidSize', 'Contracts wanted there.'),
      maybe(cents('ask', 'The best ask. Null: nobody sells.')),
      contracts('askSize', 'Contracts offered there.'),
      maybe(cents('spread', 'Ask minus bid.')),
      text('source', '`socket` or `rest`.'),
      time('at', 'When the exchange said so, market time.'),
    ],
  },
  game: {
    at: 'game',
    type: 'object',
    meaning: 'The game, as far as its score source tells.',
    properties: [
      text('event', 'Its event ticker.'),
      text('series', 'The exchange’s series, for example `KXNBAGAME`.'),
      text('league', 'NBA, NFL, MLB, …'),
      text('title', 'The exchange’s title.'),
      maybe(text('home', 'Home team.')),
      maybe(text('away', 'Away team.')),
      maybe(time('startsAt', 'Scheduled start.')),
      maybe(text('phase', '`pre`, `live`, `break`, `final` or `postponed`. Null: nobody tells.')),
      maybe(count('period', 'Quarter, half, period, inning or set; overtime counts on.')),
      maybe(text('half', 'Baseball: `top` or `bottom` of the inning.')),
      maybe(seconds('clock', 'On the game clock as the league shows it.')),
      maybe(text('progress', 'The same in words: `Q3 4:21`, `end of 6th`.')),
      maybe(count('homeScore', 'Points, runs, goals or sets.')),
      maybe(count('awayScore', 'Points, runs, goals or sets.')),
      maybe(time('startedAt', 'When it really began.')),
      maybe(time('asOf', 'As of when the score source says all this.')),
      maybe(text('source', 'Which score source: `kalshi` or `espn`.')),
    ],
  },
  baseline: {
    at: 'baseline',
    type: 'object',
    meaning: 'The market’s price before the game.',
    properties: [
      text('status', '`collecting`, `frozen` (final; rules may use it), `missed` or `invalid`.'),
      maybe(cents('price', 'The baseline; while collecting, what it would be if the game began now.')),
      maybe(cents('devigged', 'The same with the margin between the teams taken out.')),
      maybe(text('grade', '`A` (well measured) to `D`.')),
      list('reasons', 'Why the grade is not A.'),
      maybe(text('method', '`window`, `last_valid` or `candles`.')),
      count('samples', 'Valid samples so far, of 30.'),
      maybe(cents('spread', 'Median spread of the samples.')),
      maybe(time('startedAt', 'The start of the game that it was frozen at.')),
      maybe(text('reason', 'Why there is none.')),
    ],
  },
  decision: {
    at: 'payload',
    type: 'object',
    meaning: 'What a rule decided and why. Sent when the answer has changed.',
    properties: [
      KIND('`no`: not entered · `hold`: not left · `finished`: the game is over, settlement follows.'),
      text('leg', '`entry` or `exit`.'),
      maybe(
        text(
          'gate',
          'The first check that failed, as the parameter’s name; of an exit, the check that applies but cannot be followed now.',
        ),
      ),
      text('reason', 'For a person: `drop 9.0 < 12.0`.'),
      list('notes', 'What could not be checked, or was checked in another way.'),
      object('numbers', 'What the decision looked at; names end in their unit.'),
      WHEN,
    ],
  },
  signal: {
    at: 'payload',
    type: 'object',
    meaning: 'A rule’s wish for one order. The same object stays on the message as `signal`.',
    properties: [
      KIND('`signal`'),
      text('accountId', 'The account’s uuid.'),
      ...ORDER_CAUSE,
      count('round', 'Counts from 0.'),
      count('attempt', 'Counts from 0.'),
      text('action', '`buy` or `sell`.'),
      text('side', '`yes` or `no`; prices are of this outcome.'),
      contracts('contracts', 'How many.'),
      cents('limit', 'The worst price that is taken.'),
      cents('price', 'The price that the rule saw; slippage is measured against it.'),
      flag('reduceOnly', 'The exchange keeps it within the position: always so for exits.'),
      maybe(
        text(
          'exitReason',
          '`take_profit`, `stop_loss`, `trailing_stop`, `time_exit`, `game_finished`, `salvage`, `manual`, `emergency_stop` or `reconciled`.',
        ),
      ),
      text('reason', 'For a person.'),
      list('notes', 'What could not be checked, or was checked in another way.'),
      object('numbers', 'What the decision looked at; names end in their unit.'),
      maybe(object('caps', '`maxEntriesPerGame`, `maxTotalPositions`, `averagingDown`: what the rule allows. Null for exits.')),
      maybe(cents('maxPriceMove', 'The ask may move this far before the order is sent. Null for exits.')),
      seconds('patience', 'How long a confirmation is waited for.'),
      object('actor', 'Who wished it: `kind`, and `id` and `name` of a rule.'),
      WHEN,
    ],
  },
  order: {
    at: 'payload',
    type: 'object',
    meaning: 'What became of a signal. The same object stays on the message as `order`.',
    properties: [
      KIND('`order`'),
      text('outcome', '`filled` (at least four fifths), `partial`, `not_filled`, `unresolved`, or `refused`: never sent.'),
      ...ORDER_CAUSE,
      text('action', '`buy` or `sell`.'),
      text('side', '`yes` or `no`; prices are of this outcome.'),
      maybe(text('clientOrderId', 'Our id of the order. Null: it was never made.')),
      maybe(text('orderId', 'The exchange’s id.')),
      maybe(
        text(
          'state',
          '`intended`, `sent`, `acknowledged`, `partly_filled`, `filled`, `canceled`, `refused`, `absent` or `unresolved`.',
        ),
      ),
      contracts('wanted', 'How many were asked for.'),
      contracts('filled', 'How many were filled.'),
      cents('limit', 'The worst price that was taken.'),
      maybe(cents('average', 'Average price of the fills, up to four decimals.')),
      dollars('fees', 'Paid on the fills.'),
      maybe(cents('slippage', 'Per contract against the signal’s price; positive is worse.')),
      maybe(text('code', 'Stable code of a refusal or failure.')),
      maybe(text('exitReason', 'Of an exit: why.')),
      text('reason', 'For a person.'),
      list(
        'trades',
        'Round trips that this order closed: `contracts`, `entry`, `exit` (cents), `gross`, `fees`, `net` (dollars), `exitReason`, `openedAt`, `closedAt`.',
      ),
      WHEN,
    ],
  },
  blocked: {
    at: 'payload',
    type: 'object',
    meaning: 'A signal that the order path would refuse now. The signal stays on the message as `signal`.',
    properties: [
      KIND('`blocked`'),
      text('rule', 'The first limit that blocks.'),
      text('reason', 'For a person.'),
      list('blocks', 'Every limit that blocks: `rule`, `reason`, `reading`, `limit`, `until`, `since`, `tradingDay`.'),
      WHEN,
    ],
  },
  trip: {
    at: 'payload',
    type: 'object',
    meaning: 'A limit that began or ceased to block entries.',
    properties: [KIND('`trip`, `release` (ended by itself) or `reset` (by a person)'), ...TRIP],
  },
  reconcile: {
    at: 'payload',
    type: 'object',
    meaning: 'One comparison of the memory with the exchange.',
    properties: [
      KIND('`reconcile`'),
      flag('agreed', 'Whether memory and exchange agree.'),
      text('cause', '`start`, `schedule`, `reconnect`, `request` or `shutdown`.'),
      list('findings', 'What differed, one sentence each.'),
      list('repairs', 'What was put right, one sentence each.'),
      maybe(text('code', 'Stable code where the comparison itself failed.')),
      maybe(text('message', 'The same for a person.')),
      WHEN,
    ],
  },
  command: {
    at: 'payload',
    type: 'object',
    meaning: 'A command, as an object or as its name alone.',
    properties: [
      text('command', '`pause` (entries), `resume`, `close`, `close_all`, `reset` or `reconcile`.'),
      maybe(text('position', 'For `close`: the position’s id.')),
      maybe(text('ticker', 'For `close`: instead of the id, every position in this market.')),
      maybe(text('rule', 'For `reset`: the limit.')),
      maybe(text('note', 'For the record, in the person’s words.')),
    ],
  },
  done: {
    at: 'payload',
    type: 'object',
    meaning: 'What became of a command.',
    properties: [
      KIND('`command`'),
      text('command', 'Which.'),
      flag('done', 'Whether it was done.'),
      maybe(text('code', 'Stable code of a refusal.')),
      text('message', 'For a person.'),
      WHEN,
    ],
  },
  alert: {
    at: 'payload',
    type: 'object',
    meaning: 'Something that a person should be told, in a flow’s own words.',
    properties: [
      KIND('`alert`'),
      maybe(text('level', '`info`, `warning` or `error`; `info` where it is not said.')),
      text('title', 'In a few words.'),
      maybe(text('text', 'One or two sentences.')),
      maybe(text('key', 'What is the same alert has the same key, and is told once.')),
    ],
  },
} as const satisfies Readonly<Record<string, MessagePartTable>>;

export type MessagePart = keyof typeof MESSAGE_TABLE;
