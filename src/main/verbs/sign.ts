/**
 * `fubie sign FILE --out FILE [--field NAME] [--at PAGE,X,Y[,WIDTH,HEIGHT] | --straddle
 * [--pages FROM-TO] | --keyword TEXT [--occurrence N] [--offset X,Y]]
 * [--seal FILE|TEXT [--seal-kind KIND] [--seal-code TEXT]]
 * (--key FILE --cert FILE | --p12 FILE | --pkcs11 LIBRARY --token LABEL --key-name NAME
 * --cert FILE) [--password-file FILE] [--pss]
 * [--level B-B|B-T|B-LT|B-LTA] [--tsa URL …] [--root FILE …] [--chain FILE …] [--crl FILE …]
 * [--ocsp FILE …] [--prepare NAME,PAGE,X,Y,WIDTH,HEIGHT …] [--certify 1|2|3]
 * [--lock all|include|exclude [--lock-field NAME …]] [--json]`
 *
 * For people who have a file and a key and need nothing else: no server, no database. Without a key
 * a signed file is raised, or renewed, to the level, or places are prepared for others. Nothing is
 * written unless all of it was done; an earlier file is never written over.
 */
import { writeFile } from 'node:fs/promises';
import { nodeEngine } from '#adapters/engine';
import { toHex } from '#base/bytes';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import type { Appearance, Restrictions } from '#formats/pdf';
import { readCertificate } from '#formats/x509';
import {
  LongTerm,
  prepareFields,
  type SignaturePlace,
  type Stamper,
  signDocument,
} from '#trust/signing';
import { StampLines } from '#trust/timestamp';
import { bytesOf, optionOf, optionsOf } from '../options.ts';
import { derOrPem, fetchedLists, httpTimestampLine } from '../public-lines.ts';
import { type GivenKey, givenKey, givenRestrictions, keyOptions } from '../signing-key.ts';
import { faceOf, givenSeal, placeFrom, placeOf, placeOptions } from '../signing-place.ts';

const levels = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const;
type Level = (typeof levels)[number];

const valued = [
  ...'--out --key --cert --p12 --password-file --tsa --level --root --chain --crl'.split(' '),
  ...'--ocsp --prepare --certify --lock --lock-field --pkcs11 --token --key-name'.split(' '),
  ...placeOptions,
];

export async function run(args: readonly string[]): Promise<number> {
  const order = await orderFrom(args);
  const signed = await sign(order);
  const raised =
    order.level === 'B-LT' || order.level === 'B-LTA'
      ? await raise(order, signed, order.level)
      : signed;
  await written(order.out, raised);
  const sha256 = toHex(await nodeEngine.digest('sha256', raised));
  const { out } = order;
  const level = signed === order.document && raised === signed ? 'prepared' : order.level;
  const said = {
    out,
    level,
    bytes: raised.length,
    added: raised.length - order.document.length,
    sha256,
  };
  const text = args.includes('--json')
    ? JSON.stringify(said)
    : `${out}: ${level}, ${raised.length} bytes`;
  process.stdout.write(`${text}\n`);
  return 0;
}

interface SignOrder {
  readonly document: Uint8Array;
  readonly out: string;
  readonly level: Level;
  readonly key: GivenKey | undefined;
  readonly restrictions: Restrictions;
  readonly place: SignaturePlace | undefined;
  readonly seal: Appearance | undefined;
  /** The signer's first, then what came along. */
  readonly certificates: readonly Uint8Array[];
  readonly roots: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
  readonly stamps: Stamper | undefined;
}

async function orderFrom(args: readonly string[]): Promise<SignOrder> {
  const file = args.find(
    (word, at) => !word.startsWith('--') && !valued.includes(args[at - 1] ?? ''),
  );
  if (file === undefined) throw new Fault('main.usage', { needs: 'FILE' });
  const level = levels.find((one) => one === (optionOf(args, '--level') ?? 'B-B'));
  if (level === undefined) throw new Fault('main.usage', { needs: `--level ${levels.join('|')}` });
  const tsas = optionsOf(args, '--tsa');
  if (level !== 'B-B' && level !== 'B-LT' && tsas.length === 0) {
    throw new Fault('main.usage', { needs: '--tsa URL', level });
  }
  if (!isAsked(args, level)) throw new Fault('main.usage', { needs: keyOptions.join(' | ') });
  const document = await withFields(await bytesOf(file), optionsOf(args, '--prepare'));
  const roots = await filesOf(args, '--root', 'CERTIFICATE');
  const key = await givenKey(args);
  const certificates = [
    ...(key?.certificates ?? []),
    ...(await filesOf(args, '--cert', 'CERTIFICATE')),
    ...(await filesOf(args, '--chain', 'CERTIFICATE')),
  ];
  const seal = await givenSeal(args);
  const stamps = tsas.length === 0 ? undefined : stampsBy(tsas, { roots, certificates });
  return {
    document,
    out: needed(args, '--out'),
    level,
    key,
    restrictions: givenRestrictions(args),
    place: key === undefined ? undefined : await placeFrom(args, document, seal),
    seal,
    certificates,
    roots,
    crls: await filesOf(args, '--crl', 'X509 CRL'),
    ocsps: await Promise.all(optionsOf(args, '--ocsp').map(bytesOf)),
    stamps: level === 'B-B' ? undefined : stamps,
  };
}

/** Is there anything to do: to sign, to prepare, to raise? */
function isAsked(args: readonly string[], level: Level): boolean {
  const isRaised = level === 'B-LT' || level === 'B-LTA';
  return isRaised || [...keyOptions, '--prepare'].some((name) => args.includes(name));
}

/** The document with the empty fields that are asked for. */
async function withFields(document: Uint8Array, asked: readonly string[]): Promise<Uint8Array> {
  if (asked.length === 0) return document;
  const fields = asked.map((words) => {
    const [field = '', ...place] = words.split(',');
    return { field, ...placeOf(place.join(','), '--prepare NAME,PAGE,X,Y,WIDTH,HEIGHT') };
  });
  return prepareFields(document, fields, nodeEngine);
}

function stampsBy(
  addresses: readonly string[],
  known: { readonly roots: readonly Uint8Array[]; readonly certificates: readonly Uint8Array[] },
): Stamper {
  return new StampLines({
    lines: addresses.map(httpTimestampLine),
    anchors: known.roots.map((der) => readCertificate(der)),
    pool: known.certificates.map((der) => readCertificate(der)),
    engine: nodeEngine,
    clock: systemClock,
    random: systemRandom,
  });
}

/** The document itself where no key was given. */
async function sign({ document, key, place, ...order }: SignOrder): Promise<Uint8Array> {
  if (key === undefined || place === undefined) return document;
  const { restrictions, stamps } = order;
  const [certificate, ...chain] = order.certificates;
  if (certificate === undefined) throw new Fault('main.usage', { needs: '--cert FILE' });
  const name = readCertificate(certificate).subjectCommonName ?? '';
  const face = faceOf(name, order.seal);
  const { signer } = key;
  return signDocument(
    { document, place, signer, certificate, chain, face, restrictions },
    { engine: nodeEngine, clock: systemClock, ...(stamps === undefined ? {} : { stamps }) },
  );
}

async function raise(
  order: SignOrder,
  document: Uint8Array,
  level: 'B-LT' | 'B-LTA',
): Promise<Uint8Array> {
  const { certificates, roots, ocsps, stamps } = order;
  const crls = [...order.crls, ...(await fetchedLists([...certificates, ...roots]))];
  const unasked: Stamper = {
    stamp: () => Promise.reject(new Fault('main.usage', { needs: '--tsa' })),
  };
  const longTerm = new LongTerm({ engine: nodeEngine, stamps: stamps ?? unasked });
  return longTerm.raise(document, { anchors: roots, certificates, crls, ocsps }, level);
}

function needed(args: readonly string[], name: string): string {
  const value = optionOf(args, name);
  if (value === undefined || value === '') throw new Fault('main.usage', { needs: name });
  return value;
}

async function filesOf(
  args: readonly string[],
  name: string,
  label: 'CERTIFICATE' | 'X509 CRL',
): Promise<readonly Uint8Array[]> {
  const files = await Promise.all(optionsOf(args, name).map(bytesOf));
  return files.flatMap((bytes) => derOrPem(label, bytes));
}

async function written(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx' });
  } catch (cause) {
    throw new Fault('main.file_unwritable', { path }, { cause });
  }
}
