/** The shipped flows in a real Node-RED, measured in a process of their own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Microseconds, unless the name says otherwise. */
export interface AppFigures {
  /** From the arrival of a frame on the socket to the entry rule's decision. */
  decisionP50Us: number;
  decisionP99Us: number;
  /** Commit + sign + POST until its bytes are out, by hand, before each entry. */
  floorP50Us: number;
  floorP99Us: number;
  /** From the arrival of the frame that causes an entry until the order's bytes are out. */
  outP50Us: number;
  outP99Us: number;
  /** Medians of what both are made of. */
  parts: Record<string, number>;
  /** From the fill at the exchange to the account's report, over the wire between two processes. */
  fillP50Us: number;
  fillP99Us: number;
  /** Updates decided on, while quotes come as fast as they are taken. */
  updatesPerS: number;
  /** Changed quotes; several that come in one turn make one update of a market. */
  quotesPerS: number;
  /** Processor time of one update, with the frames and books behind it. */
  updateCpuUs: number;
  /** Heap and buffers for 1,000 followed markets with books and baselines, above the runtime that follows none. */
  memoryMB: number;
  /** The same of what the system counts; it includes what the collector has not given back. */
  residentMB: number;
}

export async function benchApp(): Promise<AppFigures> {
  const child = fork(new URL('app-process.ts', import.meta.url), { execArgv: ['--expose-gc'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the measured program ended with code ${code}`);
  });
  // Once it has told its figures it may end.
  ended.catch(() => {});
  const [figures] = (await Promise.race([once(child, 'message'), ended])) as [AppFigures];
  return figures;
}
