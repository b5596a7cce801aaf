import assert from 'node:assert/strict';
import { espnSource, type FollowedGame, type SourceAnswer } from '../../lib/scores/index.ts';
import { fixture, fixtureGame, listOf } from './fixtures.ts';

const READ_MS = Date.UTC(2027, 5, 12, 22);
const DAY_MS = 86_400_000;

/** The scoreboard of baseball, with one event changed. */
function board(
  id: string,
  change: (event: Record<string, unknown>) => Record<string, unknown> | undefined,
): Record<string, unknown> {
  const answer = fixture('espn-mlb');
  const events = listOf(answer, 'events').flatMap((event) => (event['id'] === id ? (change(event) ?? []) : event));
  return { ...answer, events };
}

function withStatus(event: Record<string, unknown>, name: string): Record<string, unknown> {
  const status = { displayClock: '0:00', period: 7, type: { name, state: 'in', detail: 'Top 7th' } };
  return { ...event, status, competitions: listOf(event, 'competitions').map((one) => ({ ...one, status })) };
}

describe('ESPN as a source', () => {
  let answer: unknown;
  let source: ReturnType<typeof espnSource>;
  const game = fixtureGame('CWSAZ');

  beforeEach(() => {
    answer = fixture('espn-mlb');
    source = espnSource(() => Promise.resolve(answer));
  });

  async function read(...games: FollowedGame[]): Promise<SourceAnswer> {
    const [request] = source.plan(games);
    assert.ok(request !== undefined);
    return request.read(() => READ_MS);
  }

  async function outcome(...games: FollowedGame[]): Promise<string[]> {
    const { states, reports } = await read(...games);
    return games.map(
      ({ eventTicker }) => states.get(eventTicker)?.phase ?? reports.find((one) => one.game === eventTicker)?.code ?? 'nothing',
    );
  }

  it('keeps a game that it has found, though its start moves at ESPN', async () => {
    const late = board('9003', (event) => ({ ...event, date: '2027-06-12T23:55Z' }));
    answer = late;
    assert.deepEqual(await outcome(game), ['SCORES_MATCH_NONE']);
    answer = fixture('espn-mlb');
    assert.deepEqual(await outcome(game), ['live']);
    answer = late;
    assert.deepEqual(await outcome(game), ['live']);
  });

  it('looks anew when Kalshi moves the game, or when it has been forgotten', async () => {
    assert.deepEqual(await outcome(game), ['live']);
    assert.deepEqual(await outcome({ ...game, startMs: game.startMs + DAY_MS }), ['SCORES_MATCH_NONE']);
    assert.deepEqual(await outcome(game), ['live']);
    answer = board('9003', (event) => ({ ...event, date: '2027-06-12T23:55Z' }));
    source.forget?.(game.eventTicker);
    assert.deepEqual(await outcome(game), ['SCORES_MATCH_NONE']);
  });

  it('says what it does not understand of a followed game, found before or not', async () => {
    answer = board('9003', (event) => withStatus(event, 'STATUS_NEW'));
    assert.deepEqual(await outcome(game), ['SCORES_STATUS_UNKNOWN']);
    answer = fixture('espn-mlb');
    assert.deepEqual(await outcome(game), ['live']);
    answer = board('9003', (event) => withStatus(event, 'STATUS_NEW'));
    assert.deepEqual(await outcome(game), ['SCORES_STATUS_UNKNOWN']);
  });

  it('says that a game has gone from the scoreboard', async () => {
    assert.deepEqual(await outcome(game), ['live']);
    answer = board('9003', () => undefined);
    assert.deepEqual(await outcome(game), ['SCORES_MATCH_NONE']);
  });

  it('does not give one game to two events', async () => {
    const [first, second] = [fixtureGame('1310MINCLE'), fixtureGame('1910MINCLE')];
    const sameStart = { ...second, startMs: first.startMs };
    assert.deepEqual(await outcome(first, second), ['final', 'pre']);
    assert.deepEqual(await outcome(first, sameStart), ['final', 'SCORES_MATCH_NONE']);
  });

  it('keeps reports of other games to itself', async () => {
    answer = board('9004', (event) => withStatus(event, 'STATUS_NEW'));
    assert.deepEqual((await read(game)).reports, []);
  });

  it('rejects an answer that is no scoreboard', async () => {
    answer = { error: 'later' };
    await assert.rejects(read(game), { code: 'SCORES_ANSWER_UNREADABLE' });
  });
});
