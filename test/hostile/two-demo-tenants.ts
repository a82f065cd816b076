/**
 * The two institutions of the demo, furnished side by side in one world.
 */
import { he, lin } from '../journeys/people.ts';
import type { World } from '../world.ts';
import { furnish, type Tenant } from './two-tenants.ts';

export function furnishBoth(world: World): Promise<readonly [Tenant, Tenant]> {
  return Promise.all([
    furnish(world, {
      name: 'demo-credit-cooperative',
      product: 'rural-loan-demo',
      purpose: 'farming',
      person: lin,
      outlet: 'nanhu',
    }),
    furnish(world, {
      name: 'demo-consumer-finance',
      product: 'consumer-loan-demo',
      purpose: 'household',
      person: he,
      outlet: 'east',
    }),
  ]);
}
