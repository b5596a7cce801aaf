import assert from 'node:assert/strict';
import { closeAllQuestion, closeQuestion } from '../../dashboard/shared/consequences.ts';
import { scoreLine } from '../../dashboard/shared/game-words.ts';
import { funnel } from '../../dashboard/shared/patch.ts';
import { lastAt, thinned, withPoint } from '../../dashboard/shared/series.ts';
import {
  age,
  arrow,
  cents,
  dollars,
  leagueName,
  pace,
  roundDollars,
  signedDollars,
  tone,
  until,
} from '../../dashboard/shared/words.ts';
import { evening, gameView, positionView } from './night.ts';

describe('numbers as a trader reads them', () => {
  const cases: [string, string, string][] = [
    ['a price', cents(47), '47c'],
    ['a price in parts of a cent', cents(47.5), '47.5c'],
    ['a price that is not known', cents(null), '–'],
    ['a fall', cents(-3), '−3c'],
    ['an amount', dollars(10127.5), '10,127.50'],
    ['a round limit', roundDollars(2000), '2,000'],
    ['a limit that is not round', roundDollars(1012.75), '1,012.75'],
    ['a profit', signedDollars(12.4), '+12.40'],
    ['a loss', signedDollars(-350), '−350.00'],
    ['nothing', signedDollars(0), '0.00'],
    ['less than half a cent of loss', signedDollars(-0.004), '0.00'],
    ['a result that is not known', signedDollars(null), '–'],
    ['a part of a second', age(0.23), '0.2 s'],
    ['whole seconds', age(3), '3 s'],
    ['a while', age(250), '4 min'],
    ['hours and minutes', age(7_260), '2 h 1 min'],
    ['whole hours', age(7_200), '2 h'],
    ['soon', until(40_000, 0), 'in 40 s'],
    ['later', until(45 * 60_000, 0), 'in 45 min'],
    ['much later', until(200 * 60_000, 0), 'in 3 h 20 min'],
    ['in whole hours', until(180 * 60_000, 0), 'in 3 h'],
    ['past', until(0, 1), 'now'],
    ['a fast night', pace(60), '60x'],
    ['time in steps', pace(0), 'in steps'],
    ['time as it is', pace(1), ''],
    ['a league known by its letters', leagueName('NBA'), 'NBA'],
    ['a league that is a word', leagueName('SOCCER'), 'Soccer'],
  ];
  for (const [what, is, wanted] of cases) it(`reads ${what} as ${wanted}`, () => assert.equal(is, wanted));

  it('tells profit from loss by sign, arrow and tone together', () => {
    assert.deepEqual([arrow(1), tone(1), arrow(-1), tone(-1), arrow(null), tone(null)], ['▲', 'up', '▼', 'down', '', 'even']);
  });

  it('shows a game by its short names, and by its title where a score is missing', () => {
    assert.equal(scoreLine(gameView('MIA', 'CHI')), 'MIA 44–52 CHI');
    assert.equal(scoreLine(gameView('MIA', 'CHI', { homeScore: null })), 'MIA at CHI');
    assert.equal(scoreLine(gameView('MIA', 'CHI', { home: null })), 'Miami at Chicago');
  });

  it('counts each stage of the funnel with all that came further, without games that are over', () => {
    assert.deepEqual(
      funnel(evening()).map(({ games }) => games),
      [6, 4, 3, 2, 2],
    );
  });
});

describe('what a closing button says first', () => {
  it('names the holding, the price and the result', () => {
    const { title, consequence, yes } = closeQuestion(positionView('MIA', 'CHI'));
    assert.equal(title, 'Close 96 Miami YES?');
    assert.equal(consequence, 'Sells all 96 contracts at the bid, now 58c. About +6.24, before the fee of the sale.');
    assert.equal(yes, 'Sell 96 now');
  });

  it('says what is not known', () => {
    const { consequence } = closeQuestion(positionView('MIA', 'CHI', { now: null, profit: null }));
    assert.equal(consequence, 'Sells all 96 contracts at the best bid there is; the price is not known now. Result not known.');
  });

  it('adds up what closing all would come to', () => {
    const positions = [...evening().positions, positionView('BOS', 'NYK', { profit: null })];
    const { title, consequence } = closeAllQuestion(positions, 'running');
    assert.equal(title, 'Close all 3 positions?');
    assert.match(consequence, /^Sells 302 contracts at the bid\. About \+0\.37 without 1 position whose price is not known\./);
    assert.match(consequence, /Entries go on: pause them too/);
    assert.doesNotMatch(closeAllQuestion(positions, 'paused').consequence, /Entries/);
  });
});

describe('series of points', () => {
  it('stay under their bound, keep their order and their newest points', () => {
    let series: number[] = [];
    for (let n = 0; n < 10_000; n++) series = withPoint(series, n, 100);
    assert.ok(series.length <= 100 && series.length > 50);
    assert.deepEqual(
      series,
      series.toSorted((a, b) => a - b),
    );
    assert.equal(series.at(-1), 9_999);
    assert.equal(series[0], 0);
  });

  it('are thinned evenly, with both ends', () => {
    assert.deepEqual(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8], 3), [0, 4, 8]);
    assert.deepEqual(thinned([1, 2], 3), [1, 2]);
  });

  it('find the last point at or before a time', () => {
    assert.deepEqual(
      [9, 10, 15, 30, 99].map((ms) => lastAt([10, 20, 30], ms)),
      [-1, 0, 0, 2, 2],
    );
  });
});
