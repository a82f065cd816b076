/** Memory of the caller's: the signed document stands in it, and nothing else changes there. */
import { beforeAll, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import type { Clock } from '#base/clock';
import { faultCode } from '#base/fault';
import { openPdf, readSignatures } from '#formats/pdf';
import { type SigningOrder, signDocument, signingRoomBytes } from '#trust/signing';
import { onePage, SigningTable } from './signing-table.ts';

const mark = 0xa5;
const document = onePage('table');
let order: Omit<SigningOrder, 'document'>;
let clock: Clock;

beforeAll(async () => {
  const table = await SigningTable.open();
  const signer = softSigner(generateSoftKey('ed25519'));
  const certificate = (await table.certify('王小明', signer)).der;
  const place = { is: 'new', field: 'a', page: 1, rect: [0, 0, 0, 0] } as const;
  order = { place, signer, certificate };
  const { now } = table;
  clock = { source: 'TEST_CLOCK', now: () => now };
});

const sign = (more: { document: Uint8Array; room?: Uint8Array }) =>
  signDocument({ ...order, ...more }, { engine: nodeEngine, clock });

function roomFor(bytes: number): Uint8Array {
  return new Uint8Array(bytes).fill(mark);
}

test('a document that begins the room is signed in place, and again behind itself', async () => {
  const room = roomFor(document.length + signingRoomBytes);
  room.set(document);
  // An Ed25519 signature is the same each time: so is the document.
  const whole = await sign({ document });
  const signed = await sign({ document: room.subarray(0, document.length), room });
  expect(signed).toEqual(whole);
  expect(signed.buffer).toBe(room.buffer);
  expect(room.subarray(signed.length).every((byte) => byte === mark)).toBe(true);
  const place = { is: 'new', field: 'b', page: 1, rect: [0, 0, 0, 0] } as const;
  const twice = await signDocument(
    { ...order, place, document: signed, room },
    { engine: nodeEngine, clock },
  );
  // Without a room the same, from what was joined to be compared with the first signature.
  const apart = { ...order, place, document: whole };
  expect(await signDocument(apart, { engine: nodeEngine, clock })).toEqual(twice);
  const file = await openPdf(twice, nodeEngine);
  expect(readSignatures(file).map(({ field, flaws }) => [field, ...flaws])).toEqual([['a'], ['b']]);
});

test('a room elsewhere takes a copy, one that is too short is left alone', async () => {
  const whole = await sign({ document });
  const room = roomFor(whole.length);
  expect((await sign({ document, room })).buffer).toBe(room.buffer);
  expect(room).toEqual(whole);
  const short = roomFor(whole.length - 1);
  expect(await sign({ document, room: short })).toEqual(whole);
  expect(short.every((byte) => byte === mark)).toBe(true);
});

test('where nothing is signed, nothing is written', async () => {
  const room = roomFor(document.length + signingRoomBytes);
  const refused = sign({ document: document.subarray(0, -40), room }).catch(faultCode);
  expect(await refused).toMatch(/^pdf\./);
  expect(room.every((byte) => byte === mark)).toBe(true);
});
