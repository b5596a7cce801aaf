/** The door to the practice exchange alone: arguments, one clear line when something is wrong, an orderly end. */
import { ExchangeError } from '../exchange/errors.ts';
import { ScenarioError } from '../exchange/scenario/index.ts';
import { endOnSignal } from './end-on-signal.ts';
import { openPracticeExchange, type PracticeExchange } from './practice.ts';
import { readOptions, USAGE, UsageError } from './practice-options.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Starts the exchange as the arguments say, prints what `greeting` makes of it, and runs until it is told to end. */
export async function runPractice(args: string[], greeting: (exchange: PracticeExchange) => string): Promise<void> {
  if (args.includes('--help')) {
    console.log(USAGE);
    return;
  }
  try {
    const exchange = await openPracticeExchange(readOptions(args));
    // Before the greeting: whoever has read it may at once ask for the end.
    endOnSignal(() => exchange.close());
    console.log(greeting(exchange));
    throw await exchange.failure;
  } catch (error) {
    const { text, exitCode } = farewellTo(error);
    process.exitCode = exitCode;
    console.error(text);
  }
}

/** What to print, and the code to end with, after an error at the start. A defect shows its stack, all else is one line. */
export function farewellTo(error: unknown): { text: string; exitCode: number } {
  if (isSystemError(error)) {
    return error.syscall === 'listen'
      ? { text: `practice exchange: the port cannot be had (${error.message})`, exitCode: EXIT_FAILED }
      : { text: `practice exchange: the folder of the night cannot be used (${error.message})`, exitCode: EXIT_USAGE };
  }
  if (isExpected(error)) {
    const isTaken = error instanceof ExchangeError && error.code === 'EXCHANGE_PORT_TAKEN';
    return { text: `practice exchange: ${error.message}`, exitCode: isTaken ? EXIT_FAILED : EXIT_USAGE };
  }
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: EXIT_FAILED };
}

/** Errors that are answers to what the person asked for. */
function isExpected(error: unknown): error is Error {
  return error instanceof UsageError || error instanceof ScenarioError || error instanceof ExchangeError;
}

/** The operating system's no. The games' reader answers for itself: what is left is the port, or the night's folder. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
