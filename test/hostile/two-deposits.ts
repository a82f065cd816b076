/**
 * What a partner deposits with one of two institutions, through the API: a schema and a scenario
 * that a second person allowed, one record of a person, one file, one package.
 */
import { nodeEngine } from '#adapters/engine';
import { toBase64, toHex, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { ask, type Heard, type House } from './asker.ts';

const schema = {
  $id: 'partner-record',
  title: '伙伴记录',
  type: 'object',
  properties: { 姓名: { type: 'string', 'x-sensitivity': 'personal' } },
  required: ['姓名'],
  additionalProperties: false,
};
const scenario = {
  $id: 'partner',
  title: '伙伴场景',
  type: 'scenario',
  nodes: [
    { slot: 'record', title: '伙伴记录', kind: 'record', schema: schema.$id },
    { slot: 'paper', title: '伙伴文件', kind: 'file' },
  ],
};

export interface Depositor {
  readonly house: House;
  readonly machine: string;
  readonly security: string | undefined;
  /** Whom the record is about; nobody else may hear it. */
  readonly person: string;
}

export async function depositWith(
  who: Depositor,
): Promise<{ deposit: string; file: string; entry: string }> {
  const { house, machine, security, person } = who;
  const asking =
    (token: string | undefined) => async (method: string, path: string, body: Json) => {
      const heard = await ask(house, { method, path, token, body });
      if (heard.status >= 300) throw new Error(`${method} ${path}: ${heard.status} ${heard.text}`);
      return heard;
    };
  const must = asking(machine);
  for (const definition of [schema, scenario]) {
    const { body } = await must('POST', '/v1/deposits/definitions', { definition });
    const path = `/v1/deposits/definitions/${definition.$id}/versions/1/approval`;
    await asking(security)('POST', path, { sha256: body['sha256'] ?? '' });
  }
  const opened = { name: 'partner-1', title: '伙伴存证', scenario: scenario.$id };
  const deposit = textOf(await must('POST', '/v1/deposits', opened), 'id');
  const record = { deposit, name: 'r1', schema: schema.$id, fields: { 姓名: person } };
  const { body } = await must('POST', '/v1/deposits/records', { records: [record] });
  const [receipt] = body['receipts'] as readonly { readonly hash: string }[];
  const content = utf8(`伙伴文件：${person}`);
  const [sha256, sm3] = await Promise.all(
    (['sha256', 'sm3'] as const).map(async (hash) => toHex(await nodeEngine.digest(hash, content))),
  );
  const media = 'application/octet-stream';
  const announced = { name: 'f1', fileName: 'a.bin', media, bytes: content.length, slot: 'paper' };
  const path = `/v1/deposits/${deposit}/files`;
  const digests = { sha256: sha256 ?? '', sm3: sm3 ?? '' };
  const file = textOf(await must('POST', path, { ...announced, ...digests }), 'file');
  const part = { sha256: digests.sha256, data: toBase64(content) };
  await must('PUT', `/v1/deposits/files/${file}/parts/0`, part);
  await must('POST', `/v1/deposits/files/${file}/completion`, {});
  await must('POST', `/v1/deposits/${deposit}/packages`, {});
  return { deposit, file, entry: receipt?.hash ?? '' };
}

function textOf({ body, status, text }: Heard, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new Error(`no ${name} in ${status} ${text.slice(0, 300)}`);
  return value;
}
