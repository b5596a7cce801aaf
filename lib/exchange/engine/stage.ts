/** Carries out what a scenario says happens. */
import type { ScenarioAction } from '../scenario/types.ts';
import { houseAccount, setQuote, takeLiquidity } from './house.ts';
import { activate, deactivate, determine, listEvent, listMilestone, listSeries, marketOf, moveClose } from './lifecycle.ts';
import { notFound } from './refusal.ts';
import type { Account, ExchangeState, MilestoneState } from './state.ts';

const MAKER = 'house-maker';
const CROWD = 'house-crowd';

export function performAction(state: ExchangeState, action: ScenarioAction): void {
  switch (action.kind) {
    case 'series':
      listSeries(state, action.series);
      break;
    case 'target':
      state.targets.set(action.target.id, { listing: action.target, updatedMs: state.nowMs });
      break;
    case 'event':
      listEvent(state, action.event, action.markets);
      break;
    case 'milestone':
      listMilestone(state, action.milestone);
      break;
    case 'milestone_update': {
      const milestone = milestoneOf(state, action.id);
      milestone.listing = { ...milestone.listing, ...action.change };
      milestone.updatedMs = state.nowMs;
      break;
    }
    case 'quote':
      setQuote(state, house(state, MAKER), marketOf(state, action.ticker), action.bids, action.asks);
      break;
    case 'flow':
      takeLiquidity(state, house(state, CROWD), marketOf(state, action.ticker), action.side, action.countE2, action.limitCC);
      break;
    case 'live':
      milestoneOf(state, action.milestoneId).live = action.details;
      break;
    case 'play':
      milestoneOf(state, action.milestoneId).plays.push(action.play);
      break;
    case 'close_date':
      moveClose(state, marketOf(state, action.ticker), action.closeMs);
      break;
    case 'deactivate':
      deactivate(state, marketOf(state, action.ticker));
      break;
    case 'activate':
      activate(state, marketOf(state, action.ticker));
      break;
    case 'determine':
      determine(state, marketOf(state, action.ticker), action.result, action.valueCC);
      break;
  }
}

function milestoneOf(state: ExchangeState, id: string): MilestoneState {
  const milestone = state.milestones.get(id);
  if (!milestone) throw notFound();
  return milestone;
}

function house(state: ExchangeState, name: string): Account {
  let account = state.accounts.get(name);
  if (!account) {
    account = houseAccount(name);
    state.accounts.set(name, account);
  }
  return account;
}
