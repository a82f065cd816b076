/** One case as the desk is told of it. */
import type { components } from '../api/schema.d.ts';

export type Shown = components['schemas']['GetCasesByIdAnswer'];

/** What of a person the desk may show, in the order of its screen. */
export const personFields = ['name', 'idNumber', 'phone', 'card', 'address'] as const;
