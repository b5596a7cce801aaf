/** What the doctor looks at, one thing at a time, and how it tells what it has found. */

/** `note`: nothing is broken, and somebody may want to know. `fault`: something does not work until it is put right. */
export type Level = 'ok' | 'note' | 'fault';

export interface Found {
  level: Level;
  /** One line, in a trader's words. */
  says: string;
  /** What to do about it; never missing from a fault. */
  todo: string | undefined;
}

export interface Finding extends Found {
  topic: string;
}

/** Looks at one thing. What it throws is told as a fault of its topic. */
export interface Check {
  topic: string;
  examine: () => AsyncIterable<Found> | Iterable<Found>;
}

export function ok(says: string): Found {
  return { level: 'ok', says, todo: undefined };
}

export function note(says: string, todo?: string): Found {
  return { level: 'note', says, todo };
}

export function fault(says: string, todo: string): Found {
  return { level: 'fault', says, todo };
}

/** Makes the checks in their order and tells each finding as soon as there is one. `hide` takes secrets out of every text. */
export async function* runChecks(checks: Iterable<Check>, hide: (text: string) => string): AsyncGenerator<Finding> {
  for (const { topic, examine } of checks) {
    try {
      for await (const { level, says, todo } of examine()) {
        yield { topic, level, says: hide(says), todo: todo === undefined ? undefined : hide(todo) };
      }
    } catch (error) {
      const says = hide(`this could not be looked at: ${wordsOf(error)}`);
      yield { topic, ...fault(says, 'If it stays so after another try, it is a defect of Courtside: please report it.') };
    }
  }
}

/** The words of an error that has a code of ours; of others too, as there is nothing better. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
