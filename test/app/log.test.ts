import assert from 'node:assert/strict';
import { type Level, levelOfRuntime, terminalLog } from '../../lib/app/log.ts';

describe('what the terminal shows', () => {
  it('shows what is at least as important as was asked for, with the time of day here', () => {
    const lines: string[] = [];
    const noonHere = new Date(2026, 10, 20, 12, 3, 4).getTime();
    const log = terminalLog(
      'info',
      (line) => lines.push(line),
      () => noonHere,
    );
    const levels: Level[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];
    for (const level of levels) log.say(level, `a ${level}`);
    assert.deepEqual(lines, [
      '12:03:04 fatal a fatal',
      '12:03:04 error a error',
      '12:03:04 warn  a warn',
      '12:03:04 info  a info',
    ]);
  });

  it('keeps what Node-RED tells of itself for those who look for a fault', () => {
    const cases: [level: number, text: string, shown: Level][] = [
      [40, 'Node-RED version: v5.0.7', 'debug'],
      [40, '[Courtside] Cannot import third party widgets from main application root package.json', 'debug'],
      [30, 'Projects disabled : editorTheme.projects.enabled=false', 'debug'],
      [30, 'Encrypted credentials not found', 'debug'],
      [30, 'Waiting for missing types to be registered:', 'warn'],
      [20, 'the last message could not be handled', 'error'],
      [10, 'out of memory', 'fatal'],
      [50, 'loaded', 'debug'],
      [60, 'wired', 'trace'],
    ];
    for (const [level, text, shown] of cases) assert.equal(levelOfRuntime(level, text), shown, text);
  });
});
