/**
 * What is damaged: the house's own package and contract, signed files of others with their own
 * roots, attacks, broken PDFs, archives, certificates; each with what must hold of every twin.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { type Instant, parseInstant } from '#base/clock';
import { cmsOid } from '#formats/cms';
import { octetString, oid, sequence } from '#formats/der';
import {
  type EvidenceRecord,
  firstImprint,
  printEvidenceRecord,
  renewalImprint,
  renewed,
} from '#formats/ers';
import { readPdf, readSignatures } from '#formats/pdf';
import { hashAlgorithmDer } from '#formats/x509';
import { selfOf } from '../corpus.fixture.ts';
import { SampleAuthority } from '../etsi/sample-authority.fixture.ts';
import { type Report, type TrustFiles, verify } from '../index.ts';
import { attribute, having, sha256, signedMessage, tokenFor } from '../messages.fixture.ts';
import { sampleHouse } from '../own/sample-trust.fixture.ts';
import { type SamplePackage, samplePackage } from '../package/sample-package.fixture.ts';
import { policyDer, policyOid } from '../policies.fixture.ts';
import { judgedAt, revise, Signers } from '../shapes.fixture.ts';
import { honest } from '../shapes-honest.fixture.ts';

const corpus = '../shared/corpus';

/** One file, with what it is judged, and what its twins may not become. */
export interface Sample {
  readonly name: string;
  readonly form: 'pdf' | 'package' | 'ofd' | 'der';
  readonly bytes: Uint8Array;
  readonly trust: TrustFiles;
  readonly at?: Instant;
  /** `no`: no twin is valid. `covered`: none whose first signature covers other bytes. */
  readonly valid: 'no' | 'covered';
  /** Spans of the file that its first signature covers. */
  readonly covered: readonly (readonly [number, number])[];
}

export interface Samples {
  readonly all: readonly Sample[];
  readonly package: SamplePackage;
  readonly trust: TrustFiles;
}

export async function openSamples(): Promise<Samples> {
  const house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-21T10:00:00.000+08:00'),
  });
  const own = await samplePackage(house);
  const { trust } = house;
  const sealed = { trust, valid: 'no', covered: [] } as const;
  const all: Sample[] = [
    { name: 'package.zip', form: 'package', bytes: own.zip, ...sealed },
    { name: 'contract.pdf', form: 'pdf', bytes: own.contract, ...sealed },
    ...(await shapes()),
    ...(await messages()),
  ];
  for (const folder of ['pdf-attack', 'pdf-signed/pyhanko']) {
    for (const [name, bytes] of filesOf(folder)) all.push(await foreign(name, bytes));
  }
  const nobody = { trust: new Map(), valid: 'no', covered: [] } as const;
  for (const [name, bytes] of filesOf('pdf-parse')) {
    if (bytes.length < damagedBytesMax) all.push({ name, form: 'pdf', bytes, ...nobody });
  }
  for (const [name, bytes] of [...filesOf('ofd'), ...filesOf('sm2')]) {
    const form = name.endsWith('.ofd') ? 'ofd' : 'der';
    all.push({ name, form, bytes, ...nobody });
  }
  return { all, package: own, trust };
}

const damagedBytesMax = 400_000; // of one file, so that many are tried

function filesOf(folder: string): readonly (readonly [string, Uint8Array])[] {
  if (!existsSync(`${corpus}/${folder}`)) return [];
  return readdirSync(`${corpus}/${folder}`)
    .toSorted()
    .map((name) => [name, new Uint8Array(readFileSync(`${corpus}/${folder}/${name}`))] as const);
}

/** Signed documents of our own that need no corpus. */
async function shapes(): Promise<readonly Sample[]> {
  const signers = await Signers.open();
  const found: Sample[] = [];
  for (const [name, { base, more, later, trailer }] of Object.entries(honest)) {
    const signed = await signers.signed(base, { more: more ?? '' });
    const bytes = typeof later === 'function' ? later(signed) : revise(signed, later, trailer);
    const how = { trust: signers.trust, at: judgedAt, valid: 'covered' } as const;
    found.push({ name, form: 'pdf', bytes, ...how, covered: await coveredBy(bytes) });
  }
  return found;
}

/**
 * A message under a policy with a record in it, and the record: without what they are over no twin
 * of either is valid.
 */
async function messages(): Promise<readonly Sample[]> {
  const authority = await SampleAuthority.open();
  const signer = await authority.signer('2020-01-01', '2022-01-01');
  const clock = await authority.clock('2020-01-01', '2030-01-01');
  const { der, digested } = policyDer({ roots: [authority.root.certificate.der], delayMinutes: 9 });
  const digest = octetString(await sha256(digested));
  const named = sequence(oid(policyOid), sequence(hashAlgorithmDer('sha256'), digest));
  const signed = [attribute(cmsOid.signaturePolicy, named)];
  const chain = [authority.issuing.certificate.der];
  const message = await signedMessage(signer, der, { chain, signed });
  const imprint = await firstImprint(message, 'sha256', nodeEngine);
  const first = {
    hash: 'sha256' as const,
    tree: [],
    token: await tokenFor(clock, imprint, '2021-06-01'),
  };
  const once: EvidenceRecord = { chains: [[first]] };
  const again = await renewalImprint(once, nodeEngine);
  const record = printEvidenceRecord(renewed(once, await tokenFor(clock, again, '2022-06-01')));
  const trust = new Map([
    ['root.der', authority.root.certificate.der],
    ['signature-policies/policy.der', der],
  ]);
  const how = { form: 'der', trust, at: judgedAt, valid: 'no', covered: [] } as const;
  const bytes = having(message, cmsOid.evidenceInside, record);
  return [
    { name: 'message.p7s', bytes, ...how },
    { name: 'record.ers', bytes: record, ...how },
  ];
}

async function foreign(name: string, bytes: Uint8Array): Promise<Sample> {
  const { roots, at } = await selfOf(bytes);
  const trust: TrustFiles = new Map(roots.map((der, index) => [`root-${index}.der`, der]));
  const how = { trust, ...(at === undefined ? {} : { at }) };
  const report: Report = await verify({ name, bytes, ...how }, nodeEngine);
  const valid = report.is === 'valid' ? 'covered' : 'no';
  return { name, form: 'pdf', bytes, ...how, valid, covered: await coveredBy(bytes) };
}

async function coveredBy(bytes: Uint8Array): Promise<readonly (readonly [number, number])[]> {
  const [first] = await readPdf(bytes, nodeEngine).then(readSignatures, () => []);
  if (first === undefined) return [];
  const [from, length, second, rest] = first.byteRange;
  return [
    [from, from + length],
    [second, second + rest],
  ];
}
