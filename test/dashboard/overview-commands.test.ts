import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { evening, positionView } from './night.ts';
import { stageFor, type View } from './stage.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('what the Overview can do', function () {
  const holder = stageFor(this);
  let view: View;

  before('opens the page', async () => {
    await holder.stage.show(evening());
    view = await holder.stage.open();
  });
  after(() => view.close());

  /** With nothing left of what was asked before. */
  async function open(overview = evening()): Promise<void> {
    await holder.stage.show(evening({ positions: [] }));
    await view.page.getByText('No open positions.').waitFor();
    await holder.stage.show(overview);
    await button('Close 96 Miami YES').waitFor();
    await view.page.evaluate('delete window.shown');
  }

  const button = (name: string | RegExp): Locator => view.page.getByRole('button', { name });

  /** A confirmation counts only when it has been there for a moment. */
  async function confirm(name: string): Promise<void> {
    const yes = button(name);
    await yes.waitFor();
    await view.page.waitForFunction(`performance.now() - (window.shown ??= performance.now()) > 400`);
    await yes.click();
  }

  async function sent(count: number): Promise<void> {
    const { commands } = holder.stage;
    for (let turn = 0; turn < 200 && commands.length < count; turn++) await view.page.evaluate('0');
    assert.equal(commands.length, count);
  }

  it('closes one position after saying what it comes to, with one command', async () => {
    await open();
    await button('Close 96 Miami YES').click();
    const question = view.page.getByRole('group', { name: 'Close 96 Miami YES?' });
    assert.match(await question.innerText(), /Sells all 96 contracts at the bid, now 58c\. About \+6\.24/);
    await confirm('Sell 96 now');
    await sent(1);
    const [command] = holder.stage.commands;
    assert.deepEqual([command?.method, command?.path, command?.body], ['DELETE', '/positions/p-MIA', { account: 'a-1' }]);
    assert.match(command?.key ?? '', UUID);
    await holder.stage.patch({ positions: [positionView('MIA', 'CHI', { pending: 'closing' })] });
    await view.page.getByText('closing', { exact: true }).waitFor();
    assert.equal(await button('Close 96 Miami YES').getAttribute('aria-disabled'), 'true');
    await button('Close 96 Miami YES').click({ force: true });
    assert.equal(await question.count(), 0);
    assert.equal(holder.stage.commands.length, 1);
  });

  it('does nothing for Escape, for keeping, and for a press that was not meant for it', async () => {
    await open();
    await button('Close 96 Miami YES').dblclick();
    await button('Sell 96 now').click();
    await view.page.keyboard.press('Escape');
    await button('Sell 96 now').waitFor({ state: 'detached' });
    assert.equal(await view.page.evaluate('document.activeElement.id'), 'cs-close-p-MIA');
    await view.page.keyboard.press('Enter');
    await button('Keep it').click();
    await button('Sell 96 now').waitFor({ state: 'detached' });
    assert.equal(holder.stage.commands.length, 0);
  });

  it('works by keyboard alone: Enter asks, Enter confirms', async () => {
    await open();
    await button('Close 110 Denver NO').focus();
    await view.page.keyboard.press('Enter');
    await button('Sell 110 now').waitFor();
    assert.equal(await view.page.evaluate('document.activeElement.innerText'), 'Sell 110 now');
    await view.page.waitForFunction(`performance.now() - (window.shown ??= performance.now()) > 400`);
    await view.page.keyboard.press('Enter');
    await sent(1);
    assert.equal(holder.stage.commands[0]?.path, '/positions/p-DEN');
  });

  it('closes all with one command', async () => {
    await open();
    await button('Close all').click();
    assert.match(
      await view.page.getByRole('group', { name: 'Close all 2 positions?' }).innerText(),
      /Sells 206 contracts at the bid\. About \+0\.37 in all/,
    );
    await confirm('Sell 2 positions now');
    await sent(1);
    assert.deepEqual([holder.stage.commands[0]?.method, holder.stage.commands[0]?.path], ['POST', '/positions/close-all']);
  });

  it('pauses and resumes entries', async () => {
    await open();
    await button('Pause entries').click();
    await sent(1);
    const engine = { ...evening().engine, state: 'paused' as const, text: 'Paused by a person. Exits go on.' };
    await holder.stage.patch({ engine });
    await button('Resume entries').click();
    await sent(2);
    assert.deepEqual(
      holder.stage.commands.map(({ path }) => path),
      ['/bot/pause', '/bot/resume'],
    );
    assert.equal(new Set(holder.stage.commands.map(({ key }) => key)).size, 2);
  });

  it('says at its button why a pause was refused, where it can be seen', async () => {
    await open();
    await holder.stage.answer({ status: 409, body: { done: false, code: 'NOT_NOW', message: 'It cannot be paused now.' } });
    await button('Pause entries').click();
    await view.page.locator('.cs-entries-note').getByText('It cannot be paused now. NOT_NOW').waitFor();
    // Playwright itself would scroll what is cut off into view.
    const isSeen = await view.page.evaluate(
      `[...document.querySelectorAll('.cs-entries-note span, .cs-entries-note button')].map((e) => { const { x, y, width, height } = e.getBoundingClientRect(); return e.contains(document.elementFromPoint(x + width / 2, y + height / 2)); })`,
    );
    assert.deepEqual(isSeen, [true, true, true]);
    await button('Dismiss').click();
    await view.page.locator('.cs-entries-note').waitFor({ state: 'detached' });
  });

  it('says why something was refused, with its code', async () => {
    await open();
    await holder.stage.answer({
      status: 409,
      body: { done: false, code: 'MARKET_PAUSED', message: 'The exchange has paused this market.' },
    });
    await button('Close 96 Miami YES').click();
    await confirm('Sell 96 now');
    await view.page.locator('.cs-fate').getByText('The exchange has paused this market. MARKET_PAUSED').waitFor();
    assert.match(await view.page.locator('.cs-said').innerText(), /paused this market/);
    await button('Dismiss').click();
    await view.page.locator('.cs-fate--refused').waitFor({ state: 'detached' });
  });

  it('says when it is not known whether something was done, and sends it again under the same key', async () => {
    await open();
    await holder.stage.answer(null);
    await button('Close 96 Miami YES').click();
    await confirm('Sell 96 now');
    await view.page.locator('.cs-fate').getByText('it is not known whether this was done').waitFor();
    await holder.stage.answer({ status: 200, body: { done: true, code: null, message: 'Closing 96 MIA.' } });
    const before = holder.stage.commands.length;
    await button('Send again').click();
    await view.page.locator('.cs-fate').getByText('Closing 96 MIA.').waitFor();
    assert.equal(holder.stage.commands.length, before + 1);
    assert.equal(new Set(holder.stage.commands.map(({ key }) => key)).size, 1);
  });

  it('resets a limit only with a note', async () => {
    const blocks = [
      { rule: 'daily_loss', reason: 'Daily loss −500.00 reached', since: '2026-11-20T01:58:00Z', until: null, canReset: true },
    ];
    await open(evening({ engine: { ...evening().engine, state: 'blocked', text: 'Entries are blocked.', blocks } }));
    await button('Reset …').click();
    assert.equal(await view.page.evaluate('document.activeElement.id'), 'cs-note-daily_loss');
    await button('Reset, allow entries').click({ force: true });
    await view.page.keyboard.press('Escape');
    assert.equal(holder.stage.commands.length, 0);
    await button('Reset …').click();
    await view.page.getByLabel('Why it is safe to go on').fill('feed was stale, checked');
    await view.page.keyboard.press('Enter');
    await sent(1);
    assert.deepEqual(holder.stage.commands[0]?.body, { account: 'a-1', rule: 'daily_loss', note: 'feed was stale, checked' });
  });

  it('asks for a reconciliation', async () => {
    await open();
    await button('Check now').click();
    await sent(1);
    assert.equal(holder.stage.commands[0]?.path, '/bot/reconcile');
  });
});
