/** `npm start`: the practice exchange for a person: says in words what runs and how to reach it. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runPractice } from '../practice-door.ts';
import { courtsideHome } from '../practice-options.ts';

const dir = join(courtsideHome(process.env, homedir()), 'practice', 'tonight');

await runPractice(
  process.argv.slice(2),
  ({ server, night, keyId, privateKeyPath, isResumed }) => {
    const { speed, isLockstep } = night.clock;
    const pace = isLockstep ? 'one event per step' : `${speed} times as fast as real time`;
    return [
      `The practice exchange is ${isResumed ? 'going on where it stopped' : 'open'}. No account, no money: everything stays on this machine.`,
      '',
      `  REST        ${server.rest}`,
      `  WebSocket   ${server.ws}`,
      `  clock       ${server.url}/practice/clock  (${pace})`,
      `  markets     ${server.rest}/markets?status=open`,
      `  key id      ${keyId}`,
      `  key file    ${privateKeyPath}`,
      '',
      'Ctrl-C ends it. The next start goes on at the same instant.',
    ].join('\n');
  },
  { dir },
);
