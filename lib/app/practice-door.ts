/** What the two doors to the practice exchange share: arguments, one clear line when something is wrong, an orderly end. */
import { ExchangeError } from '../exchange/errors.ts';
import { ScenarioError } from '../exchange/scenario/index.ts';
import { openPracticeExchange, type PracticeExchange } from './practice.ts';
import { readOptions, USAGE, UsageError } from './practice-options.ts';

const EXIT_USAGE = 2;

/** Starts the exchange as the arguments say, prints what `greeting` makes of it, and runs until it is told to end. */
export async function runPractice(args: string[], greeting: (exchange: PracticeExchange) => string): Promise<void> {
  if (args.includes('--help')) {
    console.log(USAGE);
    return;
  }
  try {
    const exchange = await openPracticeExchange(readOptions(args));
    console.log(greeting(exchange));
    endOnSignal(exchange);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    console.error(lineFor(error));
  }
}

function endOnSignal(exchange: PracticeExchange): void {
  const end = () => {
    void exchange.close().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
}

function exitCodeOf(error: unknown): number {
  const isTaken = error instanceof ExchangeError && error.code === 'EXCHANGE_PORT_TAKEN';
  return isTaken || !isExpected(error) ? 1 : EXIT_USAGE;
}

function lineFor(error: unknown): string {
  if (isExpected(error)) return `practice exchange: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Errors that are answers to what the person asked for; anything else is a defect and shows its stack. */
function isExpected(error: unknown): error is Error {
  return error instanceof UsageError || error instanceof ScenarioError || error instanceof ExchangeError;
}
