/**
 * The examples of docs/specs/{entry,package,twin,anchor,access-journal}.md, made anew from the
 * seeds that stand there. Those of log.md, witness.md, disclosure.md and of shards are made beside
 * their rooms.
 */
import { nodeEngine, softKeyFromPem, softSigner } from '#adapters/engine';
import { concat, fromHex, fromUtf8, toBase64, toHex, utf8 } from '#base/bytes';
import { canonical, canonicalBytes } from '#base/canonical';
import { instantFromMs } from '#base/clock';
import { manifestOf, writeZip } from '#formats/bundle';
import type { Signer } from '#formats/crypto';
import { disclose } from '#formats/disclosure';
import {
  attest,
  attestationJson,
  entryMessage,
  fillSlots,
  printEntry,
  printSlots,
  readSlots,
} from '#formats/entry';
import {
  anchorNameOf,
  anchorSlot,
  encodeRlp,
  keccak256,
  printAnchorFile,
  type Rlp,
  rlpNumber,
} from '#formats/evm';
import {
  hashLeaf,
  hashNode,
  keyIdText,
  type NoteKey,
  noteKey,
  printHead,
  printNote,
  printVkey,
  signNote,
} from '#formats/tlog';
import { twinEngine, twinOrigin } from '#formats/twin';
import { preservationNumber } from '#trust/evidence';
import { batchExamples } from './batch-example.ts';
import { journalExamples } from './journal-example.ts';

const origin = 'log.example/specs';
/** 2026-09-21T22:13:20.000+08:00, the second of the other pages' examples. */
const now = instantFromMs(1_790_000_000_000);
const caseTag = 'AAECAwQFBgcICQoLDA0ODw';
const list = canonicalBytes({
  v: 1,
  entries: [{ type: 'deposit.file', slot: 'contract', min: 1, title: '合同' }],
  documents: [],
});

/** Text by the name that stands above it in the page. */
export async function pageExamples(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...(await entryExamples()),
    ...(await packageExamples()),
    ...(await journalExamples(now)),
    ...(await twinExamples()),
    ...(await anchorExamples()),
  ]);
}

async function entryExamples(): Promise<[string, string][]> {
  const actor = await seeded('serve.example', 4);
  const gateway = await seeded('sms', 5);
  const source = await seeded('source', 6);
  const salt = Uint8Array.from({ length: 16 }, (_, at) => at);
  const phone = await disclose({ salt, name: 'phone', value: '00000000001' }, nodeEngine);
  const entry = {
    type: 'application.received',
    caseTag,
    seq: 1,
    prev: toBase64(new Uint8Array(32).fill(1)),
    at: now,
    clock: 'LOCAL_CLOCK',
    by: keyIdText(actor.key),
    env: toBase64(new Uint8Array(32).fill(2)),
    sd: [phone.sha256],
    sd3: [phone.sm3],
    of: [],
  } as const;
  const sig = toBase64(await actor.signer.sign(entryMessage(entry)));
  const bytes = printEntry({ ...entry, sig });
  const statement = { v: 1, kind: 'sms.intent', phone: phone.sha256 };
  const said = await attest(statement, 'sms', gateway.signer);
  return [
    ['actor vkey', `${printVkey(actor.key)}\n`],
    ['signed message', `${JSON.stringify(fromUtf8(entryMessage(entry)))}\n`],
    ['entry', `${fromUtf8(bytes)}\n`],
    ['leaf hash', `${toHex(await hashLeaf(bytes, nodeEngine))}\n`],
    ['gateway key', `${toBase64(gateway.signer.publicKey)}\n`],
    ['attestation', `${canonical(attestationJson(said))}\n`],
    ...(await batchExamples(source.signer)),
  ];
}

async function packageExamples(): Promise<[string, string][]> {
  const files = [{ name: 'policy.json', bytes: utf8('{}') }];
  const manifest = await manifestOf({ caseId: caseTag, files }, nodeEngine);
  const lines = readSlots(list);
  const states = await fillSlots(
    lines,
    { entries: [], documents: [], isRefused: false },
    nodeEngine,
  );
  const digest = toBase64(await nodeEngine.digest('sha256', list));
  const random = { bytes: (length: number) => new Uint8Array(length).fill(7) };
  return [
    ['zip', `${wrapped(toHex(writeZip(files)))}\n`],
    ['manifest', `${fromUtf8(manifest)}\n`],
    ['list', `${fromUtf8(list)}\n`],
    ['slots', `${fromUtf8(printSlots(digest, states))}\n`],
    ['preservation number', `${preservationNumber({ now, random })}\n`],
  ];
}

/** Only the text: SM2 takes chance, so the signed note is frozen and judged, never made anew. */
async function twinExamples(): Promise<[string, string][]> {
  const engine = twinEngine(nodeEngine);
  const entries = ['entry 0', 'entry 1', 'entry 2'].map((text) => utf8(text));
  const [one, two, three] = await Promise.all(entries.map((entry) => hashLeaf(entry, engine)));
  if (one === undefined || two === undefined || three === undefined) throw new Error('three');
  const root = await hashNode(await hashNode(one, two, engine), three, engine);
  return [['twin text', printHead({ origin: twinOrigin(origin), size: 3, root })]];
}

/** A chain of one block, in whose state there is nothing but the contract, and in it one root. */
async function anchorExamples(): Promise<[string, string][]> {
  const log = await seeded(origin, 1);
  const root = await nodeEngine.digest('sha256', utf8('root'));
  const text = printHead({ origin, size: 3, root });
  const checkpoint = printNote({ text, signatures: [await signNote(text, log.key, log.signer)] });
  const contract = new Uint8Array(20).fill(0x11);
  const slot = anchorSlot({ log: anchorNameOf(origin), size: 3n });
  const storage = leaf(slot, encodeRlp(root));
  const nothing = new Uint8Array(0);
  const account = leaf(
    contract,
    encodeRlp([rlpNumber(1n), nothing, keccak256(storage), keccak256(nothing)]),
  );
  const header = encodeRlp(headerOf(keccak256(account)));
  const proof = { chain: 20_260n, contract, header, account: [account], storage: [storage] };
  return [
    ['anchor', `${fromUtf8(printAnchorFile({ checkpoint, proof }))}\n`],
    ['anchor log', `${toHex(anchorNameOf(origin))}\n`],
    ['anchor slot', `${toHex(slot)}\n`],
    ['anchor block', `${toHex(keccak256(header))}\n`],
  ];
}

/** A trie of one leaf: 0x20 says "leaf, an even number of nibbles" (Yellow Paper, appendix C). */
function leaf(key: Uint8Array, value: Uint8Array): Uint8Array {
  return encodeRlp([concat(Uint8Array.of(0x20), keccak256(key)), value]);
}

/** Yellow Paper 4.4.3: the fifteen members of a header before London. */
function headerOf(state: Uint8Array): Rlp {
  const word = new Uint8Array(32);
  const [address, bloom, nonce] = [new Uint8Array(20), new Uint8Array(256), new Uint8Array(8)];
  const numbers = [1n, 7n, 30_000_000n, 0n, 1_790_000_000n].map((one) => rlpNumber(one));
  const empty = new Uint8Array(0);
  return [word, word, address, state, word, word, bloom, ...numbers, empty, word, nonce];
}

async function seeded(name: string, seed: number): Promise<{ key: NoteKey; signer: Signer }> {
  const der = concat(fromHex('302e020100300506032b657004220420'), new Uint8Array(32).fill(seed));
  const pem = `-----BEGIN PRIVATE KEY-----\n${toBase64(der)}\n-----END PRIVATE KEY-----\n`;
  const signer = softSigner(softKeyFromPem(pem));
  const { publicKey } = signer;
  return { signer, key: await noteKey({ name, kind: 'ed25519', publicKey }, nodeEngine) };
}

function wrapped(hex: string): string {
  return (hex.match(/.{1,96}/g) ?? []).join('\n');
}
