/**
 * For tests of the validation process: an authority with an intermediate, clocks and signers of any
 * lifetimes, signatures and stamps made with them.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, utf8 } from '#base/bytes';
import { type Instant, parseInstant } from '#base/clock';
import type { HashName, Signer } from '#formats/crypto';
import { buildToken } from '#formats/tsp';
import {
  basicConstraints,
  buildCertificate,
  buildCrl,
  buildName,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  purposeOid,
} from '#formats/x509';
import { Context, type RevocationPolicy } from './context.ts';
import type { Entry, StampEntry } from './docket.ts';
import { contentOf } from './integrity.ts';
import { judgeTokenIntegrity, readToken } from './stamp.ts';

export function on(day: string): Instant {
  return parseInstant(`${day}T00:00:00.000+08:00`);
}

/** Somebody with a key and a certificate for it. */
export interface Holder {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

let serial = 0;

/** A tree of trust: root, one intermediate, and whoever it certifies. */
export class SampleAuthority {
  readonly root: Holder;
  readonly issuing: Holder;

  private constructor(root: Holder, issuing: Holder) {
    this.root = root;
    this.issuing = issuing;
  }

  static async open(): Promise<SampleAuthority> {
    const life = { from: on('2010-01-01'), to: on('2049-01-01') };
    const uses = [basicConstraints(true, null), keyUsage('keyCertSign', 'cRLSign')];
    const root = await certify(undefined, { name: 'Sample root', ...life, extensions: uses });
    const issuing = await certify(root, { name: 'Sample issuing', ...life, extensions: uses });
    return new SampleAuthority(root, issuing);
  }

  signer(
    from: string,
    to: string,
    extensions: readonly Extension[] = [basicConstraints(false), keyUsage('contentCommitment')],
  ): Promise<Holder> {
    return certify(this.issuing, { name: 'Zhang', from: on(from), to: on(to), extensions });
  }

  clock(from: string, to: string): Promise<Holder> {
    const extensions = [
      basicConstraints(false),
      keyUsage('digitalSignature'),
      extendedKeyUsage(true, purposeOid.timeStamping),
    ];
    return certify(this.issuing, { name: 'Clock', from: on(from), to: on(to), extensions });
  }

  /** Somebody who certified himself. */
  alone(from: string, to: string, extensions: readonly Extension[]): Promise<Holder> {
    return certify(undefined, { name: 'Alone', from: on(from), to: on(to), extensions });
  }

  /** The list of whoever `by` issued, made on a day and good for a month. */
  async list(
    by: Holder,
    { day, revoked }: { day: string; revoked: readonly { of: Holder; since: string }[] },
  ): Promise<Uint8Array> {
    const { der } = await buildCrl(
      {
        issuer: by.certificate.subject,
        issuerKeyIdentifier: await keyIdentifier(by.certificate.publicKey, nodeEngine),
        number: 1n,
        thisUpdate: on(day),
        nextUpdate: (on(day) + 30 * 86_400_000) as Instant,
        revoked: revoked.map(({ of, since }) => ({
          serial: of.certificate.serial,
          at: on(since),
        })),
      },
      by.signer,
    );
    return der;
  }

  context(parts: {
    readonly at?: string;
    readonly crls?: readonly Uint8Array[];
    readonly revocation?: RevocationPolicy;
  }): Context {
    const root = { certificate: this.root.certificate };
    return new Context({
      engine: nodeEngine,
      anchors: { signing: [root], stamping: [root] },
      material: { certificates: [this.issuing.certificate], crls: parts.crls ?? [], ocsps: [] },
      revocation: parts.revocation ?? 'if-present',
      at: parts.at === undefined ? undefined : on(parts.at),
    });
  }
}

/** A signature by somebody, on which nothing but time and trust is to be judged. */
export async function signedBy(
  { certificate, signer }: Holder,
  { claimed, hash = 'sha256' }: { readonly claimed?: string; readonly hash?: HashName } = {},
): Promise<Entry> {
  serial += 1;
  const signature = await signer.sign(utf8(`document ${serial}`));
  const value = { signature, algorithm: 'ecdsa-sha256', hash, name: 'ecdsa-sha256' } as const;
  const integrity = { value, certificate, doubts: [] };
  const claim = claimed === undefined ? undefined : on(claimed);
  return { part: `signature ${serial}`, integrity, covers: [], claimed: claim, notices: [] };
}

/** A stamp over a signature, or over a whole document with all that it covers. */
export async function stampedBy(
  clock: Holder,
  what: {
    readonly day: string;
    readonly of?: Entry;
    readonly covers?: readonly Uint8Array[];
    readonly over?: Uint8Array;
    /** The stamp is over the content, before it was signed. */
    readonly isBefore?: boolean;
  },
): Promise<StampEntry> {
  const { day, of, covers = [] } = what;
  const stamped = of?.integrity.value.signature ?? concat(...covers);
  const digest = await nodeEngine.digest('sha256', what.over ?? stamped);
  const claim = { imprint: { hash: 'sha256' as const, digest }, time: on(day) };
  const der = await buildToken(
    { policy: '1.2.3', serial: '01', accuracyMs: undefined, ordering: false, nonce: 1n, ...claim },
    { ...clock, engine: nodeEngine },
  );
  const token = readToken(der);
  const parts = { engine: nodeEngine, certificates: [] };
  const integrity = await judgeTokenIntegrity(token, contentOf(stamped, nodeEngine), parts);
  const own = of === undefined ? covers : [of.integrity.value.signature, ...covers];
  const signed = what.isBefore === true ? 'content' : 'signature';
  const over = of === undefined ? 'document' : signed;
  return { part: `stamp ${day}`, over, token, integrity, covers: own, of };
}

async function certify(
  issuer: Holder | undefined,
  draft: {
    readonly name: string;
    readonly from: Instant;
    readonly to: Instant;
    readonly extensions: Parameters<typeof buildCertificate>[0]['extensions'];
  },
): Promise<Holder> {
  serial += 1;
  const signer = softSigner(generateSoftKey('p256'));
  const subject = buildName([['commonName', draft.name]]);
  const certificate = await buildCertificate(
    {
      serial: Uint8Array.of(1, serial),
      issuer: issuer?.certificate.subject ?? subject,
      subject,
      notBefore: draft.from,
      notAfter: draft.to,
      publicKey: signer.publicKey,
      extensions: draft.extensions,
    },
    issuer?.signer ?? signer,
  );
  return { certificate, signer };
}
