/**
 * One mutation for each requirement that is said to be proved: it turns the rule off, and the test
 * that bears the requirement's name must then fail. A test that stays green proves nothing.
 */
import type { Mutation } from './mutations/mutation.ts';
import { record } from './mutations/record.ts';
import { seed0 } from './mutations/seed-0.ts';
import { seed1 } from './mutations/seed-1.ts';
import { seed2Before50 } from './mutations/seed-2-before-50.ts';
import { seed2From50 } from './mutations/seed-2-from-50.ts';
import { seeds3And4 } from './mutations/seeds-3-and-4.ts';

export type { Mutation } from './mutations/mutation.ts';

export const mutations: readonly Mutation[] = [
  ...seed0,
  ...seed1,
  ...seed2Before50,
  ...seed2From50,
  ...seeds3And4,
  ...record,
];
