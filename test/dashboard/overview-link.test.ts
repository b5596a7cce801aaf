import assert from 'node:assert/strict';
import { evening, positionView } from './night.ts';
import { stageFor, type View } from './stage.ts';

describe('the Overview when the server is gone', function () {
  const holder = stageFor(this);
  let view: View;

  afterEach(() => view.close());

  async function open(): Promise<void> {
    await holder.stage.show(evening());
    view = await holder.stage.open();
  }

  const MONEY = ['Pause entries', 'Close all', 'Close 96 Miami YES', 'Close 110 Denver NO'];

  async function disabled(): Promise<(string | null)[]> {
    return Promise.all(MONEY.map((name) => view.page.getByRole('button', { name }).getAttribute('aria-disabled')));
  }

  it('says so, marks its numbers as old, disables what moves money, and catches up by itself', async () => {
    await open();
    assert.deepEqual(await disabled(), ['false', 'false', 'false', 'false']);
    await holder.stage.lose();
    await view.page.getByRole('alert').getByText('The server does not answer.').waitFor();
    assert.deepEqual(await disabled(), ['true', 'true', 'true', 'true']);
    assert.match(await view.page.title(), /No connection/);
    await view.page
      .locator('section[aria-labelledby="cs-positions"]')
      .getByText(/^[2-9] s old$/)
      .first()
      .waitFor();
    for (const name of MONEY) await view.page.getByRole('button', { name }).click({ force: true });
    assert.equal(await view.page.locator('.cs-confirm').count(), 0);
    await view.picture('lost');
    await holder.stage.back();
    await view.page.getByRole('alert').waitFor({ state: 'detached' });
    assert.deepEqual(await disabled(), ['false', 'false', 'false', 'false']);
    await holder.stage.patch({ positions: [positionView('MIA', 'CHI', { contracts: 33 })] });
    await view.page.getByText('33 Miami YES', { exact: true }).waitFor();
    assert.equal(await holder.stage.streams(), 1);
    assert.equal(holder.stage.commands.length, 0);
  });

  it('lets nothing be confirmed that was asked before', async () => {
    await open();
    await view.page.getByRole('button', { name: 'Close 96 Miami YES' }).click();
    await holder.stage.lose();
    await view.page.getByText('The server does not answer: nothing can be sent.').waitFor();
    await view.page.getByRole('button', { name: 'Sell 96 now' }).click({ force: true });
    await holder.stage.back();
    await view.page.getByRole('alert').waitFor({ state: 'detached' });
    assert.equal(holder.stage.commands.length, 0);
  });

  it('stays where it is when Dashboard would leave for an address that does not answer', async () => {
    await open();
    await holder.stage.lose();
    await view.page.getByRole('alert').waitFor();
    await view.page.evaluate(`location.replace(location.origin + '/dashboard?reloadTime=1')`);
    await view.page.getByRole('alert').getByText('The server does not answer.').waitFor();
    assert.ok(view.page.url().endsWith('/dashboard/overview'));
    await holder.stage.back();
    await view.page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('stays when something else answers the socket of Dashboard, and has it opened again', async () => {
    await open();
    await view.page.evaluate('window.walk = true');
    await holder.stage.lose();
    await view.page.getByRole('alert').waitFor();
    const sockets = '**/dashboard/socket.io/**';
    await view.page.route(sockets, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    const left = view.page.waitForEvent('console', (message) => message.text().startsWith('Reloading page: parser error'));
    await holder.stage.back();
    await view.page.getByRole('alert').waitFor({ state: 'detached' });
    await left;
    await view.page.unroute(sockets);
    const answer = await view.page.waitForResponse((response) => response.url().includes('/dashboard/socket.io/'));
    assert.equal(answer.status(), 200);
    assert.equal(await view.page.evaluate('window.walk'), true);
  });

  it('goes on by polling where streams are refused', async () => {
    await holder.stage.show(evening());
    await holder.stage.refuseStreams(true);
    view = await holder.stage.open();
    await view.page.getByText('Live updates are refused').waitFor();
    await holder.stage.patch({ positions: [positionView('MIA', 'CHI', { contracts: 44 })] });
    await view.page.getByText('44 Miami YES', { exact: true }).waitFor();
    assert.equal(await view.page.getByRole('button', { name: 'Close all' }).getAttribute('aria-disabled'), 'false');
  });

  it('closes its stream when one leaves the page', async () => {
    await open();
    assert.equal(await holder.stage.streams(), 1);
    await view.page.goto('about:blank');
    for (let turn = 0; turn < 50 && (await holder.stage.streams()) > 0; turn++) await view.page.evaluate('0');
    assert.equal(await holder.stage.streams(), 0);
  });
});
