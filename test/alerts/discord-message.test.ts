import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { messageOf } from '../../lib/alerts/discord/message.ts';
import { oneLine, plain } from '../../lib/alerts/discord/text.ts';
import { ALERT_KINDS, type Alert } from '../../lib/trading/ports/outbox.ts';
import { ENVIRONMENTS } from '../../lib/trading/ports/venue.ts';
import { problemsOf } from './discord-stand-in.ts';

const alertWith = (change: Partial<Alert> = {}): Alert => ({
  kind: 'entry',
  key: 'order 1 filled',
  accountId: 'account',
  environment: 'practice',
  level: 'info',
  title: 'Bought 10 Knicks at 47.0c',
  facts: [['Why', 'drop 15.0 of 12.0']],
  atMs: Date.UTC(2026, 10, 20, 1, 2, 3),
  ...change,
});

/** What Discord's markup makes of a text: what is shown, and the markup that it found. A plain model, stricter than Discord is. */
function rendered(source: string): { shown: string; markup: string[] } {
  // An escaped character is a character that means nothing.
  const bare = source.replace(/\\([^0-9A-Za-z\s])/gu, '\u{E000}');
  const markup = [
    ...bare.matchAll(/[\\*_~`|<>[\]#@]/gu),
    ...bare.matchAll(/[a-z][a-z0-9+.-]*:\/\//giu),
    ...bare.matchAll(/:[^\s:]+:/gu),
    ...bare.matchAll(/^\s*(?:[-+]|\d+[.)])\s/gu),
    ...bare.matchAll(/[\r\n]/gu),
  ].map(([found]) => found);
  const shown = source.replaceAll('\u200B', '').replace(/\\([^0-9A-Za-z\s])/gu, '$1');
  return { shown, markup };
}

const HOSTILE = [
  '@everyone',
  '@here',
  '<@123456789012345678>',
  '<@&1>',
  '<#1>',
  '</kill:1>',
  '<t:0:R>',
  '<:a:1>',
  ':smile:',
  'https://evil.example/x',
  'HTTP://a.b',
  'discord://x',
  '[free](https://evil.example)',
  '**bold**',
  '__x__',
  '~~x~~',
  '||x||',
  '`x`',
  '```js\nx```',
  '# big',
  '-# small',
  '> quote',
  '>>> quote',
  '- item',
  '* item',
  '1. item',
  '1) item',
  '\\',
  '\\\\',
  '\\*',
  '\u200b',
  '\u202e',
  '\u2028',
  '\r\n',
  '\0',
  '\ud800',
  '🏀',
  'é',
  ' ',
  'a',
  ':',
  '/',
  '.',
  '7:05',
];
const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' })), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: fc.constantFrom(...Array.from('\\*_~`|<>[]()#@:/-+. \n1ah')) }),
);

describe('text for Discord', () => {
  it('shows outside text as it is, and nothing of it is markup, a link or a mention', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 8, max: 300 }), (text, most) => {
        const source = plain(text, most);
        assert.ok(source.length <= most);
        const { shown, markup } = rendered(source);
        assert.deepEqual(markup, []);
        const line = oneLine(text);
        if (line === '') assert.equal(shown, '–');
        else if (shown !== line) {
          assert.ok(shown.endsWith('…') && line.startsWith(shown.slice(0, -1)), `${line} shown as ${shown}`);
        }
        assert.ok(source.isWellFormed());
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds markup in what is not escaped: the model is not blind', () => {
    for (const text of HOSTILE.slice(0, 27)) assert.notDeepEqual(rendered(text).markup, [], text);
  });

  it('escapes no more than it has to', () => {
    const cases = [
      ['Bought 10 Knicks at 47.0c, -12.50 dollars', 'Bought 10 Knicks at 47.0c, -12.50 dollars'],
      ['Entry blocked: daily loss', 'Entry blocked: daily loss'],
      ['Q3 7:05', 'Q3 7\\:05'],
      ['take_profit', 'take\\_profit'],
      ['- 5', '\\- 5'],
      ['-5', '-5'],
      ['12. of May', '12\\. of May'],
      ['@everyone', '\\@\u200Beveryone'],
      [' \n\t ', '–'],
      ['a\nb', 'a b'],
      ['a\u202Eb', 'ab'],
    ] as const;
    for (const [text, source] of cases) assert.equal(plain(text, 100), source);
  });

  it('cuts between characters, never within one', () => {
    assert.equal(plain('ab*cd', 6), 'ab\\*cd');
    assert.equal(plain('ab*cd', 5), 'ab\\*…');
    assert.equal(plain('ab*cd', 4), 'ab…');
    assert.equal(plain('🏀🏀🏀', 4), '🏀…');
    assert.equal(plain('a@bcdef', 5), 'a\\@\u200B…');
  });
});

describe('messages for Discord', () => {
  it('tell the alert in one embed', () => {
    assert.deepEqual(messageOf(alertWith()), {
      embeds: [
        {
          author: { name: 'Entry' },
          title: 'Bought 10 Knicks at 47.0c',
          color: 0x7f_9f_c9,
          fields: [{ name: 'Why', value: 'drop 15.0 of 12.0', inline: true }],
          footer: { text: 'Courtside · practice' },
          timestamp: '2026-11-20T01:02:03.000Z',
        },
      ],
      allowed_mentions: { parse: [] },
    });
  });

  it('look their kind, their level and their environment', () => {
    const lookOf = (change: Partial<Alert>) => messageOf(alertWith(change)).embeds[0];
    const colours = ALERT_KINDS.map((kind) => lookOf({ kind, environment: 'live' }).color);
    assert.equal(new Set(colours).size, ALERT_KINDS.length - 1, 'a trip is as red as an error');
    assert.deepEqual(
      ALERT_KINDS.map((kind) => lookOf({ kind }).author.name),
      ['Entry', 'Exit', 'Error', 'Orphan', 'Breaker', 'Message'],
    );
    assert.notEqual(lookOf({ environment: 'live' }).color, lookOf({}).color);
    assert.equal(lookOf({ level: 'error' }).color, lookOf({ kind: 'error' }).color);
    assert.equal(lookOf({ environment: 'live' }).footer.text, 'Courtside · LIVE, real money');
    assert.equal(lookOf({ environment: undefined }).footer.text, 'Courtside');
  });

  it('say how many facts are left out, and leave out a time that is none', () => {
    const facts = Array.from({ length: 40 }, (_, index) => [`label ${index}`, 'value'] as const);
    const { fields } = messageOf(alertWith({ facts })).embeds[0];
    assert.deepEqual([fields.length, fields.at(-1)?.value, fields.at(-2)?.name], [25, '16 more', 'label 23']);
    assert.equal(messageOf(alertWith({ facts: facts.slice(0, 25) })).embeds[0].fields.at(-1)?.name, 'label 24');
    const long = Array.from({ length: 10 }, (_, index) => [`label ${index}`, 'x'.repeat(2_000)] as const);
    const cut = messageOf(alertWith({ facts: long })).embeds[0].fields;
    assert.deepEqual([cut.length, cut.at(-1)?.value], [6, '5 more']);
    for (let length = 600; length <= 1_000; length++) {
      const facts = Array.from({ length: 10 }, () => ['l', 'x'.repeat(length)] as const);
      assert.deepEqual(problemsOf(messageOf(alertWith({ facts }))), [], String(length));
    }
    for (const atMs of [Number.NaN, -1, 1e17]) assert.equal(messageOf(alertWith({ atMs })).embeds[0].timestamp, undefined);
  });

  it('are taken by Discord whatever the alert says', () => {
    const long = fc.oneof(hostileText, fc.string({ maxLength: 5_000, size: 'max' }), fc.constant('*'.repeat(4_000)));
    const alerts = fc.record({
      kind: fc.constantFrom(...ALERT_KINDS),
      environment: fc.constantFrom(undefined, ...ENVIRONMENTS),
      level: fc.constantFrom('debug' as const, 'info' as const, 'warning' as const, 'error' as const),
      title: long,
      facts: fc.array(fc.tuple(long, long), { maxLength: 40 }),
      atMs: fc.oneof(fc.integer(), fc.double()),
    });
    fc.assert(
      fc.property(alerts, (change) => {
        const message = messageOf(alertWith(change));
        assert.deepEqual(problemsOf(message), []);
        const { title, fields } = message.embeds[0];
        for (const text of [title, ...fields.flatMap(({ name, value }) => [name, value])]) {
          assert.deepEqual(rendered(text).markup, []);
        }
        const shown = fields.length - (fields.at(-1)?.name === 'And' ? 1 : 0);
        assert.ok(shown === change.facts.length || fields.at(-1)?.value === `${change.facts.length - shown} more`);
      }),
      { numRuns: 500 },
    );
  });
});
