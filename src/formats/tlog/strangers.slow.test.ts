/**
 * The readers of golang.org/x/mod and filippo.io/torchwood judge the same thousands of texts as
 * ours: honest ones, and each with one letter more, less or another.
 *
 * What we take, they take. What they take beyond that breaks a rule of C2SP, or one that
 * docs/decisions/0068 gives a reason for. They are built from what this computer's Go caches hold;
 * where that fails the tests are skipped and say so.
 */
import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeEngine, softSigner } from '#adapters/engine';
import { fromHex, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { cosign, parseHead, printHead } from './checkpoint.ts';
import { hashLeaf, hashNode } from './merkle.ts';
import { noteKey, parseNote, printNote, printVkey, signNote } from './note.ts';
import { parsePolicy, quorumHolds } from './policy-file.ts';
import { judgeLogProof, parseLogProof, printLogProof } from './proof-file.ts';

const buildSecondsMax = 150;
const folder = mkdtempSync(join(tmpdir(), 'fubie-texts-'));
const program = join(folder, 'strangers');
const built = spawnSync(
  'env',
  ['GOPROXY=off', 'GOFLAGS=-mod=readonly', 'go', 'build', '-o', program, '.'],
  { cwd: 'conformance/strangers', encoding: 'utf8', timeout: buildSecondsMax * 1_000 },
);
const isHere = built.status === 0;
if (!isHere) console.warn('SKIP strangers: x/mod and torchwood cannot be built here');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const origin = 'log.fubie.test/texts';
const entry = utf8('{"v":1}');
const seeds: Readonly<Record<string, string>> = {
  [origin]: '01'.repeat(32),
  'court.test': '02'.repeat(32),
  'notary.test': '03'.repeat(32),
};
let head = '';
let note = '';
let policy = '';
let proof = '';
let judgeProof: (bytes: Uint8Array) => Promise<unknown>;

beforeAll(async () => {
  const keyed = async (name: string, kind: 'ed25519' | 'cosignature') => {
    // RFC 8410: the same keys at every run, so that the same letters fall.
    const der = fromHex(`302e020100300506032b657004220420${seeds[name] ?? ''}`);
    const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
    const signer = softSigner(key);
    return { signer, key: await noteKey({ name, kind, publicKey: signer.publicKey }, nodeEngine) };
  };
  const log = await keyed(origin, 'ed25519');
  const [court, notary] = [
    await keyed('court.test', 'cosignature'),
    await keyed('notary.test', 'cosignature'),
  ];
  const sibling = new Uint8Array(32).fill(9);
  const root = await hashNode(await hashLeaf(entry, nodeEngine), sibling, nodeEngine);
  head = printHead({ origin, size: 2, root });
  const signatures = [
    await signNote(head, log.key, log.signer),
    await cosign({ text: head, atSeconds: 1_790_000_000 }, court.key, court.signer),
  ];
  note = printNote({ text: head, signatures });
  const [ours, others] = [printVkey(court.key), printVkey(notary.key)];
  policy = `log ${printVkey(log.key)}\nwitness a ${ours} https://a/\nwitness b ${others}\n`;
  policy += 'group g any a b\nquorum g\n';
  proof = printLogProof({ index: 0, hashes: [sibling], checkpoint: note });
  judgeProof = async (bytes) => {
    const text = fromUtf8(bytes);
    const rule = await parsePolicy(policy, nodeEngine);
    const keys = { log: log.key, witnesses: rule.witnesses.map(({ key }) => key) };
    const { flaw, signedByLog, checkpoint, cosigners, broken } = await judgeLogProof(
      { text, entry },
      keys,
      nodeEngine,
    );
    const isWhole = flaw === undefined && signedByLog && broken.length === 0;
    if (isWhole && checkpoint.origin === origin && quorumHolds(rule, cosigners)) return text;
    throw new Fault('tlog.proof_malformed', { why: 'judged' });
  };
});

const letters = [
  '\r',
  '\t',
  '\0',
  ' ',
  '\n',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u200b',
  '\ufeff',
  '+',
].concat(['=', '#', '0', 'A', '—', '-', '/', '傅', '\u007f', '\u000b']);

/** Each text with one letter more, less or another at every place, by a fixed draw. */
function mutants(text: string): Uint8Array[] {
  let state = text.length;
  const drawn = (): string => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return letters[Math.floor(state / 65_536) % letters.length] ?? '';
  };
  return Array.from(text, (_letter, at) => {
    const [before, after] = [text.slice(0, at), text.slice(at + 1)];
    return [before + after, before + drawn() + text.slice(at), before + drawn() + after];
  })
    .flat()
    .map(utf8);
}

type Kind = 'note' | 'checkpoint' | 'policy' | 'proof';

function theirs(kind: Kind, texts: readonly Uint8Array[]): string[] {
  const lines = texts.map((text) =>
    JSON.stringify({
      kind,
      text: toBase64(text),
      policy: toBase64(utf8(policy)),
      entry: toBase64(entry),
    }),
  );
  const input = `${lines.join('\n')}\n`;
  const { stdout } = spawnSync(program, ['cases'], { input, encoding: 'utf8', timeout: 60_000 });
  return stdout.trim().split('\n');
}

/** Texts that only they take, and that we alone take: both as they are written. */
async function differing(kind: Kind, texts: readonly Uint8Array[], take: typeof judgeProof) {
  const said = theirs(kind, texts);
  expect(said).toHaveLength(texts.length);
  const [onlyThey, onlyWe]: string[][] = [[], []];
  let both = 0;
  for (const [at, text] of texts.entries()) {
    const isOurs = await take(text).then(
      () => true,
      (thrown: unknown) => {
        if (thrown instanceof Fault) return false;
        throw thrown;
      },
    );
    if (isOurs && said[at] === 'accepted') both += 1;
    else if (isOurs) onlyWe?.push(fromUtf8(text));
    else if (said[at] === 'accepted') onlyThey?.push(Buffer.from(text).toString());
  }
  return { onlyThey: onlyThey ?? [], onlyWe: onlyWe ?? [], both };
}

/** RFC 4648 §3.5: loose bits, or a line break that a reader of theirs leaves out. */
function isSpelledOtherwise(text: string): boolean {
  const words = text.split(/[ \n]/).filter((word) => /^[A-Za-z0-9+/\r]{8,}=*\r?$/.test(word));
  return words.some((word) => Buffer.from(word, 'base64').toString('base64') !== word);
}

test('a signed note: what x/mod takes beyond ours is base64 in another spelling', async ({
  skip,
}) => {
  if (!isHere) skip('the judges cannot be built here');
  const line = note.slice(note.indexOf('— '));
  const odd = [`\n\n${line}`, `\n${line}`, `${head}\n`, `${head}\n${line}\n${line}`, '', '\n\n']
    .concat(`${head}\n\n${line}`, note.replaceAll('\n', '\r\n'), `${head}\n${line}${line}`)
    .map(utf8);
  const texts = [utf8(note), ...odd, ...mutants(note)];
  const found = await differing('note', texts, async (text) => parseNote(fromUtf8(text)));
  expect(found.onlyWe).toEqual([]);
  expect(found.onlyThey.filter((text) => !isSpelledOtherwise(text))).toEqual([]);
  expect(found.both).toBeGreaterThan(100);
});

test('a checkpoint: what torchwood takes beyond ours has a rule', async ({ skip }) => {
  if (!isHere) skip('the judges cannot be built here');
  const [, , root = ''] = head.split('\n');
  const sizes = ['0', '00', '01', '-0', '+1', '1e3', '9007199254740991', '9007199254740992'].concat(
    '9223372036854775807',
    '9223372036854775808',
    '18446744073709551616',
    '１',
    '',
  );
  const texts = [head, `${head}more\n`, `${head}more\n\n`, `${head}more`, `\n2\n${root}\n`]
    .concat(sizes.map((size) => `${origin}\n${size}\n${root}\n`))
    .map(utf8);
  const found = await differing('checkpoint', [...texts, ...mutants(head)], async (text) =>
    parseHead(fromUtf8(text)),
  );
  const ruled = (text: string): boolean => {
    const [first, size, ...more] = text.split('\n');
    const isLarge = Number(size) > Number.MAX_SAFE_INTEGER;
    return first === '' || isLarge || more.length > 2 || isSpelledOtherwise(text);
  };
  expect(found.onlyWe).toEqual([]);
  expect(found.onlyThey.filter((text) => !ruled(text))).toEqual([]);
  expect(found.both).toBeGreaterThan(50);
});

test('a policy that we take is one to torchwood', async ({ skip }) => {
  if (!isHere) skip('the judges cannot be built here');
  const texts = [utf8(policy), ...mutants(policy)];
  const found = await differing('policy', texts, (text) => parsePolicy(fromUtf8(text), nodeEngine));
  // A number sign inside a word begins a comment to them alone; the page has comment lines only.
  expect(found.onlyWe.filter((text) => !/\S#/.test(text))).toEqual([]);
  expect(found.both).toBeGreaterThan(20);
});

test('a proof: torchwood takes ours, and beyond it extra data and other spellings', async ({
  skip,
}) => {
  if (!isHere) skip('the judges cannot be built here');
  const odd = ['index 00', 'index +0', 'index -0', 'index 1', 'index 0 ', 'extra YQ==\nindex 0']
    .map((words) => proof.replace('index 0', words))
    .concat(proof.replaceAll('\n', '\r\n'), proof.slice(0, -1), `${proof}\n`)
    .map(utf8);
  const texts = [utf8(proof), ...odd, ...mutants(proof)];
  const found = await differing('proof', texts, judgeProof);
  const ruled = (text: string): boolean =>
    !/^c2sp.org\/tlog-proof@v1\nindex 0\n/.test(text) || isSpelledOtherwise(text);
  expect(found.onlyWe).toEqual([]);
  expect(found.onlyThey.filter((text) => !ruled(text))).toEqual([]);
  expect(found.both).toBeGreaterThanOrEqual(1);
  expect(printLogProof(parseLogProof(proof))).toBe(proof);
});
