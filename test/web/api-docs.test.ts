import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WEB_STATUS } from '../../lib/web/errors.ts';
import { ROUTES } from '../../lib/web/web.ts';
import { busyStage } from './busy-stage.ts';
import { EVENT } from './game.ts';
import type { Stage } from './stage.ts';

describe('docs/api.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
  const sections = new Map(
    text
      .split(/^### /m)
      .slice(1)
      .map((section) => [/^`(.+)`/.exec(section)?.[1] ?? section.slice(0, 40), section] as const),
  );
  let stage: Stage;
  before(async () => {
    stage = await busyStage();
  });
  after(() => stage.close());

  it('has every route, and no other', () => {
    assert.deepEqual([...sections.keys()].toSorted(), ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it('names every error code', () => {
    for (const [code, status] of Object.entries(WEB_STATUS)) assert.match(text, new RegExp(`\`${code}\` \\| ${status} \\|`));
  });

  for (const { method, path } of ROUTES) {
    it(`shows an answer of ${method} ${path} as it is`, async () => {
      const example = /```json\n([\s\S]+?)\n```/.exec(sections.get(`${method} ${path}`) ?? '')?.[1];
      assert.ok(example !== undefined, 'has no example');
      if (path.endsWith('/events')) {
        // Its example is a patch: any sections of an overview.
        const patch = JSON.parse(example) as Record<string, unknown>;
        const overview = Object.entries(await stage.overview()).filter(([section]) => section in patch);
        assert.deepEqual(shapeOf(patch), shapeOf(Object.fromEntries(overview)));
        return;
      }
      const real = path.replace(':event', EVENT).replace(':id', 'position-1');
      const body = path.endsWith('reset') ? { rule: 'daily_loss', note: 'seen' } : {};
      const answer = method === 'GET' ? await stage.ask(real) : await stage.command(real, { method, body });
      assert.deepEqual(shapeOf(JSON.parse(example)), shapeOf(answer.json));
    });
  }
});

/** Names and nesting, whatever the values; of a list its first element. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return 'value';
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}
