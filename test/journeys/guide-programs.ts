/** The programs of the guide to deposits, as they stand there word by word. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const guide = readFileSync('docs/guide/deposit.md', 'utf8');
const run = promisify(execFile);

/** The file that a program of the guide is written to, and how it is run. */
export const programs: Readonly<Record<string, readonly string[]>> = {
  sh: ['deposit.sh', 'bash', 'deposit.sh'],
  python: ['deposit.py', 'python3', 'deposit.py'],
  java: [
    'Deposit.java',
    'java',
    '-Dfile.encoding=UTF-8',
    '-Djdk.httpclient.allowRestrictedHeaders=host',
    'Deposit.java',
  ],
};

/** The program of the guide in this language; nothing where it has none. */
export function blockOf(language: string): string {
  return (
    new RegExp(`^\`\`\`${language}[ \\w-]*\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(guide)?.[1] ?? ''
  );
}

/** Is what runs it on this computer? */
export async function isThere(program: string): Promise<boolean> {
  const [, command = program] = programs[program] ?? [];
  return run(command, [program === 'openssl' ? 'version' : '--version']).then(
    () => true,
    () => false,
  );
}
