/**
 * The leaves of docs/specs/twin.md, "Shards": made anew here and the same to the byte.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { nodeEngine, softKeyFromPem, softSigner } from '#adapters/engine';
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { hashLeaf, type NodeReader, noteKey, printVkey, rootHash } from '#formats/tlog';
import { parseClosing, parseOpening, printClosing, printOpening, shardOrigin } from './index.ts';

const page = readFileSync('docs/specs/twin.md', 'utf8');
const seedByte = 4;
/** PKCS #8 of an Ed25519 key (RFC 8410 section 7) up to its seed. */
const pkcs8Head = Uint8Array.from(Buffer.from('302e020100300506032b657004220420', 'hex'));

function example(name: string): string {
  const [, text = ''] = page.split(`<!-- example: ${name} -->\n\`\`\`\n`);
  return text.slice(0, text.indexOf('```\n'));
}

function seeded() {
  const der = new Uint8Array([...pkcs8Head, ...new Uint8Array(32).fill(seedByte)]);
  const pem = `-----BEGIN PRIVATE KEY-----\n${toBase64(der)}\n-----END PRIVATE KEY-----\n`;
  return softSigner(softKeyFromPem(pem));
}

test('both leaves stand in the page as they are printed, and are read as the page says', async () => {
  const origin = 'log.example/specs';
  const name = shardOrigin(origin, '2027h1');
  const { publicKey } = seeded();
  const next = printVkey(await noteKey({ name, kind: 'ed25519', publicKey }, nodeEngine));
  const closing = printClosing({ origin, next, nextTwin: undefined });
  expect(example('closing leaf')).toBe(fromUtf8(closing));
  const leaves = [...[0, 1, 2].map((at) => utf8(`entry ${at}`)), closing];
  const node: NodeReader = async (level, index) => {
    if (level === 0) return hashLeaf(leaves[index] ?? utf8(''), nodeEngine);
    const [left, right] = [await node(level - 1, 2 * index), await node(level - 1, 2 * index + 1)];
    return nodeEngine.digest('sha256', Uint8Array.of(1, ...left, ...right));
  };
  const root = await rootHash(leaves.length, node, nodeEngine);
  const before = { origin, size: leaves.length, root, twinRoot: undefined };
  const opening = printOpening({ origin: name, before });
  expect(example('opening leaf')).toBe(fromUtf8(opening));
  expect(parseClosing(utf8(example('closing leaf')))).toMatchObject({ origin, next });
  expect(parseOpening(utf8(example('opening leaf')))).toMatchObject({ origin: name, before });
});
