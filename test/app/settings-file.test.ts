import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettingsFile } from '../../lib/app/settings-file.ts';

describe('the settings file', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-settings-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is optional', () => {
    const env = { PORT: '1' };
    assert.equal(loadSettingsFile(env, dir), undefined);
    assert.deepEqual(env, { PORT: '1' });
  });

  it('adds to the environment, which comes first', () => {
    const key = '-----BEGIN A-----\nx\n-----END A-----';
    writeFileSync(join(dir, '.env'), `# a comment\nPORT=2\nKALSHI_ENV=demo\n#LOG_LEVEL=debug\nKALSHI_PRIVATE_KEY="${key}"\n`);
    const env: NodeJS.ProcessEnv = { PORT: '1' };
    assert.equal(loadSettingsFile(env, dir), join(dir, '.env'));
    assert.deepEqual(env, { PORT: '1', KALSHI_ENV: 'demo', KALSHI_PRIVATE_KEY: key });
  });

  it('is refused where it cannot be read', () => {
    mkdirSync(join(dir, '.env'));
    assert.throws(() => loadSettingsFile({}, dir), {
      code: 'CONFIGURATION_INVALID',
      message: `${join(dir, '.env')} cannot be read (EISDIR)`,
    });
  });
});
