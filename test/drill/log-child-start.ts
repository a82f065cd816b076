/**
 * Starts a sequencer of the drill: what was compiled for the first one is there for the next, or
 * the drill would measure how long a start takes and nothing else.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

import type { ChildOrder } from './log-child.ts';

const [, , text = '{}'] = process.argv;
// The drill wrote it a moment ago.
const order = JSON.parse(text) as ChildOrder;
enableCompileCache(join(order.folder, 'compiled'));
const { runChild } = await import('./log-child.ts');
await runChild(order);
