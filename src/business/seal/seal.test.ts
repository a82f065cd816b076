/** A seal from the application to the destruction: who may do what, and what the log knows. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '#base/canonical';
import { addSeconds, type Instant, parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import { sealOfKind } from '#formats/pdf';
import {
  type Seal,
  type SealAct,
  SealBook,
  type SealMade,
  type SealRows,
  type SealUse,
  sealActs,
  sealStandings,
  stepped,
} from './index.ts';

const unit = { tenant: 'demo' as TenantId } as Unit;
const start = parseInstant('2026-11-21T10:00:00.000+08:00');
const figure = sealOfKind('contract', { name: '示例县农村信用合作联社' });
const why = '网点业务需要';
const loan = { kind: 'loan-contract', entry: 'entry-1' };
const made: SealMade = {
  certificateSha256: 'ab'.repeat(32),
  notAfter: addSeconds(start, 200_000),
  documents: ['loan-contract'],
  until: addSeconds(start, 100_000),
};
const codeOf = (act: Promise<unknown>) => act.then(() => 'done', faultCode);

class MemorySeals implements SealRows {
  readonly rows = new Map<string, Seal>();
  readonly used = new Map<string, SealUse>();

  async put(_unit: Unit, seal: Seal): Promise<void> {
    this.rows.set(seal.id, seal);
  }

  async seal(_unit: Unit, id: string): Promise<Seal | undefined> {
    return this.rows.get(id);
  }

  async seals(): Promise<readonly Seal[]> {
    return [...this.rows.values()];
  }

  async addUse(_unit: Unit, use: SealUse): Promise<void> {
    if (!this.used.has(use.entry)) this.used.set(use.entry, use);
  }

  async uses(_unit: Unit, seal: string): Promise<readonly SealUse[]> {
    return [...this.used.values()].filter((use) => use.seal === seal).toReversed();
  }
}

let now: Instant;
let noted: Record<string, Json>[];
let book: SealBook;

beforeEach(() => {
  now = start;
  noted = [];
  book = new SealBook({
    clock: { source: 'TEST_CLOCK', now: () => now },
    rows: new MemorySeals(),
    register: {
      async note(_unit, { type, disclosures, of }) {
        const values = disclosures.map(({ name, value }) => [name, value] as const);
        noted.push({ type, pictures: of?.length ?? 0, ...Object.fromEntries(values) });
        return { hash: '', seq: 0 } as never;
      },
    },
    draw: (wanted) => {
      if (wanted.shape === 'square' && wanted.text === '𠮷')
        throw new Fault('catalog.glyph_missing');
      return { width: 10, height: 10, content: '0.8 0.04 0.06 rg\n0 0 m 1 1 l h f\n' };
    },
    installed: async () => ({
      id: 'contract-seal',
      figure,
      standing: 'active',
      documents: ['loan-contract'],
      until: undefined,
      steps: [],
    }),
  });
});

const apply = () => book.apply({ id: 'branch-seal', figure, by: 'wang', why })(unit);
function step(what: SealAct, by: string, id = 'branch-seal'): Promise<Seal> {
  const authorised = what === 'authorise' && {
    documents: ['loan-contract'],
    until: addSeconds(start, 86_400),
  };
  const more = what === 'make' ? { made } : authorised;
  return book.step(id, { act: what, by, why, ...more })(unit);
}
const use = (id = 'branch-seal', more: Partial<typeof loan> = {}) =>
  codeOf(book.use(unit, { seal: id, ...loan, ...more }));

test('S3-42 applied, approved, made, authorised, used, suspended, resumed, destroyed: each step in the log, and used only while it is active', async () => {
  await apply();
  const walk: readonly (readonly [SealAct, string])[] = [
    ['approve', 'li'],
    ['make', 'wang'],
    ['authorise', 'li'],
    ['suspend', 'wang'],
    ['resume', 'li'],
    ['suspend', 'wang'],
    ['destroy', 'li'],
  ];
  const usable: (string | undefined)[] = [await use()];
  for (const [what, by] of walk) {
    await step(what, by);
    usable.push(await use('branch-seal', { entry: `after-${what}` }));
  }
  const not = 'seal.not_usable';
  expect(usable).toEqual([not, not, not, 'done', not, 'done', not, not]);
  expect(noted.map((one) => [one['act'], one['standing'], one['by']])).toEqual([
    ['apply', 'applied', 'wang'],
    ['approve', 'approved', 'li'],
    ['make', 'made', 'wang'],
    ['authorise', 'active', 'li'],
    ['suspend', 'suspended', 'wang'],
    ['resume', 'active', 'li'],
    ['suspend', 'suspended', 'wang'],
    ['destroy', 'destroyed', 'li'],
  ]);
  // What was applied for and what was made are kept as pictures.
  expect(noted.map(({ pictures }) => pictures)).toEqual([1, 0, 1, 0, 0, 0, 0, 0]);
  const uses = await book.uses(unit, 'branch-seal');
  expect(uses.map(({ entry }) => entry)).toEqual(['after-resume', 'after-authorise']);
});

test('S3-42 the seal that came with the house can be suspended, and then signs nothing', async () => {
  expect(await use('contract-seal')).toBe('done');
  await step('suspend', 'wang', 'contract-seal');
  expect(await use('contract-seal', { entry: 'entry-2' })).toBe('seal.not_usable');
  expect(await codeOf(step('resume', 'wang', 'contract-seal'))).toBe('seal.same_person');
  await step('resume', 'li', 'contract-seal');
  expect(await use('contract-seal', { entry: 'entry-2' })).toBe('done');
  expect((await book.list(unit)).map(({ id, standing }) => [id, standing])).toEqual([
    ['contract-seal', 'active'],
  ]);
  expect((await book.uses(unit, 'contract-seal')).length).toBe(2);
});

test('the newest authorisation decides which seal is put on a kind of documents', async () => {
  const chosen = async (kind = 'loan-contract') => {
    const seal = await book.chosen(unit, kind).catch(faultCode);
    return typeof seal === 'object' ? seal.id : seal;
  };
  expect(await chosen()).toBe('contract-seal');
  await apply();
  await step('approve', 'li');
  await step('make', 'keeper');
  expect(await chosen()).toBe('contract-seal');
  await step('authorise', 'li');
  expect(await chosen()).toBe('branch-seal');
  await step('suspend', 'wang');
  expect(await chosen()).toBe('contract-seal');
  await step('suspend', 'wang', 'contract-seal');
  expect(await chosen()).toBe('seal.not_authorised');
  await step('resume', 'li');
  expect(await chosen()).toBe('branch-seal');
  expect(await chosen('report')).toBe('seal.not_authorised');
  now = addSeconds(start, 86_400);
  expect(await chosen()).toBe('seal.not_authorised');
});

test('S3-42 a seal is made with a key and a certificate or not at all, and the log names them', async () => {
  await apply();
  await step('approve', 'li');
  const bare = book.step('branch-seal', { act: 'make', by: 'keeper', why });
  expect(await codeOf(bare(unit))).toBe('seal.malformed');
  await step('make', 'keeper');
  expect(noted.at(-1)).toMatchObject({
    act: 'make',
    certificate: made.certificateSha256,
    paperDocuments: ['loan-contract'],
  });
});

describe('S3-42 a paper that ends', () => {
  const day = 86_400;
  const next: SealMade = {
    certificateSha256: 'cd'.repeat(32),
    notAfter: addSeconds(start, 900 * day),
    documents: ['loan-contract'],
    until: addSeconds(start, 400 * day),
  };
  const renew = (more: Partial<SealMade> = {}, id = 'branch-seal') => {
    const order = { act: 'renew', by: 'keeper:zhao', why, made: { ...next, ...more } } as const;
    return codeOf(book.step(id, order)(unit));
  };
  beforeEach(async () => {
    await apply();
    await step('approve', 'li');
    await step('make', 'keeper:zhao');
    await step('authorise', 'li');
  });

  test('is renewed by its keeper: the book shows both certificates, and the log names the new one', async () => {
    expect(await renew()).toBe('done');
    const seal = await book.seal(unit, 'branch-seal');
    expect(seal.standing).toBe('active');
    const papers = seal.steps.flatMap((one) => one.made?.certificateSha256 ?? []);
    expect(papers).toEqual([made.certificateSha256, next.certificateSha256]);
    expect(noted.at(-1)).toMatchObject({ act: 'renew', certificate: next.certificateSha256 });
    // The institution's own word still ends when it said: another says how long it goes on.
    now = addSeconds(start, day);
    expect(await use()).toBe('seal.not_authorised');
    const longer = { documents: ['loan-contract'], until: addSeconds(start, 300 * day) };
    const authorise = { act: 'authorise', by: 'li', why, ...longer } as const;
    expect(await codeOf(book.step('branch-seal', authorise)(unit))).toBe('done');
    expect(await use()).toBe('done');
  });

  test('and is not renewed seals nothing, is chosen for nothing, and can still be renewed', async () => {
    expect(await renew({ until: addSeconds(start, 50 * day) })).toBe('done');
    const longer = { documents: ['loan-contract'], until: addSeconds(start, 50 * day) };
    await book.step('branch-seal', { act: 'authorise', by: 'li', why, ...longer })(unit);
    now = addSeconds(start, 50 * day);
    expect(await use()).toBe('seal.paper_lapsed');
    expect((await book.chosen(unit, 'loan-contract')).id).toBe('contract-seal');
    expect(await renew()).toBe('done');
  });

  test('is renewed near its end alone, for no fewer kinds, and of the seal that came with the house too', async () => {
    expect(await renew()).toBe('done');
    expect(await renew()).toBe('seal.paper_runs');
    now = addSeconds(start, 310 * day);
    expect(await renew({ documents: ['report'] })).toBe('seal.beyond_paper');
    expect(await renew({}, 'contract-seal')).toBe('done');
    expect(await renew({}, 'contract-seal')).toBe('done');
    expect((await book.list(unit)).map(({ id }) => id)).toContain('contract-seal');
    const bare = book.step('branch-seal', { act: 'renew', by: 'keeper:zhao', why });
    expect(await codeOf(bare(unit))).toBe('seal.malformed');
  });
});

describe('four eyes', () => {
  test.each<[SealAct, readonly (readonly [SealAct, string])[]]>([
    ['approve', []],
    ['refuse', []],
    [
      'authorise',
      [
        ['approve', 'li'],
        ['make', 'wang'],
      ],
    ],
    [
      'destroy',
      [
        ['approve', 'li'],
        ['make', 'wang'],
      ],
    ],
  ])('who asked does not %s', async (what, before) => {
    await apply();
    for (const [one, by] of before) await step(one, by);
    expect(await codeOf(step(what, 'wang'))).toBe('seal.same_person');
    expect(await codeOf(step(what, 'li'))).toBe('done');
  });
});

test('no step follows where it cannot, and none is taken back', () => {
  const possible = sealStandings.map((standing) => {
    const seal: Seal = { id: 's', figure, standing, documents: [], until: undefined, steps: [] };
    const order = { by: 'li', why, documents: ['report'], until: addSeconds(start, 9) };
    const acts = sealActs.filter((what) => {
      const more = what === 'make' || what === 'renew' ? { made } : {};
      try {
        return stepped(seal, { ...order, ...more, act: what }, start).steps.length === 1;
      } catch (thrown) {
        expect(faultCode(thrown)).toMatch(/^seal\.(standing_differs|taken)$/);
        return false;
      }
    });
    return [standing, acts];
  });
  expect(possible).toEqual([
    ['applied', ['refuse', 'approve']],
    ['refused', []],
    ['approved', ['make', 'destroy']],
    ['made', ['renew', 'authorise', 'destroy']],
    ['active', ['renew', 'authorise', 'suspend']],
    ['suspended', ['renew', 'resume', 'destroy']],
    ['destroyed', []],
  ]);
});

test('an authorisation names kinds and ends, and nothing else is signed under it', async () => {
  await apply();
  await step('approve', 'li');
  await step('make', 'wang');
  const authorise = (more: object) =>
    codeOf(book.step('branch-seal', { act: 'authorise', by: 'li', why, ...more })(unit));
  expect(await authorise({})).toBe('seal.malformed');
  expect(await authorise({ documents: [], until: addSeconds(now, 9) })).toBe('seal.malformed');
  expect(await authorise({ documents: ['report'], until: now })).toBe('seal.malformed');
  // What the key store's paper does not speak of would be refused in the middle of a loan.
  const beyond = 'seal.beyond_paper';
  expect(await authorise({ documents: ['report'], until: addSeconds(now, 9) })).toBe(beyond);
  const late = { documents: ['loan-contract'], until: addSeconds(now, 100_001) };
  expect(await authorise(late)).toBe(beyond);
  await step('authorise', 'li');
  expect(await use('branch-seal', { kind: 'guarantee' })).toBe('seal.not_authorised');
  now = addSeconds(start, 86_400);
  expect(await use()).toBe('seal.not_authorised');
});

test('what is malformed, taken or cannot be drawn is refused, and the same use counts once', async () => {
  expect(() => book.apply({ id: 'X', figure, by: 'wang', why })).toThrow('seal.malformed');
  expect(() => book.apply({ id: 'branch', figure, by: 'wang', why: '要' })).toThrow(
    'seal.malformed',
  );
  const rare = { shape: 'square', sideMm: 20, text: '𠮷' } as const;
  expect(() => book.apply({ id: 'branch', figure: rare, by: 'wang', why })).toThrow('catalog.');
  await apply();
  expect(await codeOf(apply())).toBe('seal.taken');
  const taken = book.apply({ id: 'contract-seal', figure, by: 'wang', why });
  expect(await codeOf(taken(unit))).toBe('seal.taken');
  expect(await codeOf(step('suspend', 'li', 'nobody'))).toBe('seal.unknown');
  expect(await use('nobody')).toBe('seal.unknown');
  await use('contract-seal');
  await use('contract-seal');
  expect((await book.uses(unit, 'contract-seal')).length).toBe(1);
});
