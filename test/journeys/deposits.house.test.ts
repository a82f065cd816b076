/**
 * An institution that attaches only the evidence platform: over plain HTTP, in three languages, and
 * what a stranger's verifier says of the package.
 */
import { execFile } from 'node:child_process';
import { sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { toBase64, toHex } from '#base/bytes';
import { type Json } from '#base/canonical';
import { textIn } from '#doors/phone';
import { manifestOf, openZip, writeZip } from '#formats/bundle';
import { parseEntry, sourceMessage } from '#formats/entry';
import { verify } from '#trust/verify';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { guestWith } from '../visit.ts';
import { approveDefinition, type Machine, openMachine } from './deposit-machine.ts';
import { coop } from './door-hand.ts';
import { blockOf, isThere, programs } from './guide-programs.ts';
import { type SignedBatch, signedTogether } from './record-sources.ts';
import { well } from './walks.ts';

const run = promisify(execFile);
const definitions = {
  'guide-record': {
    $id: 'guide-record',
    title: '示例记录',
    type: 'object',
    properties: {
      姓名: { type: 'string', 'x-sensitivity': 'personal' },
      金额: { type: 'string', format: 'decimal', 'x-sensitivity': 'business' },
      时间: { type: 'string', format: 'time', 'x-sensitivity': 'public', 'x-source': 'TX_TIME' },
    },
    required: ['姓名', '金额', '时间'],
    additionalProperties: false,
  },
  guide: {
    $id: 'guide',
    title: '示例场景',
    type: 'scenario',
    nodes: [
      { slot: 'record', title: '示例记录', kind: 'record', schema: 'guide-record' },
      { slot: 'contract', title: '示例合同', kind: 'file' },
    ],
  },
} as const;

describe('只接入存证平台的机构', () => {
  const world = guestWith(32);
  let machine: Machine;
  /** What the guide's own words for a first attachment leave behind. */
  let prepared: Readonly<Record<string, string>> | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'fubie-deposit-'));

  beforeAll(async () => {
    machine = await openMachine(world);
    await approveDefinition(world, machine, { ...definitions['guide-record'], $id: 'guide-own' });
    prepared = await preparedByGuide();
    if (prepared !== undefined) return;
    for (const definition of Object.values(definitions))
      await approveDefinition(world, machine, definition);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
  });

  const judged = async (bytes: Uint8Array) =>
    verify({ name: 'package.zip', bytes, trust: await trustFiles(world.trust) }, nodeEngine);

  /** By the guide word for word: client, keys, schema, scenario, each under two pairs of eyes. */
  async function preparedByGuide(): Promise<Readonly<Record<string, string>> | undefined> {
    if (!((await isThere('sh')) && (await isThere('curl')) && (await isThere('openssl')))) return;
    const passwordOf = (asked: string): string =>
      world.house.logins.find(({ tenant, login }) => tenant === coop.tenant && login === asked)
        ?.password ?? '';
    const env = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      URL: world.url,
      HOST: new URL(world.url).host,
      ADMIN_PASSWORD: passwordOf('administrator'),
      SECURITY_PASSWORD: passwordOf('security-officer'),
    };
    writeFileSync(join(folder, 'prepare.sh'), blockOf('sh prepare'));
    await run('bash', ['prepare.sh'], { cwd: folder, env });
    const words = readFileSync(join(folder, 'keys.sh'), 'utf8').trim().split(' ').slice(1);
    return Object.fromEntries(
      words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
    );
  }

  async function example(language: string, name: string): Promise<string> {
    const keys = { sh: machine.ed25519, python: undefined, java: machine.es256 };
    const pair = keys[language as keyof typeof keys];
    const { privateKey } = pair ?? machine.es256;
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    const sm3 = toHex(await nodeEngine.digest('sm3', new TextEncoder().encode('示例合同正文\n')));
    const env = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      URL: world.url,
      HOST: new URL(world.url).host,
      API_KEY: machine.apiKey,
      NAME: name,
      SM3: sm3,
      KEY_ID: pair?.id ?? machine.hmac.id,
      SECRET: machine.hmac.secret,
      PRIVATE_KEY: toBase64(new Uint8Array(der)),
      ...(language === 'sh' ? prepared : {}),
    };
    const [file, command, ...words] = programs[language] ?? [];
    writeFileSync(join(folder, file ?? ''), blockOf(language === 'sh' ? 'sh deposit' : language));
    const { stdout } = await run(command ?? '', words, { cwd: folder, env });
    return stdout.trim();
  }

  test.for(['sh', 'python', 'java'])(
    'S2-32 S2-48 the guide in %s: a valid package without our contract rooms',
    { timeout: 60_000 },
    async (language, { skip }) => {
      if (!(await isThere(language))) skip(`no ${language} on this computer`);
      const sha256 = await example(language, `guide-${language}`);
      const bytes = new Uint8Array(readFileSync(join(folder, 'package.zip')));
      expect(toHex(await nodeEngine.digest('sha256', bytes))).toBe(sha256);
      const report = await judged(bytes);
      expect(report.flaws).toEqual([]);
      expect(report).toMatchObject({ is: 'valid', evidence: { complete: true, level: 'L2' } });
      const names = openZip(bytes).files.map(({ name }) => name);
      expect(names.filter((name) => name.startsWith('documents/'))).toEqual([]);
      // In Shell it comes behind two records, which are signed as a batch.
      expect(names).toContain(language === 'sh' ? 'files/0003.bin' : 'files/0002.bin');
      const entry = openZip(bytes).files.find(({ name }) => name === 'entries/0001.json');
      const { batched } = parseEntry(entry?.bytes ?? new Uint8Array());
      expect(batched).toBe(language === 'sh' ? true : undefined);
      expect(names).toContain('slots.json');
      expect(names.some((name) => name.startsWith('environments/'))).toBe(true);
    },
  );

  test('the guide in Shell stops at the first refusal and shows it', async ({ skip }) => {
    if (!(await isThere('sh'))) skip('no bash on this computer');
    const failed = await example('sh', '案卷一').catch((thrown: unknown) => thrown);
    const { code, stderr, stdout } = failed as { code: number; stderr: string; stdout: string };
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('access.request_malformed');
    expect(stderr).toContain('"at":"name"');
    expect(stderr).toContain('"needs":"/^[A-Za-z0-9]');
  });

  test('a record whose source said one thing twice is not kept as either', async () => {
    const { id } = await deposited('twice', false);
    const ask = (fields: string) =>
      fetch(`${world.url}/v1/deposits/records`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${machine.apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': machine.hand.freshKey(),
        },
        body: `{"records":[{"deposit":"${id}","name":"r2","schema":"guide-record","fields":${fields}}]}`,
      });
    const refused = await ask('{"姓名":"甲","姓名":"乙","金额":"1.00","时间":""}');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ context: { part: 'body', why: 'names' } });
    expect((await ask('{"姓名":"甲","金额":"1.00","时间":""}')).status).toBe(201);
  });

  test('a package from which something is missing, changed or put in is told so', async () => {
    const { id } = await deposited('hidden', true);
    well(await machine.hand.post(`/v1/deposits/${id}/packages`, {}));
    const { bytes } = well(await machine.hand.get(`/v1/deposits/${id}/package`));
    const { files } = openZip(bytes);
    const caseId = parseEntry(
      files.find(({ name }) => name === 'entries/0000.json')?.bytes ?? bytes,
    ).caseTag;
    const again = async (kept: typeof files) => {
      const others = kept.filter(({ name }) => name !== 'manifest.json');
      const manifest = await manifestOf({ caseId, files: others }, nodeEngine);
      return judged(writeZip([...others, { name: 'manifest.json', bytes: manifest }]));
    };
    for (const gone of [/0001\./, /slots\.json/, /schemas\//, /environments\//]) {
      const report = await again(files.filter(({ name }) => !gone.test(name)));
      expect(report.is, String(gone)).toBe('invalid');
    }
    const extra = { name: 'files/0001.bin', bytes: new Uint8Array([1]) };
    expect((await again([...files, extra])).flaws.map(({ code }) => code)).toContain(
      'file_not_committed',
    );
    const swapped = files.map((file) =>
      file.name === 'slots.json' ? { ...file, bytes: new TextEncoder().encode('{}') } : file,
    );
    expect((await again(swapped)).flaws.map(({ code }) => code)).toContain('slots_differ');
  });

  test('S0-02 a chain with missing links is not closed: the list of them is the answer', async () => {
    const { id } = await deposited('open', false);
    const refused = await machine.hand.post(`/v1/deposits/${id}/closure`, {});
    expect(refused).toMatchObject({ status: 409, code: 'deposit.links_missing' });
    expect(JSON.stringify(refused.body)).toContain('示例合同');
    const state = well(await machine.hand.get(`/v1/deposits/${id}`));
    expect(state.body).toMatchObject({ percent: 66, missing: ['示例合同'] });
    const absence = { slot: 'contract', reason: '双方仅以记录成立，没有书面合同' };
    well(await machine.hand.post(`/v1/deposits/${id}/absences`, absence));
    const more = { slot: 'later', title: '后补凭证', kind: 'file', min: 1 };
    well(await machine.hand.post(`/v1/deposits/${id}/slots`, more));
    expect((await machine.hand.post(`/v1/deposits/${id}/closure`, {})).code).toBe(
      'deposit.links_missing',
    );
    const explained = { slot: 'later', reason: '凭证由法院调取' };
    well(await machine.hand.post(`/v1/deposits/${id}/absences`, explained));
    const draft = { name: 'draft', fileName: '草稿.txt', media: 'text/plain', bytes: 1 };
    const digests = { sha256: '0'.repeat(64), sm3: '0'.repeat(64) };
    well(await machine.hand.post(`/v1/deposits/${id}/files`, { ...draft, ...digests }));
    const lost = await machine.hand.post(`/v1/deposits/${id}/closure`, { leavingOut: ['x'] });
    expect(lost.body).toMatchObject({ status: 409, context: { files: 'draft' } });
    well(await machine.hand.post(`/v1/deposits/${id}/closure`, { leavingOut: ['draft'] }));
    const late = await machine.hand.post('/v1/deposits/records', {
      records: [recordFor(id, 'r9')],
    });
    expect(late.code).toBe('deposit.closed');
    well(await machine.hand.post(`/v1/deposits/${id}/packages`, {}));
    const { bytes } = well(await machine.hand.get(`/v1/deposits/${id}/package`));
    expect((await judged(bytes)).flaws).toEqual([]);
  });

  test('S2-14 data that does not match its schema is refused; source names are mapped', async () => {
    const { id } = await deposited('schema', false);
    const submit = (record: Json) =>
      machine.hand.post('/v1/deposits/records', { records: [record] });
    const { fields, ...rest } = recordFor(id, 'r2');
    const { 时间, ...others } = fields;
    expect(await submit({ ...rest, fields: others })).toMatchObject({
      code: 'deposit.record_malformed',
    });
    expect(await submit({ ...rest, fields: { ...fields, 多余: 'x' } })).toMatchObject({
      code: 'deposit.record_malformed',
    });
    expect(await submit({ ...rest, fields: { ...fields, 金额: '许多' } })).toMatchObject({
      code: 'deposit.record_malformed',
    });
    const mapped = well(await submit({ ...rest, fields: { ...others, TX_TIME: 时间 } }));
    const same = well(await submit({ ...rest, fields }));
    expect(same.body['receipts']).toEqual(mapped.body['receipts']);
    expect(await submit({ ...rest, fields: { ...fields, 姓名: '李样例' } })).toMatchObject({
      code: 'deposit.name_taken',
    });
    const shown = well(await machine.hand.get(`/v1/deposits/${id}/records`));
    expect(shown.body['records']).toEqual([
      expect.objectContaining({ name: 'r1' }),
      expect.objectContaining({
        name: 'r2',
        slot: 'record',
        fields: {
          姓名: '***',
          金额: { given: '5000.00' },
          时间: {
            given: '2018-03-12 05:19:33.0',
            at: '2018-03-12T05:19:33.000+08:00',
            atMs: 1_520_803_173_000,
            zone: 'Asia/Shanghai',
          },
        },
      }),
    ]);
  });

  test('a wrong signature, a foreign deposit and one’s own approval are refused', async () => {
    const { id } = await deposited('signed', false);
    const { fields } = recordFor(id, 'r2');
    const record = { deposit: 'signed', item: 'r2', schema: 'guide-record@1', fields };
    const options = { key: machine.es256.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const value = sign('sha256', sourceMessage(record), options).toString('base64');
    const order = { ...recordFor(id, 'r2'), signature: { key: machine.es256.id, value } };
    const other = { ...order, fields: { ...fields, 金额: '5000.01' } };
    const submit = (one: Json) => machine.hand.post('/v1/deposits/records', { records: [one] });
    expect((await submit(other)).code).toBe('deposit.signature_wrong');
    well(await submit(order));
    const stranger = await openMachine(world);
    expect((await stranger.hand.get(`/v1/deposits/${id}`)).code).toBe('deposit.unknown');
    expect((await stranger.hand.post('/v1/deposits/records', { records: [order] })).code).toBe(
      'deposit.unknown',
    );
  });

  test('one signature over many records: wrong, it brings nothing; right, each record has its place', async () => {
    const { id } = await deposited('batched', false);
    const { fields } = recordFor(id, '');
    const items = ['b1', 'b2', 'b3', 'b4', 'b5'];
    const stated = items.map((item) => {
      return { deposit: 'batched', item, schema: 'guide-record@1', fields };
    });
    const signer = { key: machine.es256.id, privateKey: machine.es256.privateKey };
    const body = await signedTogether(signer, { id, name: 'batched' }, stated);
    const submit = (one: SignedBatch | Pick<SignedBatch, 'records'>) =>
      machine.hand.post('/v1/deposits/records', { ...one });
    const turned = { ...body, records: body.records.toReversed() };
    expect(await submit(turned)).toMatchObject({ status: 422, code: 'deposit.batch_wrong' });
    const [{ blind: _, ...bare } = {}, ...others] = body.records;
    const blindless = { ...body, records: [bare, ...others] };
    expect(await submit(blindless)).toMatchObject({ status: 422, code: 'deposit.blind_wrong' });
    const lone = { records: body.records };
    expect(await submit(lone)).toMatchObject({ status: 422, code: 'deposit.batch_mixed' });
    const before = well(await machine.hand.get(`/v1/deposits/${id}/records`)).body['records'];
    expect(before).toHaveLength(1);
    const { receipts } = well(await submit(body)).body;
    expect(well(await submit(body)).body['receipts']).toEqual(receipts);
    const after = well(await machine.hand.get(`/v1/deposits/${id}/records`)).body['records'];
    expect(after).toHaveLength(1 + body.records.length);
  });

  test('a file comes in parts, in any order and again, and only whole', async () => {
    const { id } = await deposited('parts', false);
    const content = Uint8Array.from({ length: 2_500_000 }, (_, at) => (at * 31) % 251);
    const digest = async (bytes: Uint8Array, hash: 'sha256' | 'sm3' = 'sha256') =>
      toHex(await nodeEngine.digest(hash, bytes));
    const order = {
      name: 'f1',
      fileName: '录音.bin',
      media: 'application/octet-stream',
      bytes: content.length,
      sha256: await digest(content),
      sm3: await digest(content, 'sm3'),
      slot: 'contract',
    };
    const opened = well(await machine.hand.post(`/v1/deposits/${id}/files`, order));
    expect(opened.body['missing']).toEqual([0, 1, 2]);
    const file = textIn(opened.body, 'file');
    const put = async (number: number, bytes: Uint8Array) =>
      machine.hand.put(`/v1/deposits/files/${file}/parts/${number}`, {
        sha256: await digest(bytes),
        data: toBase64(bytes),
      });
    const partOf = (number: number) => content.slice(number * 1_048_576, (number + 1) * 1_048_576);
    well(await put(2, partOf(2)));
    well(await put(2, partOf(2)));
    expect((await put(1, partOf(2))).code).toBe('deposit.file_differs');
    const early = await machine.hand.post(`/v1/deposits/files/${file}/completion`, {});
    expect(early.code).toBe('deposit.file_incomplete');
    const resumed = well(await machine.hand.post(`/v1/deposits/${id}/files`, order));
    expect(resumed.body['missing']).toEqual([0, 1]);
    well(await put(0, partOf(0)));
    well(await put(1, partOf(1)));
    const done = well(await machine.hand.post(`/v1/deposits/files/${file}/completion`, {}));
    const twice = well(await machine.hand.post(`/v1/deposits/files/${file}/completion`, {}));
    expect(twice.body).toEqual(done.body);
    const back = well(await machine.hand.get(`/v1/deposits/${id}/files/${file}/parts/1`));
    expect(await digest(back.bytes)).toBe(await digest(partOf(1)));
  });

  test('a file of more than a hundred parts: all that are missing are told when it is announced', async () => {
    const { id } = await deposited('many-parts', false);
    const told = { name: 'f1', fileName: '录像.mp4', media: 'video/mp4', bytes: 150 * 1_048_576 };
    const order = { ...told, sha256: '0'.repeat(64), sm3: '0'.repeat(64) };
    const { body } = well(await machine.hand.post(`/v1/deposits/${id}/files`, order));
    expect(body['missing']).toEqual([...Array(150).keys()]);
  });

  async function deposited(name: string, whole: boolean) {
    const opened = { name, title: '示例存证', scenario: 'guide' };
    const { body } = well(await machine.hand.post('/v1/deposits', opened));
    const id = textIn(body, 'id');
    well(await machine.hand.post('/v1/deposits/records', { records: [recordFor(id, 'r1')] }));
    if (whole) {
      const absence = { slot: 'contract', reason: '没有书面合同' };
      well(await machine.hand.post(`/v1/deposits/${id}/absences`, absence));
    }
    return { id, number: textIn(body, 'preservationNumber') };
  }
});

function recordFor(deposit: string, name: string) {
  const fields = { 姓名: '王样例', 金额: '5000.00', 时间: '2018-03-12 05:19:33.0' };
  return { deposit, name, schema: 'guide-record', fields };
}
