import type { ServerContext } from '../../server.ts';
import { accountRoutes } from './accounts.ts';
import { clockRoutes } from './clock.ts';
import { faultRoutes } from './faults.ts';
import { nightRoutes } from './night.ts';
import type { PracticeRoute } from './route.ts';

/** Everything under /practice. What disturbs the night is there only where faults are allowed. */
export function practiceRoutes({ night, faults }: ServerContext): PracticeRoute[] {
  const always = [...clockRoutes(night), ...accountRoutes(night)];
  return faults ? [...always, ...faultRoutes(faults), ...nightRoutes(night)] : always;
}
