/**
 * The composition root: finds the verb, loads only what the verb needs, ends with its exit code.
 *
 * Fifteen processes start on two cores, so nothing is imported before the verb is known, compiled
 * code is kept between starts, and the program is read in few files where it was joined.
 */
import { createRequire, enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

import { bundledProgram } from './main/bundle.ts';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/fubie', import.meta.url)));
const bundled = bundledProgram();
if (bundled === undefined) await import('./main/verbs/run.ts');
else createRequire(import.meta.url)(bundled);
