/**
 * An institution that attaches only the evidence platform: over plain HTTP, in three languages, and
 * what a stranger's verifier says of the package.
 */
import { execFile } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
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
import type { Guest } from '../guest.ts';
import { guestWith } from '../visit.ts';
import { coop, DoorHand } from './door-hand.ts';
import { type SignedBatch, signedTogether } from './record-sources.ts';
import { well } from './walks.ts';

const guide = readFileSync('docs/guide/deposit.md', 'utf8');
const run = promisify(execFile);
const why = '存证接口测试';
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

interface Machine {
  readonly hand: DoorHand;
  readonly apiKey: string;
  readonly hmac: { readonly id: string; readonly secret: string };
  readonly es256: { readonly id: string; readonly privateKey: KeyObject };
  readonly ed25519: { readonly id: string; readonly privateKey: KeyObject };
}

describe('只接入存证平台的机构', () => {
  const world = guestWith(32);
  let machine: Machine;
  const folder = mkdtempSync(join(tmpdir(), 'fubie-deposit-'));

  beforeAll(async () => {
    machine = await openMachine(world);
    for (const definition of Object.values(definitions)) await approve(world, machine, definition);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
  });

  const judged = async (bytes: Uint8Array) =>
    verify({ name: 'package.zip', bytes, trust: await trustFiles(world.trust) }, nodeEngine);

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
    };
    const [file, command, ...words] = programs[language] ?? [];
    writeFileSync(join(folder, file ?? ''), blockOf(language));
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
    well(await machine.hand.post(`/v1/deposits/${id}/closure`, {}));
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

const programs: Readonly<Record<string, readonly string[]>> = {
  sh: ['deposit.sh', 'bash', 'deposit.sh'],
  python: ['deposit.py', 'python3', 'deposit.py'],
  java: [
    'Deposit.java',
    'java',
    '-Dfile.encoding=UTF-8',
    '-Djdk.httpclient.allowRestrictedHeaders=host',
    'Deposit.java',
  ],
};

function blockOf(language: string): string {
  return (
    new RegExp(`^\`\`\`${language}[ \\w-]*\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(guide)?.[1] ?? ''
  );
}

async function isThere(language: string): Promise<boolean> {
  const [, command = ''] = programs[language] ?? [];
  return run(command, ['--version']).then(
    () => true,
    () => false,
  );
}

function recordFor(deposit: string, name: string) {
  const fields = { 姓名: '王样例', 金额: '5000.00', 时间: '2018-03-12 05:19:33.0' };
  return { deposit, name, schema: 'guide-record', fields };
}

async function openMachine(world: Guest): Promise<Machine> {
  const [admin, security] = await Promise.all([
    DoorHand.of(world, 'administrator', { at: coop }),
    DoorHand.of(world, 'security-officer', { at: coop }),
  ]);
  const approved = async (order: Json): Promise<string> => {
    const asked = well(await admin.post('/v1/approvals', { kind: 'client.manage', order, why }));
    const id = textIn(asked.body, 'id');
    well(await security.post(`/v1/approvals/${id}/decision`, { give: true, why }));
    return id;
  };
  const terms = {
    name: '合同系统',
    scopes: ['deposit.define', 'deposit.submit', 'deposit.read'],
    signature: 'optional',
    addresses: [],
    rate: 'bulk',
  };
  const approval = await approved({ act: 'register', ...terms });
  const client = textIn(well(await admin.post('/v1/clients', { ...terms, approval })).body, 'id');
  const keyed = async (order: { kind: string; publicKey?: string }) => {
    const allowed = await approved({ act: 'key', client, ...order });
    const said = await admin.post(`/v1/clients/${client}/keys`, { ...order, approval: allowed });
    return well(said).body;
  };
  const api = await keyed({ kind: 'api-key' });
  const hmac = await keyed({ kind: 'hmac-sha256' });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const es256 = await keyed({ kind: 'ecdsa-p256-sha256', publicKey: spki });
  const edwards = generateKeyPairSync('ed25519');
  const der = edwards.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const ed25519 = await keyed({ kind: 'ed25519', publicKey: der });
  const hand = new DoorHand(world);
  hand.token = textIn(api, 'secret');
  return {
    hand,
    apiKey: textIn(api, 'secret'),
    hmac: { id: textIn(hmac, 'id'), secret: textIn(hmac, 'secret') },
    es256: { id: textIn(es256, 'id'), privateKey },
    ed25519: { id: textIn(ed25519, 'id'), privateKey: edwards.privateKey },
  };
}

async function approve(world: Guest, machine: Machine, definition: Json): Promise<void> {
  const { body } = well(await machine.hand.post('/v1/deposits/definitions', { definition }));
  const security = await DoorHand.of(world, 'security-officer', { at: coop });
  const path = `/v1/deposits/definitions/${textIn(body, 'id')}/versions/1/approval`;
  expect((await machine.hand.post(path, { sha256: textIn(body, 'sha256') })).status).toBe(403);
  expect((await security.post(path, { sha256: '0'.repeat(64) })).code).toBe(
    'deposit.definition_differs',
  );
  well(await security.post(path, { sha256: textIn(body, 'sha256') }));
}
