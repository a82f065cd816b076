import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Clock, instantFromMs, parseInstant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { Catalog } from './catalog.ts';
import { ruleAt } from './law.ts';
import type { CatalogReader } from './reader.ts';

const folder = join(import.meta.dirname, '../../../catalog');
const storyDay = parseInstant('2026-11-21T10:00:00.000+08:00');
const clock: Clock = { now: () => storyDay, source: 'test' };

const names = { handler: { name: '示例县农村信用合作联社', contact: '000-0000-0001' } };

const engine: Pick<Engine, 'digest'> = {
  digest: async (_, bytes) =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))),
};

/** The real catalogue, with single files replaced. */
function reader(replaced: Readonly<Record<string, unknown>> = {}): CatalogReader {
  return {
    list: async (part) => (await readdir(join(folder, part))).toSorted(),
    read: async (part, name) => {
      const other = replaced[`${part}/${name}`];
      if (typeof other === 'string') return new TextEncoder().encode(other);
      if (other !== undefined) return new TextEncoder().encode(JSON.stringify(other));
      return new Uint8Array(await readFile(join(folder, part, name)));
    },
  };
}

const load = (replaced?: Readonly<Record<string, unknown>>) =>
  Catalog.load({ reader: reader(replaced), engine: engine as Engine, clock });

async function jsonOf(file: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>;
}

describe('the catalogue of the demo cooperative', () => {
  test('lends the story loan on its day and not before the product was approved', async () => {
    const catalog = await load();
    expect(catalog.products(storyDay)).toEqual(
      expect.arrayContaining(['rural-loan-demo', 'rural-loan']),
    );
    const product = catalog.product('rural-loan', storyDay);
    expect(product).toMatchObject({ method: 'EQUAL_INSTALMENT', firstPeriod: 'FULL_MONTH' });
    expect(product?.annualRate).toEqual({ numerator: 234n, denominator: 1000n });
    expect(product?.words).toMatchObject({ overdueMarkup: '50', misuseMarkup: '100' });
    const before = parseInstant('2026-07-31T23:59:59.999+08:00');
    expect(catalog.product('rural-loan', before)).toBeUndefined();
    expect(catalog.version('rural-loan', '2026-1')?.id).toBe('rural-loan');
  });

  test('the real product reads at 15 characters a second, the demo one says that it does not', async () => {
    const catalog = await load();
    const real = catalog.version('rural-loan', '2026-1');
    const demo = catalog.version('rural-loan-demo', '2026-1');
    expect(real?.secondsMin('loan-contract', 3_100)).toBe(207);
    expect(real?.secondsMin('loan-contract', 30)).toBe(60);
    expect(real?.words.label).toBeUndefined();
    expect(demo?.secondsMin('loan-contract', 3_100)).toBe(1);
    expect(demo?.words.label).toBe('演示：阅读时限缩短');
    expect(demo?.annualRate).toEqual(real?.annualRate);
  });

  test('the channel asks the law of the day: 200,000.00, 60 months, 18 years', async () => {
    const catalog = await load();
    expect(catalog.version('rural-loan', '2026-1')?.channelLimits).toEqual({
      ageMin: 18,
      remoteAmountMax: 20_000_000n,
      consumerLineMax: 20_000_000n,
      consumerMonthsMax: 60,
      businessMonthsMax: 120,
    });
  });

  test('fourteen consents stand as texts of their own, none of them granted by default', async () => {
    const catalog = await load();
    const rows = catalog.version('rural-loan', '2026-1')?.words.consents;
    expect(rows).toHaveLength(14);
    expect(rows).toContainEqual(
      expect.objectContaining({ code: 'marketing', status: 'not-asked' }),
    );
    expect(rows).toContainEqual(
      expect.objectContaining({ code: 'basic-service', status: 'notice' }),
    );
    expect(catalog.text('marketing', storyDay, names)?.text).toContain('拒绝的影响：不影响办理');
    expect(catalog.text('esign-agreement', storyDay, names)?.text).toContain('由您自主决定');
    expect(catalog.text('esign-agreement', instantFromMs(0), names)).toBeUndefined();
    expect(catalog.text('astrology', storyDay, names)).toBeUndefined();
  });

  test('a template has one digest over its source, form and fields: any edit changes it', async () => {
    const before = (await load()).template('note').sha256;
    const note = await readFile(join(folder, 'templates/note.typ'), 'utf8');
    const edited = await load({ 'templates/note.typ': note.replace('借到', '收到') });
    expect(edited.template('note').sha256).not.toBe(before);
    expect(edited.template('loan-contract').sha256).toBe(
      (await load()).template('loan-contract').sha256,
    );
  });
});

test('S2-15 no contract template comes up without its notice of evidence preservation', async () => {
  const contract = await readFile(join(folder, 'templates/loan-contract.typ'), 'utf8');
  expect((await load()).template('loan-contract').source.text).toBe(contract);
  const silent = contract.replace('证据保全告知', '其他');
  await expect(load({ 'templates/loan-contract.typ': silent })).rejects.toThrow(
    'catalog.clause_missing',
  );
});

test('S0-49 identity, each document, each step of signing and the filing are required of every loan', async () => {
  const catalog = await load();
  for (const id of ['rural-loan', 'rural-loan-demo']) {
    const list = catalog.version(id, '2026-1')?.requiredEvidence;
    const { entries } = JSON.parse(new TextDecoder().decode(list)) as {
      readonly entries: readonly { readonly type: string; readonly min: number }[];
    };
    const required = entries.filter(({ min }) => min > 0).map(({ type }) => type);
    expect(required, id).toEqual(
      expect.arrayContaining([
        'identity.checked',
        'document.drafted',
        'intent.confirmed',
        'certificate.issued',
        'seal.intended',
        'seal.done',
      ]),
    );
  }
});

describe('a catalogue that is not whole does not come up', () => {
  test('a penalty above the law is refused', async () => {
    const file = await jsonOf('products/rural-loan.json');
    const text = JSON.stringify(file).replace(
      '"overdueMultiplier":"1.5"',
      '"overdueMultiplier":"1.6"',
    );
    await expect(load({ 'products/rural-loan.json': text })).rejects.toThrow(
      'catalog.product_unlawful',
    );
  });

  test('a consent without a text and a list that does not exist are refused', async () => {
    const file = JSON.stringify(await jsonOf('products/rural-loan.json'));
    const stray = file.replace('"bank-account"', '"bank-acount"');
    await expect(load({ 'products/rural-loan.json': stray })).rejects.toThrow(
      'catalog.file_malformed',
    );
    const lost = file.replace('"loan-required"', '"none"');
    await expect(load({ 'products/rural-loan.json': lost })).rejects.toThrow(
      'catalog.file_missing',
    );
  });

  test('a file with a member that nobody reads is refused', async () => {
    const file = { ...(await jsonOf('law/reading.json')), remark: 'x' };
    await expect(load({ 'law/reading.json': file })).rejects.toThrow('catalog.file_malformed');
  });

  test('the law of a day is the version in force on it, and two versions never overlap', async () => {
    const rule = {
      name: 'remoteAmountFenMax',
      value: '20000000',
      unit: 'fen',
      basis: 'x',
      article: '1',
      confidence: 'S' as const,
      from: '2024-07-01',
      to: '2026-12-31',
    };
    const raised = { ...rule, value: '30000000', from: '2027-01-01', to: null };
    const table = { table: 'loan-channel', title: 't', rules: [rule, raised] };
    const at = (text: string) => ruleAt(table, parseInstant(text)).value('remoteAmountFenMax');
    expect(at('2026-12-31T23:59:59.999+08:00')).toBe('20000000');
    expect(at('2027-01-01T00:00:00.000+08:00')).toBe('30000000');
    expect(() => at('2024-06-30T23:59:59.999+08:00')).toThrow('catalog.rule_missing');
    const law = await jsonOf('law/loan-channel.json');
    const overlapping = { ...law, rules: [rule, { ...raised, from: '2026-12-31' }] };
    await expect(load({ 'law/loan-channel.json': overlapping })).rejects.toThrow(
      'catalog.file_malformed',
    );
  });
});

describe('最小必要', () => {
  const listFile = 'minimisation/rural-loan.json';
  const withField = async (changed: Record<string, unknown>) => {
    const list = await jsonOf(listFile);
    const fields = list['fields'] as Record<string, unknown>[];
    const extra = { ...fields[0], field: 'extra', required: false, ...changed };
    return load({ [listFile]: { ...list, fields: [...fields, extra] } });
  };

  test('S4-02 L-PI-01 产品清单逐项写明依据、分级和保存组；登记超范围收集的产品或文件即被拒绝', async () => {
    const { minimisation } = (await load()).version('rural-loan', '2026-1') ?? {};
    for (const field of minimisation?.fields ?? []) {
      expect(field.basis, field.field).toMatch(/^(contract|duty|consent:)/);
      expect(field.class, field.field).toMatch(/^C[123]$/);
    }
    await expect(withField({})).resolves.toBeDefined();
    const over = [
      { field: 'religion' },
      { field: 'gene' },
      { class: 'C3' },
      { basis: 'consent:astrology' },
      { field: 'name' },
    ];
    for (const changed of over) {
      await expect(withField(changed), JSON.stringify(changed)).rejects.toThrow(
        'catalog.over_collection',
      );
    }
    await expect(withField({ basis: 'because' })).rejects.toThrow('catalog.file_malformed');

    const groups = await jsonOf('schemas/groups.json');
    const borrower = { ...(groups['borrower'] as object), income: 'text' };
    await expect(load({ 'schemas/groups.json': { ...groups, borrower } })).rejects.toThrow(
      'catalog.over_collection',
    );
  });

  test('没有清单的产品不上架', async () => {
    const list = { ...(await jsonOf(listFile)), product: 'another' };
    await expect(load({ [listFile]: list })).rejects.toThrow('catalog.file_malformed');
  });
});

describe('影响评估', () => {
  const file = 'assessments/rural-loan.json';
  const assessed = async (change: Record<string, unknown>) =>
    load({ [file]: { ...(await jsonOf(file)), ...change } });

  test('L-PI-12 L-PI-15 敏感信息、自动决策、对外提供、人脸：没有事先评估、少评一项的产品不上架', async () => {
    await expect(assessed({})).resolves.toBeDefined();
    for (const left of ['sensitive', 'automated', 'handed-on', 'face']) {
      const covers = ['sensitive', 'automated', 'handed-on', 'face'].filter((one) => one !== left);
      const refusal = assessed({ covers });
      await expect(refusal, left).rejects.toThrow('catalog.not_assessed');
    }
    await expect(assessed({ product: 'consumer-loan' })).rejects.toThrow('catalog.file_malformed');
  });

  test('L-PI-12 评估写明合法必要、影响与风险、措施，由另一人批准，保存不少于三年', async () => {
    const holes = [
      { keptYears: 2 },
      { lawfulness: ' ' },
      { impact: '' },
      { measures: undefined },
      { approvedBy: '个人信息保护岗' },
    ];
    for (const hole of holes) {
      await expect(assessed(hole), JSON.stringify(hole)).rejects.toThrow('catalog.file_malformed');
    }
  });
});

test('L-PI-09 没有一个接收方在境外：写了境外接收方的产品不上架', async () => {
  const list = await jsonOf('minimisation/rural-loan.json');
  const [first, ...others] = list['recipients'] as Record<string, unknown>[];
  const abroad = { ...list, recipients: [{ ...first, country: 'SG' }, ...others] };
  await expect(load({ 'minimisation/rural-loan.json': abroad })).rejects.toThrow(
    'catalog.over_collection',
  );
});

describe('告知书', () => {
  const file = 'consents/consents.json';
  type Row = Record<string, unknown>;
  const changed = async (code: string, change: Row): Promise<Catalog> => {
    const list = await jsonOf(file);
    const rows = (list['consents'] as Row[]).map((row) =>
      row['code'] === code ? { ...row, ...change } : row,
    );
    return load({ [file]: { ...list, consents: rows } });
  };

  test('L-PI-03 告知写明处理者及其联系方式、目的、方式、种类、期限和权利；缺一项即不能上架', async () => {
    const text = (await load()).text('bank-account', storyDay, names)?.text ?? '';
    for (const part of [
      '个人信息处理者：示例县农村信用合作联社（联系方式：000-0000-0001）',
      '处理目的：',
      '处理方式：',
      '信息种类：银行账号',
      '保存期限：',
      '必要性：',
      '对您的影响：',
      '您的权利：您有权查阅',
    ]) {
      expect(text).toContain(part);
    }
    const holes: [string, Row][] = [
      ['face-image', { necessity: null }],
      ['bank-account', { impact: null }],
      ['credit-reporting', { recipient: null }],
      ['marketing', { purpose: ' ' }],
      ['marketing', { retention: ' ' }],
    ];
    for (const [code, change] of holes) {
      await expect(changed(code, change), code).rejects.toThrow('catalog.notice_incomplete');
    }
    const list = await jsonOf(file);
    await expect(load({ [file]: { ...list, rights: '您有权查阅。' } })).rejects.toThrow(
      'catalog.notice_incomplete',
    );
    const thirteen = (list['consents'] as Row[]).slice(1);
    await expect(load({ [file]: { ...list, consents: thirteen } })).rejects.toThrow(
      'catalog.file_malformed',
    );
  });

  test('L-PI-15 C.11 拒绝人脸、位置、设备特征、营销的，都留有出路，否则不能上架', async () => {
    for (const code of ['face-image', 'precise-location', 'device-fingerprint', 'marketing']) {
      expect((await load()).text(code, storyDay, names)?.alternative, code).not.toBeNull();
      await expect(changed(code, { alternative: null }), code).rejects.toThrow(
        'catalog.notice_incomplete',
      );
    }
  });
});
