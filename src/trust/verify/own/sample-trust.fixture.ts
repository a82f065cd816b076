/**
 * For tests: keys and certificates of everybody who signs something, and the trust folder that
 * follows from them.
 */
import { toBase64, utf8 } from '#base/bytes';
import { canonical, canonicalBytes } from '#base/canonical';
import { addSeconds, type Instant } from '#base/clock';
import type { Engine, Signer } from '#formats/crypto';
import { utf8String } from '#formats/der';
import { type Attestation, attestationExtensionOid, attestationJson } from '#formats/entry';
import { keyIdText, type NoteKey, noteKey, printVkey } from '#formats/tlog';
import {
  basicConstraints,
  buildCertificate,
  buildName,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  noRevAvail,
  purposeOid,
  writePem,
} from '#formats/x509';

import type { TrustFiles } from '../anchors.ts';

const daySeconds = 86_400;
const rootName = 'Sample TEST CA – NOT LICENSED';
/** The institution of the sample, as the house calls it. */
export const sampleTenant = 'sample-bank';
export const voters = ['court', 'notary', 'arbitration', 'peer-bank'] as const;

/** Makes a key; the test hands in how. */
export type KeyMaker = (algorithm: 'p256' | 'ed25519') => Signer;

export interface NamedSigner {
  readonly key: NoteKey;
  readonly signer: Signer;
}

export interface SampleHouse {
  /** The institution: its log and its seal are its own, everybody else is shared with others. */
  readonly tenant: string;
  readonly engine: Engine;
  readonly makeKey: KeyMaker;
  readonly now: Instant;
  readonly ca: { readonly certificate: Certificate; readonly signer: Signer };
  readonly stamper: { readonly certificate: Certificate; readonly signer: Signer };
  readonly seal: { readonly certificate: Certificate; readonly signer: Signer };
  readonly actor: NamedSigner;
  readonly log: NamedSigner;
  readonly witnesses: readonly NamedSigner[];
  readonly sms: Signer;
  readonly identity: Signer;
  readonly trust: TrustFiles;
  readonly policy: Uint8Array;
}

export async function sampleHouse(parts: {
  readonly engine: Engine;
  readonly makeKey: KeyMaker;
  readonly now: Instant;
}): Promise<SampleHouse> {
  const { engine, makeKey, now } = parts;
  const caSigner = makeKey('p256');
  const root = { signer: caSigner, name: rootName, now };
  const caCertificate = await certify(root, {
    name: root.name,
    publicKey: caSigner.publicKey,
    days: 7300,
    extensions: [basicConstraints(true), keyUsage('keyCertSign', 'cRLSign')],
  });
  const stampSigner = makeKey('p256');
  const stampCertificate = await certify(root, {
    name: 'Sample TEST TSA (LOCAL_CLOCK)',
    publicKey: stampSigner.publicKey,
    days: 3650,
    extensions: [
      basicConstraints(false),
      keyUsage('digitalSignature'),
      extendedKeyUsage(true, purposeOid.timeStamping),
    ],
  });
  const house = {
    ...parts,
    tenant: sampleTenant,
    ca: { certificate: caCertificate, signer: caSigner },
    stamper: { certificate: stampCertificate, signer: stampSigner },
    seal: await certifySeal(root, makeKey('p256')),
    actor: await named('serve', 'ed25519', parts),
    log: await named('log.example/fubie', 'ed25519', parts),
    witnesses: await Promise.all(
      [...voters, 'sentinel'].map((name) => named(name, 'cosignature', parts)),
    ),
    sms: makeKey('ed25519'),
    identity: makeKey('ed25519'),
    policy: canonicalBytes({ v: 1, sentinel: 'sentinel', voters: [...voters], quorum: 3 }),
    engine,
    now,
  };
  return { ...house, trust: trustOf([house]) };
}

/** The house and a second institution in it, under one trust folder that names both. */
export async function withNeighbour(
  house: SampleHouse,
  tenant: string,
): Promise<readonly [SampleHouse, SampleHouse]> {
  const { ca, now, makeKey } = house;
  const root = { signer: ca.signer, name: rootName, now };
  const neighbour = {
    ...house,
    tenant,
    log: await named('log.example/neighbour', 'ed25519', house),
    seal: await certifySeal(root, makeKey('p256')),
  };
  const trust = trustOf([house, neighbour]);
  return [
    { ...house, trust },
    { ...neighbour, trust },
  ];
}

/** The code of the institution in the sample's seals. */
export const sealCode = '91999999MA00000079';

async function certifySeal(root: Parameters<typeof certify>[0], signer: Signer) {
  const certificate = await certify(root, {
    name: '合同专用章',
    code: sealCode,
    publicKey: signer.publicKey,
    days: 1825,
    extensions: [
      basicConstraints(false),
      keyUsage('digitalSignature', 'contentCommitment'),
      extendedKeyUsage(false, purposeOid.documentSigning),
    ],
  });
  return { certificate, signer };
}

/** An event certificate for the person of an intent, made with the authority's key. */
export async function certifyPerson(
  house: Pick<SampleHouse, 'ca' | 'now'>,
  person: {
    readonly name: string;
    readonly intent: string;
    readonly publicKey: Uint8Array;
    /** The gateway's statement, where the authority writes it into the certificate. */
    readonly inside?: Attestation;
  },
): Promise<Certificate> {
  const { certificate, signer } = house.ca;
  return buildCertificate(
    {
      serial: Uint8Array.of(0x51, 2),
      issuer: certificate.subject,
      subject: buildName([
        ['commonName', person.name],
        ['serialNumber', person.intent],
      ]),
      notBefore: house.now,
      notAfter: addSeconds(house.now, 600),
      publicKey: person.publicKey,
      extensions: [
        basicConstraints(false),
        keyUsage('digitalSignature', 'contentCommitment'),
        extendedKeyUsage(false, purposeOid.documentSigning),
        noRevAvail(),
        ...(person.inside === undefined ? [] : [statementInside(person.inside)]),
      ],
    },
    signer,
  );
}

function statementInside(attestation: Attestation): Extension {
  const value = utf8String(canonical(attestationJson(attestation)));
  return { oid: attestationExtensionOid, critical: false, value };
}

async function certify(
  by: { readonly signer: Signer; readonly name: string; readonly now: Instant },
  wish: {
    readonly name: string;
    /** Of the institution that it is a seal of. */
    readonly code?: string;
    readonly publicKey: Uint8Array;
    readonly days: number;
    readonly extensions: readonly Extension[];
  },
): Promise<Certificate> {
  return buildCertificate(
    {
      serial: Uint8Array.of(0x50, wish.days & 0xff),
      issuer: buildName([['commonName', by.name]]),
      subject: buildName([
        ...(wish.code === undefined ? [] : [['organizationIdentifier', wish.code] as const]),
        ['commonName', wish.name],
      ]),
      notBefore: by.now,
      notAfter: addSeconds(by.now, wish.days * daySeconds),
      publicKey: wish.publicKey,
      extensions: wish.extensions,
    },
    by.signer,
  );
}

async function named(
  name: string,
  kind: NoteKey['kind'],
  parts: { readonly engine: Engine; readonly makeKey: KeyMaker },
): Promise<NamedSigner> {
  const signer = parts.makeKey('ed25519');
  const key = await noteKey({ name, kind, publicKey: signer.publicKey }, parts.engine);
  return { key, signer };
}

/** Of several institutions of one house. */
function trustOf(houses: readonly Omit<SampleHouse, 'trust'>[]): TrustFiles {
  const [house] = houses;
  if (house === undefined) throw new Error('a house has an institution');
  const keys = [
    { ...operated('serve', 'actor'), vkey: printVkey(house.actor.key) },
    ...houses.map(({ seal, tenant }) => ({
      ...operated('seal', 'seal'),
      tenant,
      spki: toBase64(seal.signer.publicKey),
    })),
    ...house.witnesses.map(({ key }) => operated(key.name, 'witness')),
  ];
  return new Map([
    ['ca.pem', pem('CERTIFICATE', house.ca.certificate.der)],
    ['tsa.pem', pem('CERTIFICATE', house.stamper.certificate.der)],
    ...houses.map(
      ({ tenant, log }) => [`logs/${tenant}.vkey`, utf8(`${printVkey(log.key)}\n`)] as const,
    ),
    ...house.witnesses.map(
      ({ key }) => [`witnesses/${key.name}.vkey`, utf8(`${printVkey(key)}\n`)] as const,
    ),
    ['gateways/sms.pem', pem('PUBLIC KEY', house.sms.publicKey)],
    ['gateways/identity.pem', pem('PUBLIC KEY', house.identity.publicKey)],
    ['policy.json', house.policy],
    ['operators.json', canonicalBytes({ v: 1, keys })],
  ]);
}

function pem(label: 'CERTIFICATE' | 'PUBLIC KEY', der: Uint8Array): Uint8Array {
  return utf8(writePem(label, der));
}

function operated(name: string, role: string): Record<string, string> {
  return { name, role, operator: '样例信用社', independence: 'own' };
}

/** How an entry names the sample's actor. */
export function actorId(house: SampleHouse): string {
  return keyIdText(house.actor.key);
}
