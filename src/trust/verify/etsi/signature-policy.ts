/**
 * The policy that a signer signed under (ETSI EN 319 102-1 §5.2.4.4, EN 319 122-1 §5.2.9): is its
 * text at hand, is it that text, and what does it ask for?
 *
 * Whoever judges decides by which policy. If he hands in policies, a signature under one of which
 * nobody has the text is SIGNATURE_POLICY_NOT_AVAILABLE, and a text that is not the one the signer
 * meant, or that cannot be followed to its end, POLICY_PROCESSING_ERROR. If he hands in none he
 * judges by his own, and the name is said.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  type CmsFacts,
  type CmsSigner,
  isPolicyDocument,
  isWholePolicy,
  type PolicyDigest,
  type PolicyDocument,
  type PolicyReference,
  policyReadings,
  readPolicyDocument,
  unreadPolicy,
} from '#formats/cms';
import type { Engine } from '#formats/crypto';
import type { PolicyText } from '../policies.ts';
import type { Notice } from '../report/report.ts';
import type { Doubt } from './doubt.ts';

/** A policy in ASN.1 to be followed, and the message that it is asked about. */
export interface FollowedPolicy {
  readonly document: PolicyDocument;
  readonly signer: CmsSigner;
  readonly message: CmsFacts;
}

/** What is known of a signer's policy before anything else of the signature is judged. */
export interface PolicyFindings {
  readonly doubts: readonly Doubt[];
  readonly notices: readonly Notice[];
  readonly followed?: FollowedPolicy;
}

interface Search {
  readonly signer: CmsSigner;
  readonly message: CmsFacts;
  readonly part: string;
  /** Of the trust folder. */
  readonly texts: readonly PolicyText[];
}

type Explicit = Extract<PolicyReference, { is: 'explicit' }>;

const nothing: PolicyFindings = { doubts: [], notices: [] };

export async function findPolicy(search: Search, engine: Engine): Promise<PolicyFindings> {
  const { signer, part, texts } = search;
  const { policy } = signer;
  if (policy === undefined && !signer.unread.includes(unreadPolicy)) return nothing;
  if (policy?.is === 'implied') return unfollowed(`${part} implied`);
  if (policy === undefined) {
    return texts.length > 0
      ? doubted('signature_policy_wrong', 'its name cannot be read')
      : unfollowed(`${part} unreadable`);
  }
  const text = await textOf(policy, search, engine);
  if (texts.length === 0) return unfollowed(`${part} ${sayPolicy(policy, search, text)}`);
  if (text === undefined) return notFound(policy, texts);
  if (!isPolicyDocument(text)) {
    const detail = `${part} ${policy.oid}`;
    return { doubts: [], notices: [{ code: 'signature_policy_for_people', detail }] };
  }
  return followable(text, { policy, search }, engine);
}

/** One in ASN.1 names itself, may hold its own digest, and must be understood to its end. */
async function followable(
  text: Uint8Array,
  { policy, search }: { readonly policy: Explicit; readonly search: Search },
  engine: Engine,
): Promise<PolicyFindings> {
  const { signer, message, part } = search;
  try {
    const document = readPolicyDocument(text);
    const rules = [document.common, ...document.commitments.map((one) => one.rules)];
    const unread = [document.unread, ...rules.map((one) => one.unread)].flat();
    if (document.oid !== policy.oid) throw wrong(`its text is that of ${document.oid}`);
    if (!(await isWholePolicy(text, engine))) throw wrong('its text has another digest inside');
    if (unread.length > 0) throw wrong(`not followed: ${[...new Set(unread)].join(', ')}`);
    const detail = `${part} ${policy.oid}`;
    const notices = [{ code: 'signature_policy_followed', detail } as const];
    return { doubts: [], notices, followed: { document, signer, message } };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const why = String(thrown.details['why'] ?? thrown.code);
    return doubted('signature_policy_wrong', `${policy.oid}: ${why}`);
  }
}

/** The first text with the digest that was signed; where none was signed, the one of that name. */
async function textOf(
  policy: Explicit,
  { signer, texts }: Search,
  engine: Engine,
): Promise<Uint8Array | undefined> {
  const { digest } = policy;
  if (digest === undefined) return texts.find((one) => isNamed(one, policy.oid))?.bytes;
  const held = [...texts.map(({ bytes }) => bytes), ...signer.policyTexts.slice(0, textsMax)];
  for (const text of held) if (await hasDigest(text, digest, engine)) return text;
  return undefined;
}

/** Of one signer: a hostile message would have each of a thousand hashed twice. */
const textsMax = 8;

async function hasDigest(
  text: Uint8Array,
  { hash, digest }: PolicyDigest,
  engine: Engine,
): Promise<boolean> {
  if (hash === undefined) return false;
  for (const reading of policyReadings(text)) {
    if (equal(await engine.digest(hash, reading), digest)) return true;
  }
  return false;
}

/** By the identifier inside, or by a file name that begins with it. */
function isNamed({ name, bytes }: PolicyText, oid: string): boolean {
  if (isPolicyDocument(bytes)) {
    try {
      return readPolicyDocument(bytes).oid === oid;
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
    }
  }
  return name === oid || name.startsWith(`${oid}.`);
}

function notFound({ oid, digest }: Explicit, texts: readonly PolicyText[]): PolicyFindings {
  if (digest !== undefined && digest.hash === undefined) {
    return doubted('signature_policy_wrong', `${oid}: digest ${digest.hashOid} is not computed`);
  }
  const named = texts.find((one) => isNamed(one, oid));
  return named === undefined
    ? doubted('signature_policy_missing', oid)
    : doubted('signature_policy_wrong', `${oid}: ${named.name} has another digest`);
}

function sayPolicy(
  { oid }: Explicit,
  { signer: { policyTexts } }: Search,
  text: Uint8Array | undefined,
): string {
  if (policyTexts.length === 0) return oid;
  return `${oid}, ${text === undefined ? 'another text is' : 'its text is'} in the message`;
}

function doubted(code: Doubt['code'], detail: string): PolicyFindings {
  return { doubts: [{ code, detail }], notices: [] };
}

function unfollowed(detail: string): PolicyFindings {
  return { doubts: [], notices: [{ code: 'signature_policy_not_processed', detail }] };
}

function wrong(why: string): Fault {
  return new Fault('cms.malformed', { why });
}
