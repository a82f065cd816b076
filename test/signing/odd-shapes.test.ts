/**
 * Shapes that other people's writers leave behind and every reader forgives: they are signed by
 * several, and what was signed stands.
 */
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { openToSign } from '#formats/pdf';
import { prepareFields } from '#trust/signing';
import { verify } from '#trust/verify';
import { type Shape, written } from './shapes.ts';
import { onePage, SigningTable } from './signing-table.ts';

const usual: Shape = {
  version: '1.7',
  section: 'table',
  isPacked: false,
  pages: 2,
  prepared: [],
  form: 'direct',
  annotations: 'direct',
  box: 'usual',
  spare: 'none',
  generation: 0,
  end: '\n',
};
const rect = [100, 100, 140, 130] as const;

const odd: readonly (readonly [string, Partial<Shape>])[] = [
  ['an object whose row says 0', { spare: 'nowhere' }],
  ['an object whose row says 0, in a stream', { spare: 'nowhere', section: 'stream' }],
  ['a number and `endobj` in one word', { spare: 'run together' }],
  ['one list of annotations for all pages', { annotations: 'shared' }],
  ['a page from its upper right corner', { box: 'turned' }],
  ['a page that says no size', { box: 'unsaid' }],
  ['zeros behind the end', { end: '\n\0\0\0\0' }],
];

test.each(odd)('%s: signed by two, raised, and both stand', async (_, part) => {
  const table = await SigningTable.open();
  const people = [await table.person('ecdsa-sha256'), await table.person('ed25519')];
  let bytes = written({ ...usual, ...part });
  for (const [at, holder] of people.entries()) {
    const place = { is: 'new', field: `signer${at}`, page: 1, rect } as const;
    bytes = await table.signAt(bytes, holder, { place });
    table.pass(1);
  }
  bytes = await table.raise(bytes);
  const order = { name: 'odd.pdf', bytes, trust: table.trust(), at: table.now } as const;
  const { signatures } = await verify({ ...order, profile: 'etsi' }, nodeEngine);
  const said = signatures.flatMap(({ field, is }) => (field.startsWith('signer') ? [is] : []));
  expect(said).toEqual(['valid', 'valid']);
});

test('a seal is on its page alone, whoever shares the list of annotations', async () => {
  const table = await SigningTable.open();
  const holder = await table.person('ecdsa-sha256');
  const shared = written({ ...usual, annotations: 'shared', prepared: ['party1'] });
  const seen = async (bytes: Uint8Array): Promise<number[]> => {
    const file = await openToSign(bytes, nodeEngine);
    return file.pages().map(({ dict }) => file.list(dict.entries.get('Annots')).length);
  };
  expect(await seen(shared)).toEqual([1, 1]);
  const place = { is: 'new', field: 'signer', page: 2, rect } as const;
  expect(await seen(await table.signAt(shared, holder, { place }))).toEqual([1, 2]);
  const more = { page: 1, rect, label: 'B' };
  const fields = [
    { ...more, field: 'a' },
    { ...more, field: 'b' },
  ];
  expect(await seen(await prepareFields(shared, fields, nodeEngine))).toEqual([3, 1]);
});

test('what no reader would look past stays refused', async () => {
  const table = await SigningTable.open();
  const holder = await table.person('ecdsa-sha256');
  const place = { is: 'new', field: 'signer', page: 1, rect } as const;
  const behind = new Uint8Array([...written(usual), ...new TextEncoder().encode('words\n')]);
  await expect(table.signAt(behind, holder, { place })).rejects.toMatchObject({
    code: 'pdf.tail_malformed',
  });
  const outside = { ...place, rect: [590, 100, 620, 130] } as const;
  const unsaid = written({ ...usual, box: 'unsaid' });
  await expect(table.signAt(unsaid, holder, { place: outside })).rejects.toMatchObject({
    code: 'pdf.field_malformed',
  });
});

test('a list that is annotations, fields and threads at once stays as it was', async () => {
  const table = await SigningTable.open();
  const people = [await table.person('ecdsa-sha256'), await table.person('ed25519')];
  let bytes = onePage('table', [
    '<< /Type /Catalog /Pages 2 0 R /Threads 5 0 R /AcroForm << /Fields 5 0 R >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents 4 0 R /Annots 5 0 R >>',
    '<< /Length 3 >>\nstream\nq Q\nendstream',
    '[]',
  ]);
  for (const [at, holder] of people.entries()) {
    const place = { is: 'new', field: `signer${at}`, page: 1, rect } as const;
    bytes = await table.signAt(bytes, holder, { place });
    const file = await openToSign(bytes, nodeEngine);
    expect(file.list({ kind: 'ref', number: 5, generation: 0 })).toEqual([]);
  }
  const judging = { name: 'x.pdf', bytes, trust: table.trust(), at: table.now } as const;
  const { signatures } = await verify({ ...judging, profile: 'etsi' }, nodeEngine);
  expect(signatures.map(({ is }) => is)).toEqual(['valid', 'valid']);
});
