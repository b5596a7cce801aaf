import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fetch } from 'undici';
import { systemClock } from '../../lib/kalshi/wall-clock.ts';
import {
  espnSource,
  getJson,
  kalshiSource,
  liveDataByHttp,
  type ScoreSource,
  ScoresError,
  type SourceAnswer,
  scoreboardByHttp,
} from '../../lib/scores/index.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { until } from '../kalshi/socket-exchange.ts';
import { fixture, fixtureGame, fixtureGames } from './fixtures.ts';

const READ_MS = Date.UTC(2027, 5, 12, 22);

async function readAll(source: ScoreSource, games = fixtureGames()): Promise<SourceAnswer[]> {
  return Promise.all(source.plan(games).map((request) => request.read(() => READ_MS)));
}

describe('scores over HTTP', () => {
  let server: Server;
  let base = '';
  let asked: string[] = [];
  let answer: (url: URL, response: ServerResponse) => void = () => {};

  before(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      answer(new URL(request.url ?? '', base), response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  beforeEach(() => {
    asked = [];
  });

  function send(response: ServerResponse, body: unknown, status = 200): void {
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  const options = { fetch, wall: systemClock };

  it('asks Kalshi for milestones by repeated ids, at most a hundred at once', async () => {
    answer = (_, response) => send(response, fixture('kalshi-live-data'));
    const game = fixtureGame('GSWNYK');
    const games = Array.from({ length: 230 }, (_, index) => ({
      ...game,
      milestoneId: index === 7 ? game.milestoneId : `m ${index}`,
      eventTicker: `E-${index}`,
    }));
    const answers = await readAll(kalshiSource(liveDataByHttp(`${base}/trade-api/v2`, options)), games);
    const ids = asked.map((url) => new URL(url, base).searchParams.getAll('milestone_ids'));
    assert.deepEqual(
      ids.map(({ length }) => length),
      [100, 100, 30],
    );
    assert.equal(asked[0]?.startsWith('/trade-api/v2/live_data/batch?milestone_ids=m%200&'), true);
    assert.deepEqual(
      answers.flatMap(({ states }) => [...states.keys()]),
      ['E-7'],
    );
    assert.equal(answers.flatMap(({ reports }) => reports).filter(({ code }) => code === 'SCORES_NOTHING_SAID').length, 229);
  });

  it('takes the null that Kalshi sends for nothing, and what is no list for an error', async () => {
    answer = (_, response) => send(response, { live_datas: null });
    const source = kalshiSource(liveDataByHttp(base, options));
    const [nothing] = await readAll(source, [fixtureGame('GSWNYK')]);
    assert.deepEqual([nothing?.states.size, nothing?.reports.map(({ code }) => code)], [0, ['SCORES_NOTHING_SAID']]);
    answer = (_, response) => send(response, { live_datas: 'later' });
    await assert.rejects(readAll(source, [fixtureGame('GSWNYK')]), { code: 'SCORES_ANSWER_UNREADABLE' });
  });

  it('reports the one milestone whose live data are odd', async () => {
    const odd = { type: 'basketball_game', milestone_id: fixtureGame('SASNOP').milestoneId, details: { status: 'asleep' } };
    answer = (_, response) =>
      send(response, { live_datas: [...(fixture('kalshi-live-data')['live_datas'] as unknown[]), odd, 'noise'] });
    const [read] = await readAll(kalshiSource(liveDataByHttp(base, options)), [fixtureGame('GSWNYK'), fixtureGame('SASNOP')]);
    assert.deepEqual([...(read?.states.keys() ?? [])], [fixtureGame('GSWNYK').eventTicker]);
    assert.deepEqual(
      read?.reports.map(({ code, game, seen }) => [code, game, seen]),
      [['SCORES_STATUS_UNKNOWN', fixtureGame('SASNOP').eventTicker, 'asleep']],
    );
  });

  it('asks ESPN once for each competition and Eastern day', async () => {
    answer = ({ pathname }, response) =>
      send(response, fixture(pathname.includes('baseball') ? 'espn-mlb' : pathname.includes('soccer') ? 'espn-epl' : 'espn-nba'));
    const answers = await readAll(espnSource(scoreboardByHttp(`${base}/sports/`, options)));
    assert.deepEqual(asked.toSorted(), [
      '/sports/baseball/mlb/scoreboard?dates=20270612&limit=400',
      '/sports/basketball/nba/scoreboard?dates=20270115&limit=400',
      '/sports/soccer/eng.1/scoreboard?dates=20270206&limit=400',
    ]);
    assert.deepEqual(
      answers.flatMap(({ states }) => [...states.keys()]).toSorted(),
      fixtureGames()
        .map(({ eventTicker }) => eventTicker)
        .toSorted(),
    );
    assert.deepEqual(
      answers.flatMap(({ reports }) => reports),
      [],
    );
  });

  it('asks for all colleges, and not for leagues that ESPN is not asked about', async () => {
    answer = (_, response) => send(response, { events: [] });
    const game = fixtureGame('GSWNYK');
    const college = { ...game, eventTicker: 'KXNCAAMBGAME-27JAN15IWSFA' };
    const tennis = { ...game, eventTicker: 'KXATPMATCH-27JAN15JIMLEP' };
    const answers = await readAll(espnSource(scoreboardByHttp(base, options)), [college, tennis]);
    assert.deepEqual(asked, ['/basketball/mens-college-basketball/scoreboard?dates=20270115&limit=400&groups=50']);
    assert.deepEqual(
      answers.map(({ reports }) => reports.map(({ code }) => code)),
      [['SCORES_MATCH_NONE']],
    );
  });

  describe('getJson', () => {
    const failure = async (get: Promise<unknown>): Promise<ScoresError> => {
      const error: unknown = await get.then(
        () => assert.fail('it went well'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ScoresError);
      return error;
    };

    it('says which status a refusal had', async () => {
      answer = (_, response) => send(response, 'secret words', 503);
      const error = await failure(getJson(`${base}/board?key=1`, options));
      assert.equal(error.code, 'SCORES_REFUSED');
      assert.match(error.message, /^127\.0\.0\.1:\d+ answered with HTTP status 503$/);
    });

    it('lets go of the connection of a refusal', async () => {
      const open = new Set<Socket>();
      const noteOpen = (socket: Socket) => open.add(socket.once('close', () => open.delete(socket)));
      server.on('connection', noteOpen);
      answer = (_, response) => response.writeHead(503).write('x'.repeat(100_000));
      for (let time = 0; time < 5; time++) await failure(getJson(base, options));
      server.off('connection', noteOpen);
      await until(() => open.size === 0, 'every connection is let go');
    });

    it('says that an answer is not JSON', async () => {
      answer = (_, response) => send(response, '<html>');
      const error = await failure(getJson(base, options));
      assert.equal(error.code, 'SCORES_ANSWER_UNREADABLE');
      assert.ok(error.cause instanceof SyntaxError);
    });

    it('says that nobody is there', async () => {
      assert.equal((await failure(getJson('http://127.0.0.1:1/', options))).code, 'SCORES_UNREACHABLE');
    });

    it('gives up after its time, before an answer and within one', async () => {
      const wall = new VirtualClock();
      for (const begin of [() => {}, (response: ServerResponse) => response.writeHead(200).write('{')]) {
        answer = (_, response) => {
          begin(response);
          // The head has to be on its way before the time is over.
          setImmediate(() => setImmediate(() => wall.advance(5_000)));
        };
        assert.equal((await failure(getJson(base, { fetch, wall }))).code, 'SCORES_UNREACHABLE');
        assert.equal(wall.timers, 0);
      }
    });

    it('leaves no timer behind', async () => {
      const wall = new VirtualClock();
      answer = (_, response) => send(response, { fine: true });
      assert.deepEqual(await getJson(base, { fetch, wall }), { fine: true });
      assert.equal(wall.timers, 0);
    });
  });
});
