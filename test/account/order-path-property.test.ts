import { asyncProperty, assert as hold, integer } from 'fast-check';
import { Storm } from './storm.ts';

describe('the order path, in any storm', () => {
  it('ends with the exchange’s positions, each cause ordered once, every intent settled and told', async () => {
    await hold(
      asyncProperty(integer(), async (seed) => {
        const storm = new Storm(seed);
        await storm.blow(300);
        await storm.check();
      }),
      { numRuns: 120 },
    );
  }).timeout(60_000);
});
