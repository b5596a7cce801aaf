/** What a button that moves money says before it does so: the consequence, in plain words and numbers. */
import type { EngineView, PositionView } from '../../lib/web/contract.ts';
import { cents, count, signedDollars } from './words.ts';

export interface Question {
  title: string;
  consequence: string;
  yes: string;
  no: string;
}

/** "96 MIA YES" */
export function holding({ contracts, team, side }: PositionView): string {
  return `${contracts.toLocaleString('en-US')} ${team} ${side.toUpperCase()}`;
}

export function closeQuestion(position: PositionView): Question {
  const price =
    position.now === null ? 'at the best bid there is; the price is not known now' : `at the bid, now ${cents(position.now)}`;
  const result =
    position.profit === null ? 'Result not known.' : `About ${signedDollars(position.profit)}, before the fee of the sale.`;
  return {
    title: `Close ${holding(position)}?`,
    consequence: `Sells all ${count(position.contracts, 'contract')} ${price}. ${result}`,
    yes: `Sell ${position.contracts.toLocaleString('en-US')} now`,
    no: 'Keep it',
  };
}

export function closeAllQuestion(positions: readonly PositionView[], engine: EngineView['state']): Question {
  const contracts = positions.reduce((sum, position) => sum + position.contracts, 0);
  const known = positions.flatMap(({ profit }) => (profit === null ? [] : [profit]));
  const sum = signedDollars(known.reduce((total, profit) => total + profit, 0));
  const unknown = positions.length - known.length;
  const result =
    unknown === 0
      ? `About ${sum} in all, before the fees of the sales.`
      : `About ${sum} without ${count(unknown, 'position')} whose price is not known.`;
  return {
    title: `Close ${positions.length === 1 ? 'the one position' : `all ${positions.length} positions`}?`,
    consequence: `Sells ${count(contracts, 'contract')} at the bid. ${result}${engine === 'running' ? ' Entries go on: pause them too if nothing new should be bought.' : ''}`,
    yes: `Sell ${count(positions.length, 'position')} now`,
    no: 'Keep them',
  };
}
