import assert from 'node:assert/strict';
import { courtsideHome, nightDir, nightFolder, readOptions } from '../../lib/app/practice-options.ts';

describe('the command line of the practice exchange', () => {
  it('has a default for everything', () => {
    assert.deepEqual(readOptions([]), {
      port: 8791,
      games: undefined,
      from: undefined,
      to: undefined,
      reading: 'exact',
      seed: undefined,
      speed: 60,
      isLockstep: false,
      tier: undefined,
      shards: 1,
      hasFaults: false,
      hasThursdayPause: false,
      dir: undefined,
    });
  });

  it('reads everything', () => {
    const line =
      '--port 0 --games G --from 2025-11-01 --to 2025-11-30 --reading path --seed 7 --speed max --tier premier --shards 4 --faults --thursday-pause --dir D';
    assert.deepEqual(readOptions(line.split(' ')), {
      port: 0,
      games: 'G',
      from: '2025-11-01',
      to: '2025-11-30',
      reading: 'path',
      seed: 7,
      speed: Number.POSITIVE_INFINITY,
      isLockstep: false,
      tier: 'premier',
      shards: 4,
      hasFaults: true,
      hasThursdayPause: true,
      dir: 'D',
    });
    assert.equal(readOptions(['--speed', '2.5']).speed, 2.5);
    assert.equal(readOptions(['--lockstep']).isLockstep, true);
  });

  it('takes one day as a range, and the last of a leap February', () => {
    const { from, to } = readOptions(['--games', 'G', '--from', '2028-02-29', '--to', '2028-02-29']);
    assert.deepEqual([from, to], ['2028-02-29', '2028-02-29']);
  });

  for (const line of [['--dir', 'D'], ['--dir=D']]) {
    it(`takes ${line.join(' ')} before the folder of the door`, () => {
      assert.equal(readOptions(line, { dir: 'tonight' }).dir, 'D');
      assert.equal(readOptions([], { dir: 'tonight' }).dir, 'tonight');
    });
  }

  const wrong: [line: string, text: RegExp][] = [
    ['--port eighty', /--port takes a whole number from 0 to 65535, not "eighty"/],
    ['--port 70000', /--port takes/],
    ['--seed -1', /--seed/],
    ['--speed 0', /--speed takes a number above 0/],
    ['--speed fast', /--speed/],
    ['--speed max', /--speed max goes with --games: generated games have no end/],
    ['--tier gold', /--tier takes one of basic/],
    ['--shards 2', /--shards takes one of 1, 4/],
    ['--from 2025-11-01', /go with --games/],
    ['--games G --from yesterday', /--from takes a date/],
    ['--games G --to 2025-13-40', /--to takes a date/],
    ['--games G --from 2026-02-31', /--from takes a date as YYYY-MM-DD, not "2026-02-31"/],
    ['--games G --from 2025-11-30 --to 2025-11-01', /--from 2025-11-30 is after --to 2025-11-01/],
    ['--games=', /--games takes a path/],
    ['--dir=', /--dir takes a path/],
    ['--games G --reading loud', /--reading takes one of exact, path/],
    ['--lockstep --speed 3', /exclude each other/],
    ['--colour red', /colour/],
    ['stray', /stray/],
  ];
  for (const [line, text] of wrong) {
    it(`refuses "${line}" in one line`, () => {
      assert.throws(() => readOptions(line.split(' ')), { name: 'UsageError', message: text });
      assert.throws(() => readOptions(line.split(' ')), { message: /^[^\n]+$/ });
    });
  }

  it('gives each choice of games a folder of its own, however fast the night runs', () => {
    const folder = (line: string) => nightFolder(readOptions(line === '' ? [] : line.split(' ')));
    assert.equal(folder(''), 'tonight');
    assert.equal(folder('--speed 600'), 'tonight');
    assert.equal(folder('--lockstep'), 'tonight');
    assert.match(folder('--seed 7'), /^seed-7-[0-9a-f]{8}$/);
    assert.match(folder('--games ../my+games.jsonl'), /^my_games\.jsonl-[0-9a-f]{8}$/);
    const lines = [
      '',
      '--seed 7',
      '--seed 8',
      '--shards 4',
      '--thursday-pause',
      '--games G',
      '--games H',
      '--games G --seed 7',
      '--games G --from 2025-11-01',
      '--games G --to 2025-11-01',
      '--games G --reading path',
    ];
    assert.equal(new Set(lines.map(folder)).size, lines.length);
  });

  it('keeps a night in the home folder, or where it was asked to', () => {
    assert.equal(nightDir(readOptions([]), '/home'), '/home/practice/tonight');
    assert.equal(nightDir(readOptions(['--dir', 'D', '--seed', '7']), '/home'), 'D');
  });

  it('finds its home in COURTSIDE_HOME, else under the user', () => {
    assert.equal(courtsideHome({ COURTSIDE_HOME: '/c' }, '/u'), '/c');
    assert.match(courtsideHome({}, '/u'), /^.u.\.courtside$/);
  });
});
