import { expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { noteKey, printHead, printNote, printVkey, signNote } from '#formats/tlog';
import { parseWitnessReply, printWitnessRequest, type WitnessedHead } from '#formats/witness';
import { Witness } from '#trust/witness';
import { witnessDoor } from './witness.ts';

test('add-checkpoint answers with the status, type and body that C2SP clients expect', async () => {
  const signer = softSigner(generateSoftKey('ed25519'));
  const own = softSigner(generateSoftKey('ed25519'));
  const log = await noteKey(
    { name: 'log.test', kind: 'ed25519', publicKey: signer.publicKey },
    nodeEngine,
  );
  const key = await noteKey(
    { name: 'notary', kind: 'cosignature', publicKey: own.publicKey },
    nodeEngine,
  );
  const heads: WitnessedHead[] = [];
  const memory = {
    latest: async () => heads.at(-1),
    keep: async (head: WitnessedHead) => void heads.push(head),
    all: async () => heads,
  };
  const clock = { source: 'TEST_CLOCK', now: () => instantFromMs(1_790_000_000_000) };
  const door = witnessDoor(
    new Witness({
      key,
      signer: own,
      logOf: async (name: string) => (name === log.name ? log : undefined),
      memory,
      clock,
      engine: nodeEngine,
    }),
  );
  const ask = (method: string, path: string, body = '') => door({ method, path, body: utf8(body) });
  const text = printHead({ origin: 'log.test', size: 1, root: new Uint8Array(32) });
  const checkpoint = printNote({ text, signatures: [await signNote(text, log, signer)] });
  const request = printWitnessRequest({ oldSize: 0, proof: [], checkpoint });

  const first = await ask('POST', '/add-checkpoint', request);
  expect(first.status).toBe(200);
  expect(fromUtf8(first.body)).toMatch(/^— notary [A-Za-z0-9+/]+=*\n$/);
  expect(parseWitnessReply(first).is).toBe('cosigned');
  const second = await ask('POST', '/add-checkpoint', request);
  expect(second.status).toBe(409);
  expect(second.headers['content-type']).toBe('text/x.tlog.size');
  expect(fromUtf8(second.body)).toBe('1\n');
  expect((await ask('POST', '/add-checkpoint', 'old')).status).toBe(400);
  const broken = await door({ method: 'POST', path: '/add-checkpoint', body: Uint8Array.of(255) });
  expect(broken.status).toBe(400);
  expect(fromUtf8((await ask('GET', '/heads')).body)).toContain('"size":1');
  expect(fromUtf8((await ask('GET', '/vkey')).body)).toBe(`${printVkey(key)}\n`);
  expect((await ask('GET', '/health')).status).toBe(200);
  expect((await ask('DELETE', '/heads')).status).toBe(404);
});
