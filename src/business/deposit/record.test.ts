import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { checkRecord, type EvidenceSchema, instantOf, readDefinition } from './index.ts';
import type { JsonObject } from './json.ts';
import { refuseUnfillable } from './schema.ts';

function schemaOf(name: string): EvidenceSchema {
  const path = new URL(`../../../catalog/deposits/${name}.json`, import.meta.url);
  return schemaIn(JSON.parse(readFileSync(path, 'utf8')) as Json);
}

function schemaIn(json: Json): EvidenceSchema {
  const definition = readDefinition(json);
  if (definition.kind !== 'schema') throw new Error('a scenario');
  return definition;
}

/** A schema of these fields and nothing else. */
function schemaWith(properties: JsonObject): EvidenceSchema {
  return schemaIn({
    $id: 'some-record',
    title: '示例',
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  });
}

const grant = (): EvidenceSchema => schemaOf('credit-grant');
const note = (): EvidenceSchema => schemaOf('loan-note');

/** The seed's two records, with synthetic persons. */
const granted: Record<string, Json> = {
  姓名: '王样例',
  身份证号: '990101199003070111',
  手机号: '00000000001',
  芝麻授信验短时间: '2018-03-12 00:07:26',
  运营商授信验短时间: '2018-03-11 23:48:02',
  授信额度: '',
  授信额度时间: '2018-03-12 00:09:12',
  征信查询授权时间: '2018-03-11 23:53:34.0',
  授信状态: '拒绝',
  婚姻状况: '未婚',
  学历: '本科',
  现居住状况: '租房',
  居住地区: '示例省示例市',
  详细地址: '示例路 1 号',
  紧急联系人: '李样例',
  紧急联系人电话: '00000000002',
  与本人关系: '朋友',
  单位名称: '示例公司',
  单位电话: '',
  单位地区: '示例省示例市',
  单位详细地址: '示例路 2 号',
  所属行业: '未知',
  '职位/级别': '职员',
  设备指纹: '0123456789abcdef0123456789abcdef',
  GPS: '31.230416,121.473701',
  产品编码: 'DEMO-01',
};
const noted: Record<string, Json> = {
  姓名: '王样例',
  身份证号: '990101199003070111',
  手机号: '00000000001',
  借款银行: '示例银行',
  借款银行卡号: '9900010000000000018',
  借款最高额度: '20000.00',
  借款金额: '5000.00',
  还款期数: '12期',
  还款账号: '9900010000000000018',
  借款用途: '日常消费',
  年利率: '23.4%',
  还款方式: '等额本息',
  每期还款金额: '471.35',
  固定还款日: '01',
  首次还款日: '2018-04-01',
  点击借据确认时间: '2018-03-12 05:19:33',
  支付密码验证成功时间: '2018-03-12 05:19:33.0',
  贷款发放人: '示例银行',
  放款时间: '2018-03-12 05:19:38',
  借据号: 'JJ-0001',
  设备指纹: { value: '0123456789ABCDEF0123456789ABCDEF', algorithm: 'fubie-stable-1' },
  GPS: {
    value: '31.23041612345678,121.47370112345678',
    datum: 'GCJ-02',
    accuracyM: 30,
    source: '设备',
  },
};

const valueOf = (record: ReturnType<typeof checkRecord>, name: string) =>
  record.values.find((one) => one.name === name)?.value;

describe('the record types of the seed', () => {
  test('S2-51 CREDIT_GRANT has exactly its 26 fields and two signed authorisations', () => {
    expect(grant().fields.map(({ name }) => name)).toEqual(Object.keys(granted));
    expect(grant().fields).toHaveLength(26);
    expect(checkRecord(grant(), granted).values).toHaveLength(26);
    expect(grant().attachments.map(({ title }) => title)).toEqual([
      '个人信息使用和第三方机构数据查询授权书',
      '个人征信查询授权书',
    ]);
  });

  test('S2-54 LOAN_NOTE has exactly its 22 fields', () => {
    expect(note().fields.map(({ name }) => name)).toEqual(Object.keys(noted));
    expect(note().fields).toHaveLength(22);
    expect(checkRecord(note(), noted).values).toHaveLength(22);
  });

  test('S2-52 empty is not unknown: both are kept, and no field is dropped or slipped in', () => {
    const record = checkRecord(grant(), granted);
    expect(valueOf(record, '授信额度')).toEqual({ given: '', is: 'not_collected' });
    expect(valueOf(record, '所属行业')).toBe('未知');
    expect(valueOf(record, '单位电话')).toBe('');
    const unknown = checkRecord(grant(), { ...granted, 授信额度: '未知' });
    expect(valueOf(unknown, '授信额度')).toEqual({ given: '未知', is: 'unknown' });
    for (const name of Object.keys(granted)) {
      const { [name]: _left, ...others } = granted;
      expect(() => checkRecord(grant(), others), name).toThrow('deposit.record_malformed');
    }
    expect(() => checkRecord(grant(), { ...granted, 民族: '' })).toThrow(
      'deposit.record_malformed',
    );
  });
});

describe('what a record is made of', () => {
  test.each([
    ['credit-grant', granted],
    ['loan-note', noted],
  ])('a %s stands in the order in which it is spelled, however it came', (name, record) => {
    const turned = Object.fromEntries(Object.entries(record).toReversed());
    for (const json of [record, turned]) {
      const { given } = checkRecord(schemaOf(name), json);
      expect(given).toEqual(record);
      // What stands in order already is spelled by the engine in one go.
      expect(Object.keys(given)).toEqual(Object.keys(record).toSorted());
    }
  });

  test("a field comes under its name or under the source's own, and not under both", () => {
    const definition = schemaWith({
      b: { type: 'string', 'x-sensitivity': 'public', 'x-source': 'TX_B' },
      a: { type: 'string', 'x-sensitivity': 'public' },
    });
    const given = { a: '1', b: '2' };
    expect(checkRecord(definition, given).given).toEqual(given);
    expect(checkRecord(definition, { a: '1', TX_B: '2' }).given).toEqual(given);
    const refused = (json: Json) => {
      try {
        checkRecord(definition, json);
        return undefined;
      } catch (thrown) {
        return thrown instanceof Fault ? thrown.details : thrown;
      }
    };
    expect(refused({ ...given, TX_B: '2' })).toEqual({ field: 'b', why: 'missing' });
    expect(refused({ a: '1' })).toEqual({ field: 'b', why: 'missing' });
    expect(refused({ ...given, c: '3' })).toEqual({ field: 'c', why: 'undeclared' });
    expect(refused({ a: '1', TX_B: '2', c: '3' })).toEqual({ field: 'c', why: 'undeclared' });
  });
});

describe('values as given and as understood', () => {
  test('lengths and lists are obeyed for a text that means something too', () => {
    const definition = schemaWith({
      a: { type: 'string', format: 'decimal', maxLength: 4, 'x-sensitivity': 'public' },
      b: { type: 'string', format: 'decimal', enum: ['1.00'], 'x-sensitivity': 'public' },
    });
    expect(checkRecord(definition, { a: '1.00', b: '1.00' }).flags).toEqual([]);
    expect(checkRecord(definition, { a: '', b: '未知' }).flags).toEqual([]);
    for (const wrong of [
      { a: '10.00', b: '1.00' },
      { a: '1.00', b: '2.00' },
    ]) {
      expect(() => checkRecord(definition, wrong)).toThrow('deposit.record_malformed');
    }
  });

  test('a letter outside the first plane is one letter, as a schema counts', () => {
    const definition = schemaWith({
      name: { type: 'string', minLength: 2, maxLength: 3, 'x-sensitivity': 'personal' },
    });
    expect(checkRecord(definition, { name: '王𬱖𠮷' }).flags).toEqual([]);
    for (const name of ['𬱖', '王𬱖𠮷䶮']) {
      expect(() => checkRecord(definition, { name })).toThrow('deposit.record_malformed');
    }
  });

  test.each([
    ['2018-03-11 23:53:34.0', '2018-03-11T23:53:34.000+08:00', 'Asia/Shanghai'],
    ['2018-03-11 23:53:34', '2018-03-11T23:53:34.000+08:00', 'Asia/Shanghai'],
    ['2018-03-11T15:53:34.5Z', '2018-03-11T23:53:34.500+08:00', 'given'],
    ['2018-03-12T00:53:34.123456+09:00', '2018-03-11T23:53:34.123+08:00', 'given'],
    ['0050-01-01 00:00:00', '0050-01-01T00:00:00.000+08:00', 'Asia/Shanghai'],
    ['1969-12-31 23:59:59.9', '1969-12-31T23:59:59.900+08:00', 'Asia/Shanghai'],
    ['1988-06-01 12:00:00', '1988-06-01T12:00:00.000+08:00', 'Asia/Shanghai'],
    ['9999-12-31T15:59:59Z', '9999-12-31T23:59:59.000+08:00', 'given'],
  ])('S2-61 %s is %s, zone: %s, and stays as it was written', (given, at, zone) => {
    const record = checkRecord(grant(), { ...granted, 征信查询授权时间: given });
    expect(valueOf(record, '征信查询授权时间')).toMatchObject({ given, at, zone });
  });

  test.each([
    '2018-02-30 00:00:00',
    '2018-03-12',
    '25:00',
    '2018-03-12 24:00:00',
    'now',
    '2016-12-31T23:59:60Z',
    '2018-03-12T05:19:33+99:99',
    '2018-03-12T05:19:33+24:00',
    '2018-03-12T05:19:33+08:60',
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00+23:00',
  ])('S2-61 %s is no time', (text) => {
    const wrong = { ...granted, 征信查询授权时间: text };
    expect(() => checkRecord(grant(), wrong)).toThrow('deposit.record_malformed');
  });

  test('S2-59 a fingerprint has 128 bits and names its algorithm, or says that it is unknown', () => {
    expect(valueOf(checkRecord(note(), noted), '设备指纹')).toMatchObject({
      algorithm: 'fubie-stable-1',
    });
    expect(valueOf(checkRecord(grant(), granted), '设备指纹')).toMatchObject({
      algorithm: 'unknown',
    });
    const over = { value: 'a'.repeat(32), model: 'X' };
    for (const 设备指纹 of ['0123', 'g'.repeat(32), { value: 'a'.repeat(31) }, over]) {
      expect(() => checkRecord(note(), { ...noted, 设备指纹 })).toThrow('deposit.record_malformed');
    }
  });

  test('S2-60 a place keeps its digits, with datum, accuracy and source; its absence is said', () => {
    expect(valueOf(checkRecord(grant(), granted), 'GPS')).toEqual({
      given: '31.230416,121.473701',
      lat: '31.230416',
      lng: '121.473701',
      datum: 'unknown',
      accuracyM: null,
      source: 'unknown',
    });
    expect(valueOf(checkRecord(note(), noted), 'GPS')).toMatchObject({
      lat: '31.23041612345678',
      datum: 'GCJ-02',
      accuracyM: 30,
      source: '设备',
    });
    expect(valueOf(checkRecord(note(), { ...noted, GPS: '' }), 'GPS')).toEqual({
      given: '',
      is: 'not_collected',
    });
    const value = '31.2,121.4';
    const odd = [
      { value, accuracyM: -1 },
      { value, altitude: 9 },
    ];
    for (const GPS of ['91,0', '0,181', '31.2', '北京', ...odd]) {
      expect(() => checkRecord(note(), { ...noted, GPS })).toThrow('deposit.record_malformed');
    }
  });

  test('note, password, disbursement in this order, equal allowed; otherwise it is flagged', () => {
    expect(checkRecord(note(), noted).flags).toEqual([]);
    const before = { ...noted, 放款时间: '2018-03-12 05:19:32' };
    expect(checkRecord(note(), before).flags).toEqual(['order:支付密码验证成功时间>放款时间']);
    const early = { ...granted, 授信额度时间: '2018-03-11 23:50:00' };
    expect(checkRecord(grant(), early).flags).toEqual(['order:征信查询授权时间>授信额度时间']);
    const time = valueOf(checkRecord(note(), noted), '放款时间');
    expect(instantOf(time ?? null)).toBe(Date.parse('2018-03-12T05:19:38+08:00'));
  });
});

describe('a definition', () => {
  const schema = {
    $id: 'some-record',
    title: '示例',
    type: 'object',
    properties: { a: { type: 'string', 'x-sensitivity': 'public' } },
    required: ['a'],
    additionalProperties: false,
  };

  test.each<readonly [string, Json]>([
    ['without a tag for each field', { ...schema, properties: { a: { type: 'string' } } }],
    [
      'with a pattern to run',
      {
        ...schema,
        properties: { a: { type: 'string', 'x-sensitivity': 'public', pattern: '(a+)+$' } },
      },
    ],
    ['with an optional field', { ...schema, required: [] }],
    ['open to other fields', { ...schema, additionalProperties: true }],
    [
      'with a name of the house',
      {
        ...schema,
        properties: { '@item': { type: 'string', 'x-sensitivity': 'public' } },
        required: ['@item'],
      },
    ],
    ['of another kind', { ...schema, type: 'array' }],
    ['that is none', []],
    ['a scenario without nodes', { $id: 'x-y', title: 'x', type: 'scenario', nodes: [] }],
    [
      'a record node without a schema',
      {
        $id: 'x-y',
        title: 'x',
        type: 'scenario',
        nodes: [{ slot: 'ab', title: 'x', kind: 'record' }],
      },
    ],
  ])('%s is refused', (_, json) => {
    expect(() => readDefinition(json)).toThrow('deposit.definition_malformed');
  });

  test.each<readonly [string, JsonObject]>([
    ['more letters at least than at most', { type: 'string', minLength: 5, maxLength: 2 }],
    ['more letters at least than any value has', { type: 'string', minLength: 4_001 }],
    ['a smallest number above the largest', { type: 'integer', minimum: 3, maximum: 2 }],
    ['a list of nothing', { type: 'string', enum: [] }],
    ['a list of values of another type', { type: 'string', enum: ['1', 1] }],
  ])('whose field asks for %s is not taken, and is read where it was taken', (_, rule) => {
    const definition = schemaWith({ a: { ...rule, 'x-sensitivity': 'public' } });
    expect(() => refuseUnfillable(definition)).toThrow('deposit.definition_malformed');
  });

  test('whose field leaves one value is taken', () => {
    const integer = { type: 'integer', 'x-sensitivity': 'public' };
    for (const rule of [{ maximum: -1 }, { minimum: 2, maximum: 2 }, { enum: [-1] }]) {
      expect(() => refuseUnfillable(schemaWith({ a: { ...integer, ...rule } }))).not.toThrow();
    }
  });

  test('the same text in another order of members is the same definition', () => {
    const turned = Object.fromEntries(Object.entries(schema).toReversed());
    expect(readDefinition(turned).bytes).toEqual(readDefinition(schema).bytes);
  });
});
