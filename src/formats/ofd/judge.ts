/**
 * Judges an OFD (GB/T 33190-2016 §18; GM/T 0099-2020) as mathematics and form: every signature,
 * every file it names, and every file a viewer shows that none of them names.
 *
 * Chains, revocation and the strength of algorithms are asked elsewhere, of the certificates that
 * come out. It never throws for what is in the file: malformed input is a finding.
 */
import { equal } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import { hashOfName } from '#formats/x509';
import { type ArchiveFile, openArchive } from '#formats/zip';
import { type Body, bodiesOf } from './entrance.ts';
import { finding, type OfdFinding } from './findings.ts';
import { folderOf, OfdFolder } from './folder.ts';
import { reachableFrom } from './reach.ts';
import { type JudgedReference, judgeReferences } from './references.ts';
import {
  type ListedSignature,
  readSignatureFile,
  readSignatureList,
  type StampPlace,
  statedInstant,
} from './signature-file.ts';
import { type JudgedValue, judgeValue } from './signed-value.ts';

/** What a judgement of an OFD leans on. */
export interface OfdJudging {
  readonly engine: Engine;
  /** DER of certificates the asker knows, for values that hold none. */
  readonly certificates?: readonly Uint8Array[];
  /** SM2: the identity agreed on, if not the usual one. */
  readonly signerId?: string;
}

/** What was found in an OFD. */
export interface JudgedOfd {
  /** In the order of the list in the file, for all its documents. */
  readonly signatures: readonly JudgedOfdSignature[];
  /** What concerns the file and not one signature. */
  readonly findings: readonly OfdFinding[];
  /** Files a viewer shows that no signature names. */
  readonly notCovered: readonly string[];
}

/** One signature of an OFD; `value` says who signed. */
export interface JudgedOfdSignature {
  readonly id: string;
  readonly type: string;
  /** The path of its Signature.xml. */
  readonly part: string;
  readonly provider: string;
  readonly method: string;
  /** The stated time: the seal's or the message's, else that of Signature.xml. */
  readonly statedAt: Instant | undefined;
  readonly stamps: readonly StampPlace[];
  readonly references: readonly JudgedReference[];
  /** The digest the references are named by; undefined where it is not known. */
  readonly referenceHash: HashName | undefined;
  /** Does it name every file a viewer shows? */
  readonly covers: 'document' | 'part';
  readonly value: JudgedValue | undefined;
  readonly findings: readonly OfdFinding[];
}

const pathsShownMax = 8;

export async function judgeOfd(bytes: Uint8Array, judging: OfdJudging): Promise<JudgedOfd> {
  const findings: OfdFinding[] = [];
  const folder = await guarded('zip', findings, async () => {
    const archive = await openArchive(bytes, judging.engine);
    findings.push(...archive.ambiguities.map((one) => finding('file_ambiguous', 'zip', one)));
    return new OfdFolder(archive);
  });
  const bodies = folder && (await guarded('OFD.xml', findings, async () => bodiesOf(folder)));
  if (folder === undefined || bodies === undefined) {
    return { signatures: [], findings, notCovered: [] };
  }
  findings.push(...encrypted(folder));
  const signatures: JudgedOfdSignature[] = [];
  const shownBy = new Map(bodies.map((body) => [body, reachableFrom(body.starts, folder)]));
  for (const [body, shown] of shownBy) {
    signatures.push(...(await judgeBody({ body, folder, shown, findings }, judging)));
  }
  const notCovered = signatures.length === 0 ? [] : notNamed(shownBy.values(), signatures);
  if (signatures.length === 0) findings.push(finding('not_signed', 'OFD.xml'));
  // A document that nobody signed lies beside those that were, and viewers show it.
  for (const { root } of bodies) {
    if (notCovered.includes(root)) findings.push(finding('content_not_covered', root));
  }
  findings.push(...unlisted(folder, signatures));
  return { signatures, findings, notCovered };
}

/**
 * GM/T 0099 annex C.3: who holds the key is shown, in place of files that lie open, what these
 * stand for under encryption; one file shows different people different documents.
 */
function encrypted(folder: OfdFolder): readonly OfdFinding[] {
  const found = folder.find('/Encryptions.xml', '');
  return found === undefined ? [] : [finding('content_encrypted', found.file.name)];
}

function notNamed(
  shown: Iterable<ReadonlySet<string>>,
  signatures: readonly JudgedOfdSignature[],
): readonly string[] {
  const named = new Set(signatures.flatMap((one) => one.references.map(({ file }) => file)));
  const paths = new Set([...shown].flatMap((one) => [...one]));
  return [...paths].filter((path) => !named.has(path)).toSorted();
}

interface BodyJudging {
  readonly body: Body;
  readonly folder: OfdFolder;
  readonly shown: ReadonlySet<string>;
  readonly findings: OfdFinding[];
}

async function judgeBody(
  { body, folder, shown, findings }: BodyJudging,
  judging: OfdJudging,
): Promise<readonly JudgedOfdSignature[]> {
  const { list } = body;
  if (list === undefined) return [];
  const listed = await guarded(list.name, findings, async () => readSignatureList(list.bytes));
  const ids = new Set<string>();
  const judged: JudgedOfdSignature[] = [];
  for (const one of listed?.signatures ?? []) {
    if (ids.has(one.id)) findings.push(finding('signature_id_twice', list.name, one.id));
    ids.add(one.id);
    if (numberIn(one.id) > numberIn(listed?.maxId ?? '')) {
      findings.push(finding('max_sign_id_exceeded', list.name, one.id));
    }
    judged.push(await judgeSignature(one, { list, body, folder, shown }, judging));
  }
  return judged;
}

async function judgeSignature(
  listed: ListedSignature,
  place: { list: ArchiveFile; body: Body; folder: OfdFolder; shown: ReadonlySet<string> },
  judging: OfdJudging,
): Promise<JudgedOfdSignature> {
  const { list, body, folder, shown } = place;
  const bases = [folderOf(body.root)];
  const findings: OfdFinding[] = [];
  const file = folder.find(listed.location, list.name, bases)?.file;
  const part = file?.name ?? listed.location;
  const read = file && (await guarded(part, findings, async () => readSignatureFile(file.bytes)));
  const unread = { id: listed.id, type: listed.type, part, ...unreadSignature };
  if (file === undefined || read === undefined) {
    return { ...unread, findings: [finding('signature_malformed', part), ...findings] };
  }
  const judged = await judgeReferences(read, { folder, part, bases }, judging.engine);
  const location = read.valueLocation ?? `${folderOf(part)}SignedValue.dat`;
  const stored = folder.find(location, part, bases)?.file;
  if (stored === undefined) findings.push(finding('signed_value_missing', part, location));
  const given = { certificates: judging.certificates ?? [], data: file.bytes, part };
  const identity = judging.signerId === undefined ? {} : { signerId: judging.signerId };
  const value =
    stored && (await judgeValue({ ...given, ...identity, value: stored.bytes }, judging.engine));
  findings.push(...judged.findings, ...(value?.findings ?? []));
  findings.push(...sealFile(read.sealLocation, { folder, part, bases, value }));
  const named = new Set(judged.references.map((one) => one.file));
  const open = [...shown].filter((path) => !named.has(path)).toSorted();
  if (open.length > 0) findings.push(finding('content_not_covered', part, someOf(open)));
  return {
    ...unread,
    provider: read.provider,
    method: read.method,
    statedAt: value?.time ?? statedInstant(read.statedTime),
    stamps: read.stamps,
    references: judged.references,
    referenceHash: hashOfName(read.checkMethod),
    covers: open.length === 0 ? 'document' : 'part',
    value,
    findings,
  };
}

const unreadSignature: Omit<JudgedOfdSignature, 'id' | 'type' | 'part' | 'findings'> = {
  provider: '',
  method: '',
  statedAt: undefined,
  stamps: [],
  references: [],
  referenceHash: undefined,
  covers: 'part',
  value: undefined,
};

/** Seal.esl is a copy for viewers; the seal that counts is the one inside the value. */
function sealFile(
  location: string | undefined,
  place: {
    readonly folder: OfdFolder;
    readonly part: string;
    readonly bases: readonly string[];
    readonly value: JudgedValue | undefined;
  },
): readonly OfdFinding[] {
  const { folder, part, bases, value } = place;
  if (location === undefined || value?.seal === undefined) return [];
  const file = folder.find(location, part, bases)?.file;
  if (file === undefined) return [finding('seal_place_differs', part, location)];
  return equal(file.bytes, value.seal.seal.der) ? [] : [finding('seal_file_differs', file.name)];
}

/** A Signature.xml that no list names any more: somebody took a signature off the list. */
function unlisted(
  folder: OfdFolder,
  signatures: readonly JudgedOfdSignature[],
): readonly OfdFinding[] {
  const listed = new Set(signatures.map((one) => one.part));
  return [...folder.files.keys()]
    .filter((path) => /(^|\/)signature\.xml$/i.test(path) && !listed.has(path))
    .map((path) => finding('signature_not_listed', path));
}

/** Runs a step; a Fault becomes a finding at this part, anything else is a bug and flies on. */
async function guarded<T>(
  part: string,
  findings: OfdFinding[],
  step: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await step();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { why } = thrown.details;
    findings.push(finding('file_malformed', part, `${thrown.code} ${String(why ?? '')}`.trim()));
    return undefined;
  }
}

/** The first few, for a sentence. */
function someOf(paths: readonly string[]): string {
  const shown = paths.slice(0, pathsShownMax).join(' ');
  return paths.length > pathsShownMax ? `${shown} … (${paths.length})` : shown;
}

/** `s4`, `4` and `sNNN` are all numbers (§18.1); a text without digits counts as none. */
function numberIn(id: string): number {
  return Number(/\d+/.exec(id)?.[0] ?? 0);
}
