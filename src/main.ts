/**
 * The composition root: finds the verb, loads only what the verb needs, ends with its exit code.
 *
 * Fifteen processes start from here on two cores, so nothing is imported before the verb is known
 * and compiled code is kept between starts.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/fubie', import.meta.url)));
const { main } = await import('./main/verbs/dispatch.ts');
process.exitCode = await main(process.argv.slice(2));
