import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Instant, parseInstant } from '#base/clock';
import { AccessBook, type AccessRules } from './book.ts';
import { requireCompatible } from './duties.ts';

const file = new URL('../../../catalog/access/roles.json', import.meta.url);
const today: Instant = parseInstant('2026-11-21T10:00:00.000+08:00');

describe('the rules of access', () => {
  let text = '';
  let rules: AccessRules;
  beforeAll(async () => {
    text = await readFile(file, 'utf8');
    rules = AccessBook.parse(text).at(today);
  });
  const altered = (change: (rules: AccessRules) => unknown): string => {
    const book = JSON.parse(text) as { versions: AccessRules[] };
    return JSON.stringify({ versions: book.versions.map(change) });
  };

  test('no role that could make an approver is given by one person alone', () => {
    const loose = altered((one) => ({ ...one, privileged: ['auditor'] }));
    expect(() => AccessBook.parse(loose)).toThrow('access.rules_malformed');
  });

  test('a role that nobody defines is named by no rule', () => {
    const ghost = altered((one) => ({ ...one, rolesApart: [['clerk', 'ghost']] }));
    expect(() => AccessBook.parse(ghost)).toThrow('access.rules_malformed');
    expect(() => AccessBook.parse('{"versions":[]}')).toThrow('access.rules_malformed');
    expect(() => AccessBook.parse('not json')).toThrow('access.rules_malformed');
  });

  test('a day before the first version lets nobody in', () => {
    const before = parseInstant('2025-12-31T23:59:59.999+08:00');
    expect(() => AccessBook.parse(text).at(before)).toThrow('access.rules_absent');
  });

  test('whoever asks for an approval in his role gives none in it', () => {
    for (const { asks } of Object.values(rules.approvals)) {
      const asking = Object.values(rules.roles).filter((role) => role.permissions.includes(asks));
      expect(asking.length).toBeGreaterThan(0);
      const giving = asking.filter((role) => role.permissions.includes('approval.give'));
      // Turning an epoch is both people's work; the store refuses that one gives what he asked.
      expect(asks === 'epoch.turn' ? [] : giving).toEqual([]);
    }
  });

  test.each([[[]], [['clerk', 'clerk']], [['nobody']], [['administrator', 'auditor']]])(
    'roles %j are refused',
    (roles) => {
      expect(() => requireCompatible(roles, rules)).toThrow(/^access\.role/);
    },
  );
});
