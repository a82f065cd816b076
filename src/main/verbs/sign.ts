/**
 * `fubie sign FILE --out FILE (--field NAME | --at PAGE,X,Y,WIDTH,HEIGHT) --key FILE --cert FILE
 * [--password-file FILE] [--pss] [--tsa URL …] [--level B-B|B-T|B-LT|B-LTA] [--root FILE …]
 * [--chain FILE …] [--crl FILE …] [--ocsp FILE …] [--json]`
 *
 * For people who have a file and a key and need nothing else: no server, no database. Without
 * `--key` a signed file is raised, or renewed, to the level. Nothing is written unless all of it
 * was done; an earlier file is never written over.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { nodeEngine, softKeyFromPem, softSigner } from '#adapters/engine';
import { loadFonts, outlinesOf } from '#adapters/typesetting';
import { toHex } from '#base/bytes';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import { type Appearance, openPdf, type Rect, signerLines } from '#formats/pdf';
import { readCertificate } from '#formats/x509';
import { LongTerm, type SignaturePlace, type Stamper, signDocument } from '#trust/signing';
import { StampLines } from '#trust/timestamp';
import { optionOf } from '../options.ts';
import { derOrPem, fetchedLists, httpTimestampLine } from '../public-lines.ts';

const levels = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const;
type Level = (typeof levels)[number];

const valued =
  '--out --field --at --key --cert --password-file --tsa --level --root --chain --crl --ocsp'.split(
    ' ',
  );

export async function run(args: readonly string[]): Promise<number> {
  const order = await orderFrom(args);
  const signed = order.key === undefined ? order.document : await sign(order, order.key);
  const raised =
    order.level === 'B-LT' || order.level === 'B-LTA'
      ? await raise(order, signed, order.level)
      : signed;
  await written(order.out, raised);
  const sha256 = toHex(await nodeEngine.digest('sha256', raised));
  const { out, level } = order;
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

interface SigningKey {
  readonly pem: string;
  readonly password: string | undefined;
  readonly pss: boolean;
  readonly place: SignaturePlace;
}

interface SignOrder {
  readonly document: Uint8Array;
  readonly out: string;
  readonly level: Level;
  readonly key: SigningKey | undefined;
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
  if (args.includes('--p12')) {
    const needs = '--key FILE --cert FILE (openssl pkcs12 -in FILE -nodes)';
    throw new Fault('main.usage', { needs, given: '--p12' });
  }
  const level = levels.find((one) => one === (optionOf(args, '--level') ?? 'B-B'));
  if (level === undefined) throw new Fault('main.usage', { needs: `--level ${levels.join('|')}` });
  const tsas = optionsOf(args, '--tsa');
  if (level !== 'B-B' && level !== 'B-LT' && tsas.length === 0) {
    throw new Fault('main.usage', { needs: '--tsa URL', level });
  }
  const document = await bytesOf(file);
  const roots = await filesOf(args, '--root', 'CERTIFICATE');
  const certificates = [
    ...(await filesOf(args, '--cert', 'CERTIFICATE')),
    ...(await filesOf(args, '--chain', 'CERTIFICATE')),
  ];
  const stamps = tsas.length === 0 ? undefined : stampsBy(tsas, { roots, certificates });
  return {
    document,
    out: needed(args, '--out'),
    level,
    key: await keyFrom(args, document),
    certificates,
    roots,
    crls: await filesOf(args, '--crl', 'X509 CRL'),
    ocsps: await Promise.all(optionsOf(args, '--ocsp').map(bytesOf)),
    stamps: level === 'B-B' ? undefined : stamps,
  };
}

async function keyFrom(
  args: readonly string[],
  document: Uint8Array,
): Promise<SigningKey | undefined> {
  const path = optionOf(args, '--key');
  if (path === undefined) return undefined;
  const passwordFile = optionOf(args, '--password-file');
  const password =
    passwordFile === undefined
      ? undefined
      : textOf(await bytesOf(passwordFile)).replace(/\r?\n$/, '');
  const place = await placeFrom(args, document);
  return { pem: textOf(await bytesOf(path)), password, pss: args.includes('--pss'), place };
}

/** `--at` makes a field, under `--field`'s name if given; alone, `--field` is an empty one. */
async function placeFrom(args: readonly string[], document: Uint8Array): Promise<SignaturePlace> {
  const field = optionOf(args, '--field');
  const at = optionOf(args, '--at');
  if (at === undefined) return { is: 'field', field: field ?? needed(args, '--field') };
  const match = /^(\d{1,5})((?:,-?\d{1,5}(?:\.\d{1,3})?){4})$/.exec(at);
  const [left, bottom, width, height] = (match?.[2] ?? '').split(',').slice(1).map(Number);
  if (match === null || left === undefined || bottom === undefined) {
    throw new Fault('main.usage', { needs: '--at PAGE,X,Y,WIDTH,HEIGHT', given: at });
  }
  const rect: Rect = [left, bottom, left + (width ?? 0), bottom + (height ?? 0)];
  const name = field ?? (await newName(document));
  return { is: 'new', field: name, page: Number(match[1]), rect };
}

async function newName(document: Uint8Array): Promise<string> {
  const digest = await nodeEngine.digest('sha256', (await openPdf(document, nodeEngine)).bytes);
  return `Signature-${toHex(digest).slice(0, 12)}`;
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

async function sign(order: SignOrder, key: SigningKey): Promise<Uint8Array> {
  const [certificate, ...chain] = order.certificates;
  if (certificate === undefined) throw new Fault('main.usage', { needs: '--cert FILE' });
  const { document, stamps } = order;
  const signer = softSigner(softKeyFromPem(key.pem, key.password), { pss: key.pss });
  const name = readCertificate(certificate).subjectCommonName ?? '';
  const parts = {
    engine: nodeEngine,
    clock: systemClock,
    ...(stamps === undefined ? {} : { stamps }),
  };
  const face = (size: { width: number; height: number }): Appearance => drawn(name, size);
  return signDocument({ document, place: key.place, signer, certificate, chain, face }, parts);
}

/** The signer's name in the house's font; nothing in a place without a size. */
function drawn(name: string, size: { width: number; height: number }): Appearance {
  if (size.width === 0 || size.height === 0) return { width: 1, height: 1, content: '' };
  return signerLines({ ...size, lines: [name], outlines: outlinesOf(loadFonts()) });
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

function optionsOf(args: readonly string[], name: string): readonly string[] {
  return args.flatMap((word, at) => (word === name ? [args[at + 1] ?? ''] : []));
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

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new Fault('main.file_unreadable', { path }, { cause });
  }
}

async function written(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx' });
  } catch (cause) {
    throw new Fault('main.file_unwritable', { path }, { cause });
  }
}
