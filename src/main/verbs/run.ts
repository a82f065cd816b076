/** Runs the verb of the command line: the program's sources and its bundle begin here alike. */
import { main } from './dispatch.ts';

async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
}

void run();
