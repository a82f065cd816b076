/** What the guides promise an operator, held against the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verbs } from '../../src/main/verbs/table.ts';
import { usages } from '../../src/main/verbs/usage.ts';

const operations = readFileSync('docs/guide/operations.md', 'utf8');

const alarmWords = readFileSync('web/src/operator/words/house.ts', 'utf8');

/** Every code that an operator can be shown, out of the sources that raise or derive it. */
function raisedAlarms(): ReadonlySet<string> {
  const room = 'src/trust/evidence';
  const noted = readdirSync(room)
    .filter((name) => /^[a-z-]+\.ts$/.test(name))
    .flatMap((name) => codes(join(room, name), /alarms\.note\(\s*['`]([a-z_]+)/g));
  // Silence is told by a clock, lateness by rows, damage by a table of its own.
  const silent = codes(join(room, 'heartbeat.ts'), /logParts = \[([^\]]+)\]/g)
    .flatMap((parts) => parts.match(/[a-z]+/g) ?? [])
    .map((part) => `${part}_silent`);
  const round = join(room, 'signing-round.ts');
  const absent = [/'([a-z]+_absent)'/g, /Alarm = '([a-z_]+)'/g].flatMap((one) => codes(round, one));
  const told = [
    'src/trust/receipt/stamps-late.ts',
    'src/adapters/postgres/log/alarm-store.ts',
    'src/main/estate/disk-room.ts',
  ].flatMap((file) => codes(file, /code: '([a-z_]+)'/g));
  return new Set([...noted, ...silent, ...absent, ...told]);
}

function codes(file: string, what: RegExp): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(what)].map(([, code = '']) => code);
}

test('an operator reads what each alarm means, and no alarm that there is not', () => {
  const table = [...operations.matchAll(/^\| (`[a-z_.`名称 ]+`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_]+)/g)].map(([, code = '']) => code),
  );
  const raised = raisedAlarms();
  expect(raised).toContain('stamps_late');
  expect(new Set(table)).toEqual(raised);
  const worded = alarmWords.slice(
    alarmWords.indexOf('alarmWords'),
    alarmWords.indexOf('workWords'),
  );
  const words = [...worded.matchAll(/^ {2}([a-z_]+): \{/gm)].map(([, code = '']) => code);
  expect(new Set(words), 'the words of the desk').toEqual(raised);
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
