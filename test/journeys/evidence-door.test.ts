/**
 * 通用存证接口：业务系统登记自己的数据模式；三种语言的例子只用公开的接口；只接存证平台也能闭合。
 */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultCode } from '#base/fault';
import { openApiOf, routesToRead } from '#doors/http';
import { parseEntry } from '#formats/entry';
import { DepositHouse, source, unit } from './deposit-house.ts';

const schema = {
  $id: 'own-record',
  title: '本行记录',
  type: 'object',
  properties: {
    姓名: { type: 'string', 'x-sensitivity': 'personal' },
    金额: { type: 'string', format: 'decimal', 'x-sensitivity': 'business' },
    时间: { type: 'string', format: 'time', 'x-sensitivity': 'public', 'x-source': 'TX_TIME' },
  },
  required: ['姓名', '金额', '时间'],
  additionalProperties: false,
} as const;
const scenario = {
  $id: 'own',
  title: '本行场景',
  type: 'scenario',
  nodes: [{ slot: 'record', title: '本行记录', kind: 'record', schema: 'own-record' }],
} as const;
const fields = { 姓名: '王样例', 金额: '5000.00', 时间: '2018-03-12 05:19:33' };
const languages = ['sh', 'python', 'java'];

let house: DepositHouse;
beforeEach(async () => {
  house = await DepositHouse.open();
  await house.define(schema);
  await house.define(scenario);
});
afterEach(() => house.close());

const codeOf = (action: Promise<unknown>) => action.then(() => 'nothing was refused', faultCode);

test('S2-14 业务系统登记字段、来源名与敏感级别；不合模式的不收，来源名映射到同一记录', async () => {
  const { 时间: _time, ...untimed } = schema.properties;
  const untagged = {
    ...schema,
    $id: 'untagged',
    properties: { ...untimed, 时间: { type: 'string' } },
  };
  expect(await codeOf(house.define(untagged))).toBe('deposit.definition_malformed');

  const deposit = await house.opened('o1', { scenario: 'own' });
  const submit = (own: string, given: Readonly<Record<string, string>>) =>
    house.submit(deposit, own, { schema: 'own-record', fields: given });
  const { 时间, ...others } = fields;
  for (const wrong of [others, { ...fields, 多余: 'x' }, { ...fields, 金额: '许多' }]) {
    expect(await codeOf(submit('r', wrong))).toBe('deposit.record_malformed');
  }
  const mapped = await submit('r', { ...others, TX_TIME: 时间 });
  expect(mapped?.hash).toBeTruthy();
  expect((await submit('r', fields))?.hash).toBe(mapped?.hash);
  expect((await house.state(deposit)).missing).toEqual([]);
});

test('S2-32 三种语言的例子所用的每个接口都在公开的接口文件里，入参与应答都有类型', () => {
  const document = JSON.parse(JSON.stringify(openApiOf(routesToRead().routes)));
  const guide = readFileSync('docs/guide/deposit.md', 'utf8');
  for (const language of languages) {
    const fence = language === 'sh' ? 'sh deposit' : language;
    const [, block = ''] =
      new RegExp(`\`\`\`${fence}[^\\n]*\\n([\\s\\S]*?)\`\`\``).exec(guide) ?? [];
    const used = [...block.matchAll(/\b(POST|PUT|GET)\b[^\n/]{1,6}(\/v1\/[^\n]*)/g)].map(
      (match) => {
        return { verb: (match[1] ?? '').toLowerCase(), path: (match[2] ?? '').trim() };
      },
    );
    expect(used.length, language).toBeGreaterThanOrEqual(8);
    for (const { verb, path } of used) {
      const found = Object.entries<Record<string, unknown>>(document.paths).find(([template]) => {
        return verb in (document.paths[template] ?? {}) && shapeOf(template).test(path);
      });
      expect(found?.[0], `${language}: ${verb} ${path}`).toBeDefined();
      const operation = JSON.stringify(found?.[1][verb]);
      expect(operation).toMatch(/"20[01]":\{"description":"[^"]+","content"/);
      if (path.endsWith('/records')) expect(operation).toContain('"requestBody"');
    }
  }
});

test('S2-48 已有业务系统的机构只接存证平台：一条链由此闭合，其中没有合同系统的一条记录', async () => {
  const deposit = await house.opened('o2', { scenario: 'own' });
  const order = { id: deposit.id, outcome: 'concluded', leavingOut: [] } as const;
  expect(await codeOf(house.closing.close(source, order)(unit))).toBe('deposit.links_missing');
  await house.submit(deposit, 'r', { schema: 'own-record', fields });
  await house.closing.close(source, order)(unit);
  const types = (await house.log.ofCase(unit, deposit.id)).map(
    ({ bytes }) => parseEntry(bytes).type,
  );
  expect(types).toEqual(['deposit.opened', 'deposit.item', 'case.closed']);
});

/** A path of the document as programs write it: each parameter as some variable. */
function shapeOf(template: string): RegExp {
  const variable = String.raw`(?:"\s*\+\s*\w+\s*\+\s*"|\$\w+|\{[^}]*\}|\d+)`;
  const escaped = template.replaceAll('/', String.raw`\/`).replaceAll(/\{[^}]*\}/g, variable);
  return new RegExp(`^${escaped}["' ,]`);
}
