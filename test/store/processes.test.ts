import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onEachEngine, onEngine, SQLITE } from './engines.ts';
import { newAccount } from './stage.ts';

const INTENDER = fileURLToPath(new URL('./intender.ts', import.meta.url));
const ROUNDS = 10;
/** More than are committed before the end comes. */
const MANY = 1_000_000;

interface Intender {
  child: ChildProcess;
  accountId: string;
  /** Words, number and id of what was answered. */
  answers: string[][];
  begin(): void;
  /** Resolves when so many were answered. */
  answered(many: number): Promise<void>;
  ended: Promise<unknown>;
}

async function startIntender(options: object, work: { attempt: number; from: number; to: number }): Promise<Intender> {
  const args = [JSON.stringify(options), ...[work.attempt, work.from, work.to].map(String)];
  const child = spawn(process.execPath, [INTENDER, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const answers: string[][] = [];
  const lines = createInterface({ input: child.stdout });
  const [ready] = (await once(lines, 'line')) as [string];
  const [, accountId = ''] = ready.split(' ');
  const waiting: { many: number; resolve: () => void }[] = [];
  lines.on('line', (line) => {
    answers.push(line.split(' '));
    for (const one of waiting) if (answers.length >= one.many) one.resolve();
  });
  return {
    child,
    accountId,
    answers,
    begin: () => child.stdin.write('go\n'),
    answered: (many) =>
      new Promise((resolve) => {
        waiting.push({ many, resolve });
      }),
    ended,
  };
}

onEngine(SQLITE, 'a program that is killed while it commits', (ground) => {
  it('has lost nothing that was answered', async function () {
    this.timeout(120_000);
    const { options } = ground.place;
    const answered = new Set<string>();
    let accountId = '';
    for (let round = 0; round < ROUNDS; round++) {
      const intender = await startIntender(options, { attempt: 0, from: round * MANY, to: (round + 1) * MANY });
      accountId = intender.accountId;
      intender.begin();
      // Each round is killed somewhere else in its work.
      await intender.answered(1 + Math.floor(Math.random() * 60));
      intender.child.kill('SIGKILL');
      await intender.ended;
      for (const [word, , id] of intender.answers) {
        assert.equal(word, 'committed');
        if (id !== undefined) answered.add(id);
      }
    }
    const remembered = new Set((await ground.store.orders.open(accountId)).map(({ clientOrderId }) => clientOrderId));
    assert.ok(answered.size >= ROUNDS);
    assert.deepEqual(
      [...answered].filter((id) => !remembered.has(id)),
      [],
    );
    assert.deepEqual(
      (await ground.place.ask('PRAGMA integrity_check')).map((row) => ({ ...row })),
      [{ integrity_check: 'ok' }],
    );
  });
});

onEachEngine('two programs on one database', (ground) => {
  it('never both get the same lock', async function () {
    this.timeout(60_000);
    const count = 150;
    const both = await Promise.all([0, 1].map((attempt) => startIntender(ground.place.options, { attempt, from: 0, to: count })));
    const [first, second] = both;
    assert.equal(first?.accountId, second?.accountId);
    for (const intender of both) intender.begin();
    await Promise.all(both.map(({ ended }) => ended));
    const answers = both.flatMap((intender) => intender.answers);
    assert.equal(answers.length, 2 * count);
    const byLock = Map.groupBy(answers, ([, number]) => number);
    for (const words of byLock.values()) assert.deepEqual(new Set(words.map(([word]) => word)), new Set(['committed', 'locked']));
    const shared = await newAccount(ground.store, 'shared');
    assert.equal((await ground.store.orders.open(shared.id)).length, count);
  });
});
