import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '#base/bytes';
import { nullValue } from '#formats/der';
import { buildName, extensionOid, nameConstraints, subjectAltName } from '#formats/x509';
import { type PathCode } from './index.ts';
import { extension, judged } from './judging.fixture.ts';
import { having, type Plan } from './world.fixture.ts';

describe('name constraints (§4.2.1.10)', () => {
  const within =
    (...names: Parameters<typeof nameConstraints>[0]) =>
    ({ middle }: Plan): void =>
      having(middle, nameConstraints(names));
  const without =
    (...names: Parameters<typeof nameConstraints>[0]) =>
    ({ middle }: Plan): void =>
      having(middle, nameConstraints([], names));
  const leafNamed =
    (...names: Parameters<typeof subjectAltName>[0]) =>
    ({ leaf }: Plan): void =>
      having(leaf, subjectAltName(names));
  const bytes = (...of: readonly number[]): { ip: Uint8Array } => ({ ip: Uint8Array.from(of) });
  const directory = buildName([['organization', 'TEST']]);
  const elsewhere = buildName([['organization', 'OTHER']]);

  test.each<[string, readonly ((of: Plan) => void)[], PathCode | 'valid']>([
    ['DNS within', [within({ dns: 'example' })], 'valid'],
    ['DNS itself', [within({ dns: 'LEAF.example' })], 'valid'],
    ['DNS outside', [within({ dns: 'test' })], 'name_not_permitted'],
    ['DNS that only ends alike', [within({ dns: 'af.example' })], 'name_not_permitted'],
    ['DNS excluded', [without({ dns: 'example' })], 'name_excluded'],
    ['DNS below an excluded name', [without({ dns: 'deep.leaf.example' })], 'valid'],
    [
      'wildcard that reaches an excluded name',
      [leafNamed({ dns: '*.example' }), without({ dns: 'leaf.example' })],
      'name_excluded',
    ],
    [
      'wildcard within',
      [leafNamed({ dns: '*.leaf.example' }), within({ dns: 'leaf.example' })],
      'valid',
    ],
    [
      'DNS that is none',
      [leafNamed({ dns: '.example' }), within({ dns: 'example' })],
      'name_not_permitted',
    ],
    ['mailbox', [within({ email: 'leaf@EXAMPLE.com' })], 'valid'],
    ['mailbox of another', [within({ email: 'root@example.com' })], 'name_not_permitted'],
    ['mail host', [within({ email: 'example.com' })], 'valid'],
    ['mail host, not below', [within({ email: 'com' })], 'name_not_permitted'],
    ['mail domain', [within({ email: '.com' })], 'valid'],
    [
      'address within',
      [leafNamed(bytes(10, 1, 2, 3)), within(bytes(10, 0, 0, 0, 255, 0, 0, 0))],
      'valid',
    ],
    [
      'address outside',
      [leafNamed(bytes(11, 1, 2, 3)), within(bytes(10, 0, 0, 0, 255, 0, 0, 0))],
      'name_not_permitted',
    ],
    [
      'address of the other family',
      [leafNamed({ ip: new Uint8Array(16) }), within(bytes(0, 0, 0, 0, 0, 0, 0, 0))],
      'name_not_permitted',
    ],
    [
      'mask with a hole',
      [leafNamed(bytes(10, 1, 2, 3)), within(bytes(10, 0, 0, 0, 255, 0, 255, 0))],
      'name_constraint_malformed',
    ],
    [
      'URI',
      [leafNamed({ uri: 'https://a@leaf.example:443/x' }), within({ uri: 'leaf.example' })],
      'valid',
    ],
    [
      'URI below a host',
      [leafNamed({ uri: 'https://x.leaf.example' }), within({ uri: 'leaf.example' })],
      'name_not_permitted',
    ],
    [
      'URI excluded domain',
      [leafNamed({ uri: 'https://x.leaf.example' }), without({ uri: '.example' })],
      'name_excluded',
    ],
    [
      'URI without a host',
      [leafNamed({ uri: 'urn:x' }), within({ uri: '.example' })],
      'name_not_permitted',
    ],
    ['directory', [within({ directory })], 'valid'],
    ['directory outside', [within({ directory: elsewhere })], 'name_not_permitted'],
    ['directory excluded', [without({ directory })], 'name_excluded'],
    [
      'directory in other letters',
      [without({ directory: buildName([['organization', ' test ']]) })],
      'name_excluded',
    ],
    [
      'alternative directory outside',
      [leafNamed({ directory: elsewhere }), within({ directory })],
      'name_not_permitted',
    ],
    [
      'a form nobody compares',
      [
        leafNamed({ other: '1.2.3', value: nullValue() }),
        without({ other: '1.2.3', value: nullValue() }),
      ],
      'name_constraint_unsupported',
    ],
    ['a form that is not there', [without({ uri: '.example' })], 'valid'],
  ])('%s: %s', async (_, bends, expected) => {
    const said = await judged((of) => bends.forEach((bend) => bend(of)));
    expect(said.code ?? said.is).toBe(expected);
  });

  test('names that cannot be read lie nowhere, but only where somebody asks', async () => {
    const unread = extension(extensionOid.subjectAltName, fromLatin1('x'), false);
    const said = await judged(({ middle, leaf }) => {
      having(middle, nameConstraints([{ dns: 'example' }]));
      having(leaf, unread);
    });
    expect(said).toMatchObject({ code: 'name_not_permitted', index: 0 });
    expect(await judged(({ leaf }) => having(leaf, unread))).toMatchObject({ is: 'valid' });
  });

  test('a permitted subtree narrows with each authority and never widens', async () => {
    const said = await judged(({ root, middle }) => {
      having(root, nameConstraints([{ dns: 'test' }]));
      having(middle, nameConstraints([{ dns: 'example' }, { dns: 'test' }]));
    });
    expect(said).toMatchObject({ code: 'name_not_permitted', index: 0 });
  });

  test('a flood of names and subtrees ends in a limit, soon', async () => {
    const many = Array.from({ length: 2_000 }, (_, at) => ({ dns: `n${at}.example` }));
    const said = await judged(({ middle, leaf }) => {
      having(middle, nameConstraints(many));
      having(leaf, subjectAltName(many));
    });
    expect(said).toMatchObject({ is: 'indeterminate', code: 'limit' });
  });
});
