/**
 * Packages with one thing wrong each, for a verifier that somebody else wrote: what a thief does
 * who can only pack, and what one does who has the keys of the institution's seal or of its log.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, fromBase64Url, fromUtf8, toBase64Url, utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { type Random, seededRandom } from '#base/random';
import { type BundleFile, manifestOf, openZip, writeZip } from '#formats/bundle';
import { parseEntry } from '#formats/entry';
import { type SampleHouse, sampleHouse } from '../src/trust/verify/own/sample-trust.fixture.ts';
import {
  type SamplePackage,
  samplePackage,
  type Wish,
} from '../src/trust/verify/package/sample-package.fixture.ts';
import { batchMutants } from './stranger-batches.ts';
import type { Mutant, NamedSound, Sound } from './stranger-cases.ts';
import { containerMutants } from './stranger-containers.ts';
import { fileMutants, type Rewrite } from './stranger-files.ts';
import { paperMutants } from './stranger-papers.ts';
import { registerMutants } from './stranger-registers.ts';
import { shardMutants } from './stranger-shards.ts';

const seed = 20_261_122;

/** Every mutant, and sound packages that left no house; those handed in are sound and did. */
export async function makeMutants(left: {
  readonly deposit: Sound;
  readonly loan: Sound;
}): Promise<{ readonly sound: readonly NamedSound[]; readonly mutants: readonly Mutant[] }> {
  const random = seededRandom(seed);
  const house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-21T10:00:00.000+08:00'),
  });
  const honest = await samplePackage(house);
  const papers = await paperMutants(house);
  const ruled = await registerMutants(house);
  const shards = await shardMutants(house);
  const batches = await batchMutants(house);
  const mutants = [
    ...containerMutants({ bytes: honest.zip, trust: house.trust }, random),
    ...(await repacked(honest, house)),
    ...(await resealed(house, random)),
    ...(await retold(house)),
    ...(await onItsWay('deposit', left.deposit, depositChanges)),
    ...(await onItsWay('loan', left.loan, loanChanges)),
    ...distrusted(honest, house),
    ...papers.mutants,
    ...ruled.mutants,
    ...shards.mutants,
    ...batches.mutants,
  ];
  const sound = [
    { name: 'papers of the log', ...papers.sound },
    ruled.sound,
    ...shards.sound,
    ...batches.sound,
  ];
  return { sound, mutants };
}

/** A thief who can pack: ZIP and manifest are made anew, the report still binds what it bound. */
async function repacked(honest: SamplePackage, house: SampleHouse): Promise<Mutant[]> {
  const mutants: Mutant[] = [];
  for (const [name, part] of [
    ['certs', /^certs\//],
    ['stamps', /^stamps\//],
    ['entries', /^entries\//],
    ['documents', /^documents\//],
    ['policy.json', /^policy\.json$/],
    ['report.pdf', /^report\.pdf/],
  ] as const) {
    const files = honest.files.map((file) =>
      file.name.startsWith(name) ? { ...file, bytes: bent(file.bytes) } : file,
    );
    const bytes = await packed(files);
    mutants.push({ name: `repacked: a bit of ${name}`, bytes, trust: house.trust, part });
  }
  return mutants;
}

/** A thief with the key of the seal: the report binds whatever he put in. */
async function resealed(house: SampleHouse, random: Random): Promise<Mutant[]> {
  const mutants: Mutant[] = [];
  for (const { name, rewrite, part } of fileMutants(random)) {
    const { zip } = await samplePackage(house, { swap: (files) => rewrite(files) });
    mutants.push({ name: `resealed: ${name}`, bytes: zip, trust: house.trust, part });
  }
  return mutants;
}

/** Thieves with the keys of log, witnesses, authority: the story itself is another. */
async function retold(house: SampleHouse): Promise<Mutant[]> {
  const document = /^documents\/01-contract\.pdf/;
  const stories: readonly (readonly [string, Wish, RegExp])[] = [
    ['two voters only', { votes: 2 }, /^checkpoint\.txt$/],
    ['no voter', { votes: 0 }, /^checkpoint\.txt$/],
    ['without the sentinel', { withoutSentinel: true }, /^checkpoint\.txt$/],
    ['identity never checked', { without: 'identity.checked' }, /^required-evidence\.json$/],
    ['the case not sealed', { without: 'case.sealed' }, /^entries\/0005\.json$/],
    ['another certificate logged', { logsOther: true }, document],
    ['two certificates in one entry', { issuedTwice: 'in one entry' }, document],
    ['two certificates on one word', { issuedTwice: 'on one word' }, document],
    ['no word of the gateway', { smsSigner: house.makeKey('ed25519') }, document],
    ['the seal for the borrower', { sealForBorrower: true }, document],
    ['another holder of the telephone', { otherHolder: true }, document],
    ['the name not opened', { closed: true }, document],
    ['a revoked seal', { revoked: true }, document],
    ['another institution', { institution: 'other-bank' }, /^entries\/0000\.json$/],
    ['an entry of a newer program', { newer: house.actor.signer }, /^entries\/0003\.json$/],
    [
      'a newer entry, and one that is missing',
      { newer: house.actor.signer, without: 'identity.checked' },
      /^required-evidence\.json$/,
    ],
    ['a newer entry of nobody', { newer: house.makeKey('ed25519') }, /^entries\/0003\.json$/],
    [
      'a newer entry, and another holder of the telephone',
      { newer: house.actor.signer, otherHolder: true },
      document,
    ],
  ];
  const mutants: Mutant[] = [];
  for (const [name, wish, part] of stories) {
    const { zip } = await samplePackage(house, wish);
    mutants.push({ name: `retold: ${name}`, bytes: zip, trust: house.trust, part });
  }
  return mutants;
}

type Changes = readonly (readonly [name: string, part: RegExp, rewrite: Rewrite])[];

const depositChanges: Changes = [
  ['a file', /^files\/0002\.bin$/, bending('files/')],
  ['a schema', /^schemas\//, bending('schemas/')],
  ['an environment', /^environments\//, bending('environments/')],
  [
    'a slot filled by nothing',
    /^slots\.json$/,
    replacing('slots.json', '"filled":[1]', '"filled":[]'),
  ],
  ['a slot left out', /^slots\.json$/, replacing('slots.json', '"slot":"record",', '')],
  ['no slots', /^slots\.json$/, dropping('slots.json')],
  ['a schema dropped', /^(entries|schemas)\//, dropping('schemas/')],
  ['an opening', /^disclosures\/0001\.json$/, exchanging('disclosures/0001.json')],
  ['a shorter list', /^(entries|required)/, replacing('required-evidence.json', '"min":1,', '')],
  ['the record dropped', /^entries\/000[23]/, dropping('entries/0001.json')],
  ['the closing dropped', /^entries\/0002\.json$/, dropping('entries/0003.json')],
];

const loanChanges: Changes = [
  ['a bit of a register', /^registers/, bending('registers/0001.note')],
  ['a register that no entry adopts', /^registers/, dropping('registers/0001.json')],
  ['a register that is not proved', /^registers/, dropping('registers/0001.tlog-proof')],
  ['a bit of a twin’s proof', /^twin\//, bending('twin/0001.tlog-proof')],
  ['a bit of the twin’s link', /^twin\//, bending('twin/link.json')],
  ['a bit of a stamped head', /^heads\//, bending('heads/')],
  ['a bit of an anchor', /^anchors/, bending('anchors/')],
];

/** Somebody changes a package that left the house; manifest and ZIP are made anew. */
async function onItsWay(what: string, sound: Sound, changes: Changes): Promise<Mutant[]> {
  const { files } = openZip(sound.bytes);
  const mutants: Mutant[] = [];
  for (const [name, part, rewrite] of changes) {
    const bytes = await packed(rewrite([...files]));
    mutants.push({ name: `${what}: ${name}`, bytes, trust: sound.trust, part });
  }
  return mutants;
}

/** The package is sound, and whoever judges it trusts others. */
function distrusted(honest: SamplePackage, house: SampleHouse): Mutant[] {
  const changes: readonly (readonly [string, string, RegExp, (text: string) => string])[] = [
    ['another quorum', 'policy.json', /^policy\.json$/, (text) => text.replace(':3', ':2')],
    ['another log', 'logs/sample-bank.vkey', /^checkpoint\.txt$/, () => witnessAsLog(house)],
    ['no such actor', 'operators.json', /^entries\//, (text) => text.replace('actor', 'retired')],
    [
      'no such seal',
      'operators.json',
      /^report\.pdf/,
      (text) => text.replace('"role":"seal"', '"role":"old"'),
    ],
    ['another gateway', 'gateways/sms.pem', /^entries\/0003/, () => pemOf(house, 'identity')],
    ['another clock', 'tsa.pem', /#revision/, () => pemOf(house, 'ca')],
    ['another authority', 'ca.pem', /#revision/, () => pemOf(house, 'tsa')],
  ];
  return changes.map(([name, file, part, change]) => {
    const text = fromUtf8(house.trust.get(file) ?? new Uint8Array());
    const trust = new Map(house.trust).set(file, utf8(change(text)));
    return { name: `distrusted: ${name}`, bytes: honest.zip, trust, part };
  });
}

/** The log's name with a key that is another's. */
function witnessAsLog(house: SampleHouse): string {
  const actor = fromUtf8(house.trust.get('operators.json') ?? new Uint8Array());
  return /"vkey":"([^"]+)"/.exec(actor)?.[1] ?? '';
}

function pemOf(house: SampleHouse, name: 'ca' | 'tsa' | 'identity'): string {
  const file = name === 'identity' ? 'gateways/identity.pem' : `${name}.pem`;
  return fromUtf8(house.trust.get(file) ?? new Uint8Array());
}

async function packed(files: readonly BundleFile[]): Promise<Uint8Array> {
  const kept = files.filter(({ name }) => name !== 'manifest.json');
  const first = kept.find(({ name }) => name === 'entries/0000.json');
  const caseId = caseOf(first?.bytes);
  const manifest = await manifestOf({ caseId, files: kept }, nodeEngine);
  return writeZip([...kept, { name: 'manifest.json', bytes: manifest }]);
}

function caseOf(entry: Uint8Array | undefined): string {
  try {
    return parseEntry(entry ?? new Uint8Array()).caseTag;
  } catch {
    return '';
  }
}

function bent(bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice();
  const middle = Math.floor(bytes.length / 2);
  changed[middle] = (changed[middle] ?? 0) ^ 1;
  return changed;
}

function bending(start: string): Rewrite {
  return (files) =>
    files.map((file) =>
      file.name.startsWith(start) ? { ...file, bytes: bent(file.bytes) } : file,
    );
}

function dropping(start: string): Rewrite {
  return (files) => files.filter(({ name }) => !name.startsWith(start));
}

function replacing(name: string, from: string, to: string): Rewrite {
  return (files) =>
    files.map((file) => {
      if (file.name !== name) return file;
      const text = fromUtf8(file.bytes);
      if (!text.includes(from)) throw new Error(`${name} holds no ${from}`);
      return { ...file, bytes: utf8(text.replace(from, to)) };
    });
}

/** Another value under the salt of the first opening. */
function exchanging(name: string): Rewrite {
  return (files) =>
    files.map((file) => {
      if (file.name !== name) return file;
      const [first = '', ...rest] = JSON.parse(fromUtf8(file.bytes)) as string[];
      const opened = fromBase64Url(first);
      const encoded = toBase64Url(concat(opened.slice(0, -3), utf8('x"]')));
      return { ...file, bytes: utf8(JSON.stringify([encoded, ...rest].toSorted())) };
    });
}
