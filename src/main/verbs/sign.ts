/**
 * `fubie sign FILE --out FILE …`; `fubie sign --help` says all of it.
 *
 * For people who have a file and a key and need nothing else: no server, no database. Without a key
 * a signed file is raised, or renewed, to the level, or places are prepared for others. Nothing is
 * written unless all of it was done; an earlier file is never written over.
 */
import { writeFile } from 'node:fs/promises';
import { nodeEngine } from '#adapters/engine';
import { concat, equal, toHex } from '#base/bytes';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import type { Appearance, Restrictions } from '#formats/pdf';
import { type Certificate, certificateIfReadable, readCertificate } from '#formats/x509';
import {
  LongTerm,
  prepareFields,
  probed,
  type SignaturePlace,
  type Stamper,
  signAppended,
} from '#trust/signing';
import { StampLines } from '#trust/timestamp';
import { bytesOf, optionOf, optionsOf } from '../options.ts';
import { certificatesFrom, certificatesIn, listsFrom } from '../signing/given-files.ts';
import { type GivenKey, givenKey, givenRestrictions, keyOptions } from '../signing/key.ts';
import { type ListReach, listReaches, namedLists } from '../signing/named-lists.ts';
import { faceOf, givenSeal, placeFrom, placeOf, placeOptions, placesOn } from '../signing/place.ts';
import { httpTimestampLine } from '../signing/public-lines.ts';

const levels = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const;
type Level = (typeof levels)[number];

const valued = [
  ...'--out --key --cert --p12 --password-file --tsa --level --root --chain --crl'.split(' '),
  ...'--tsa-policy --ocsp --lists --prepare --certify --lock --lock-field --pkcs11 --token --key-name'.split(
    ' ',
  ),
  ...placeOptions.filter((name) => name !== '--straddle'),
];
const bare = ['--straddle', '--pss', '--json', '--help'];
const help = `fubie sign FILE --out FILE WHERE [KEY] [LEVEL] [MORE]

WHERE  --field NAME                        an empty field of the document
       --at PAGE,X,Y,WIDTH,HEIGHT          a new place, in points from the lower left corner
       --at PAGE,X,Y --seal …              the same, as large as the seal
       --keyword TEXT [--occurrence N] [--offset X,Y]
       --straddle [--pages FROM-TO]        one seal over the edges of the pages
KEY    --p12 FILE --password-file FILE
       --key FILE --cert FILE [--password-file FILE]
       --pkcs11 LIBRARY --token LABEL --key-name NAME --cert FILE --password-file FILE
LEVEL  --level B-B | B-T | B-LT | B-LTA    from B-T on with --tsa URL … [--tsa-policy OID];
       B-LT and B-LTA with --root FILE … [--chain FILE …] [--crl FILE …] [--ocsp FILE …]
       [--lists public|any|none]           where certificates inside FILE may send us for lists
MORE   --seal TEXT|FILE.json [--seal-kind KIND] [--seal-code TEXT]
       --certify 1|2|3   --lock all|include|exclude [--lock-field NAME …]
       --prepare NAME,PAGE,X,Y,WIDTH,HEIGHT …   --pss   --json

docs/guide/signing.md has examples. Exit codes: 0 done, 2 wrong usage, 4 refused; nothing is
written unless all of it was done.
`;

export async function run(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  const order = await orderFrom(args);
  const { document, out, level } = order;
  // In pieces as long as it may be: who only writes them to a disk need not hold them joined.
  const signed = [document, ...(await appendedTo(order))];
  const raised =
    level === 'B-LT' || level === 'B-LTA' ? [await raise(order, concat(...signed), level)] : signed;
  await written(out, raised);
  const sha256 = toHex(await nodeEngine.digest('sha256', ...raised));
  const bytes = raised.reduce((sum, { length }) => sum + length, 0);
  const isPrepared = raised.length === 1 && raised[0] === document;
  const said = {
    out,
    level: isPrepared ? 'prepared' : level,
    bytes,
    added: bytes - document.length,
    sha256,
  };
  const text = args.includes('--json')
    ? JSON.stringify(said)
    : `${out}: ${said.level}, ${bytes} bytes`;
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
  readonly reach: ListReach;
}

/** The one word that belongs to no option; refuses what nobody would have read. */
function fileIn(args: readonly string[]): string {
  const files: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (valued.includes(word)) {
      at += 1;
      const value = args[at];
      if (value === undefined || value === '' || value.startsWith('--')) {
        throw new Fault('main.usage', { needs: `${word} …` });
      }
    } else if (word.startsWith('--') && !bare.includes(word)) {
      throw new Fault('main.usage', { unknown: word, see: 'fubie sign --help' });
    } else if (!word.startsWith('--')) files.push(word);
  }
  const [file, more] = files;
  if (more !== undefined) throw new Fault('main.usage', { unknown: more });
  if (file === undefined)
    throw new Fault('main.usage', { needs: 'FILE', see: 'fubie sign --help' });
  return file;
}

async function orderFrom(args: readonly string[]): Promise<SignOrder> {
  const file = fileIn(args);
  needed(args, '--out');
  const level = levels.find((one) => one === (optionOf(args, '--level') ?? 'B-B'));
  if (level === undefined) throw new Fault('main.usage', { needs: `--level ${levels.join('|')}` });
  const tsas = optionsOf(args, '--tsa');
  if (level !== 'B-B' && level !== 'B-LT' && tsas.length === 0) {
    throw new Fault('main.usage', { needs: '--tsa URL', level });
  }
  if (!isAsked(args, level)) throw new Fault('main.usage', { needs: keyOptions.join(' | ') });
  const document = await withFields(await bytesOf(file), optionsOf(args, '--prepare'));
  const roots = await filesOf(args, '--root', certificatesFrom);
  const key = await givenKey(args);
  const certificates = ownFirst(key, [
    ...(key?.certificates ?? []),
    ...(await filesOf(args, '--cert', certificatesFrom)),
    ...(await filesOf(args, '--chain', certificatesFrom)),
  ]);
  const seal = await givenSeal(args);
  const policy = optionOf(args, '--tsa-policy');
  if (policy !== undefined && !/^[0-2](\.\d{1,20}){1,32}$/.test(policy)) {
    throw new Fault('main.usage', { needs: '--tsa-policy OID', given: policy });
  }
  const stamps = tsas.length === 0 ? undefined : stampsBy(tsas, { roots, certificates, policy });
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
    crls: await filesOf(args, '--crl', listsFrom),
    ocsps: await Promise.all(optionsOf(args, '--ocsp').map(bytesOf)),
    stamps: level === 'B-B' ? undefined : stamps,
    reach: reachIn(args),
  };
}

function reachIn(args: readonly string[]): ListReach {
  const given = optionOf(args, '--lists') ?? 'public';
  const reach = listReaches.find((one) => one === given);
  if (reach === undefined)
    throw new Fault('main.usage', { needs: `--lists ${listReaches.join('|')}` });
  return reach;
}

/** Files with a whole chain have it in either order: the key says whose certificate is the own. */
function ownFirst(
  key: GivenKey | undefined,
  certificates: readonly Uint8Array[],
): readonly Uint8Array[] {
  const own = certificates.find((der) => {
    const certificate = certificateIfReadable(der);
    return certificate !== undefined && isOf(key, certificate);
  });
  return own === undefined ? certificates : [own, ...certificates.filter((der) => der !== own)];
}

function isOf(key: GivenKey | undefined, { publicKey }: Certificate): boolean {
  return key !== undefined && equal(publicKey, key.signer.publicKey);
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
  return prepareFields(document, await placesOn(document, fields), nodeEngine);
}

function stampsBy(
  addresses: readonly string[],
  known: {
    readonly roots: readonly Uint8Array[];
    readonly certificates: readonly Uint8Array[];
    readonly policy: string | undefined;
  },
): Stamper {
  return new StampLines({
    lines: addresses.map(httpTimestampLine),
    ...(known.policy === undefined ? {} : { policy: known.policy }),
    anchors: known.roots.map((der) => readCertificate(der)),
    pool: known.certificates.map((der) => readCertificate(der)),
    engine: nodeEngine,
    clock: systemClock,
    random: systemRandom,
  });
}

/** What the signature appends; nothing where no key was given. */
async function appendedTo({
  document,
  key,
  place,
  ...order
}: SignOrder): Promise<readonly Uint8Array[]> {
  if (key === undefined || place === undefined) return [];
  const { restrictions, stamps } = order;
  const [certificate, ...chain] = order.certificates;
  if (certificate === undefined) throw new Fault('main.usage', { needs: '--cert FILE' });
  const name = readCertificate(certificate).subjectCommonName ?? '';
  const { seal } = order;
  const face = isSeen(place) ? { face: await faceOf(name, seal) } : {};
  // A clock that is dead or lies is found out before the key is used.
  const signer = stamps === undefined ? key.signer : probed(key.signer, stamps);
  const appended = await signAppended(
    {
      document,
      place,
      signer,
      certificate,
      chain,
      restrictions,
      ...face,
      mustBeSeen: seal !== undefined,
    },
    { engine: nodeEngine, clock: systemClock, ...(stamps === undefined ? {} : { stamps }) },
  );
  return [appended];
}

/** Letters are loaded for what somebody sees. */
function isSeen(place: SignaturePlace): boolean {
  if (place.is !== 'new') return true;
  const [left, bottom, right, top] = place.rect;
  return left < right && bottom < top;
}

async function raise(
  order: SignOrder,
  document: Uint8Array,
  level: 'B-LT' | 'B-LTA',
): Promise<Uint8Array> {
  const { certificates, roots, ocsps, stamps } = order;
  const named = { given: [...certificates, ...roots], found: await certificatesIn(document) };
  const { lists, withheld } = await namedLists(named, order.reach);
  // Printed as JSON: the words are a stranger's and may hold what moves a terminal's cursor.
  for (const address of withheld) {
    process.stderr.write(`not asked (--lists ${order.reach}): ${JSON.stringify(address)}\n`);
  }
  const crls = [...order.crls, ...lists];
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
  all: (bytes: Uint8Array) => readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const files = await Promise.all(optionsOf(args, name).map(bytesOf));
  return files.flatMap(all);
}

async function written(path: string, parts: readonly Uint8Array[]): Promise<void> {
  try {
    await writeFile(path, parts, { flag: 'wx' });
  } catch (cause) {
    throw new Fault('main.file_unwritable', { path }, { cause });
  }
}
