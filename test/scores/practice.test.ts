/** The poller against the practice exchange, over the wire. */
import assert from 'node:assert/strict';
import { generatedScenario } from '../../lib/exchange/scenario/index.ts';
import { systemClock } from '../../lib/kalshi/wall-clock.ts';
import { type GameChange, kalshiSource, parseMilestone, ScorePoller, type ScoreReport } from '../../lib/scores/index.ts';
import { openPractice, type Practice } from '../practice.ts';
import { valueOf } from './fixtures.ts';

describe('scores of the practice exchange', () => {
  let practice: Practice;

  before(async () => {
    practice = await openPractice({ scenario: generatedScenario({ seed: 214, games: 1, leagues: ['NBA'] }) });
  });

  after(() => practice.close());

  it('follow a game from its listing to its end', async () => {
    const { night } = practice;
    // With a key: without one the exchange allows fewer reads than a night in a hurry needs.
    const { client } = practice.member();
    await client.learnLimits();
    const changes: GameChange[] = [];
    const reports: ScoreReport[] = [];
    const poller = new ScorePoller({
      sources: [kalshiSource((milestone_ids) => client.liveData.batch({ milestone_ids: [...milestone_ids] }))],
      // In lockstep somebody else says when it is time to look.
      clock: { nowMs: () => night.nowMs(), after: () => () => {} },
      wall: systemClock,
      onChange: (change) => changes.push(change),
      onReport: (report) => reports.push(report),
    });
    assert.ok(night.step());
    const { milestones } = await client.milestones.page({ limit: 100 });
    const [game] = milestones.map((raw) => valueOf(parseMilestone(raw)));
    assert.ok(game !== undefined);
    poller.follow(game);
    while (poller.record(game.eventTicker)?.state.phase !== 'final') {
      assert.ok(night.step());
      await poller.refresh();
      assert.deepEqual(reports, []);
    }
    poller.close();

    assert.deepEqual(reports, []);
    const begun = changes.findIndex(({ to }) => to.phase === 'live');
    const opening = changes[begun];
    assert.equal(changes[begun - 1]?.to.phase, 'pre');
    assert.deepEqual([opening?.to.period, opening?.to.clockS, opening?.to.homeScore, opening?.to.awayScore], [1, 720, 0, 0]);
    const startedMs = opening?.to.startedMs ?? 0;
    assert.ok(startedMs >= game.startMs && startedMs <= game.startMs + 2 * 60_000);
    const over = changes.at(-1);
    assert.equal(over?.to.startedMs, startedMs);
    assert.ok((over?.to.homeScore ?? 0) > 50 && over?.to.homeScore !== over?.to.awayScore);
    assert.ok(
      over !== undefined && over.readMs - over.to.asOfMs <= 6_000,
      'the practice exchange is five seconds behind the play',
    );
    assert.ok(changes.every(({ isScoreReversed, isReopened }) => !isScoreReversed && !isReopened));
  });
});
