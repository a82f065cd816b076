/** What the guides promise an operator, held against the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verbs } from '../../src/main/verbs/table.ts';
import { usages } from '../../src/main/verbs/usage.ts';

const operations = readFileSync('docs/guide/operations.md', 'utf8');

/** The codes that a log notes for its operator, out of the sources of its room. */
function notedAlarms(): readonly string[] {
  const room = 'src/trust/evidence';
  const sources = readdirSync(room).filter((name) => /^[a-z-]+\.ts$/.test(name));
  return sources.flatMap((name) =>
    [...readFileSync(join(room, name), 'utf8').matchAll(/alarms\.note\(\s*['`]([a-z_]+)/g)].map(
      ([, code = '']) => code,
    ),
  );
}

test('an operator reads what each alarm means, and no alarm that there is not', () => {
  const table = [...operations.matchAll(/^\| (`[a-z_.`名称 ]+`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_]+)/g)].map(([, code = '']) => code),
  );
  // Silence is told by a clock, the sentinel's absence by its desk, damage by a table of its own.
  const others = ['sequencer_silent', 'sentinel_silent', 'sentinel_absent', 'original_damaged'];
  const known = new Set([...notedAlarms(), ...others]);
  expect(new Set(table)).toEqual(known);
});

test('every command in the guides is one that there is, with options that it has', () => {
  for (const name of ['operations', 'deposit', 'regulator']) {
    const guide = readFileSync(`docs/guide/${name}.md`, 'utf8');
    for (const [, verb = '', words = ''] of guide.matchAll(/bin\/fubie ([a-z][a-z-]*)([^`\n]*)/g)) {
      expect(Object.keys(verbs), `${name}: ${verb}`).toContain(verb);
      const calls = usages[verb]?.calls.join(' ') ?? '';
      for (const [option] of words.matchAll(/--[a-z-]+/g)) {
        if (option !== '--help')
          expect(calls, `${name}: fubie ${verb} ${option}`).toContain(option);
      }
    }
  }
});
