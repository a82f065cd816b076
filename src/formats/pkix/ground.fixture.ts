/**
 * A certificate whose revocation is asked for, and everything that may answer.
 */
import { nodeEngine } from '#adapters/engine';
import { addSeconds, type Instant } from '#base/clock';
import { type Certificate, type Extension } from '#formats/x509';
import { judgeRevocation, type RevocationAsk, type RevocationVerdict } from './index.ts';
import {
  type ListDraft,
  type ResponseDraft,
  writeList,
  writeResponse,
} from './revocation.fixture.ts';
import { certify, having, keyAt, now, plan } from './world.fixture.ts';

const day = 86_400;
export const yesterday = addSeconds(now, -day);
export const tomorrow = addSeconds(now, day);

/** A certificate, its issuer, and pens for what may be said about it. */
export interface Ground {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly root: Certificate;
  readonly list: (more?: Partial<ListDraft>) => Promise<Uint8Array>;
  readonly response: (more?: Partial<ResponseDraft>) => Promise<Uint8Array>;
  readonly ask: (more: Partial<RevocationAsk>) => Promise<RevocationVerdict>;
}

export async function ground(...leafExtensions: readonly Extension[]): Promise<Ground> {
  const bent = await plan();
  having(bent.leaf, ...leafExtensions);
  const [root, issuer, certificate] = await Promise.all(
    [bent.root, bent.middle, bent.leaf].map(certify),
  );
  if (root === undefined || issuer === undefined || certificate === undefined) {
    throw new Error('plan');
  }
  const signer = keyAt(1);
  const times = { thisUpdate: yesterday, nextUpdate: tomorrow };
  return {
    certificate,
    issuer,
    root,
    list: (more) => writeList({ issuer: issuer.subject, signer, ...times, ...more }),
    response: (more) =>
      writeResponse({ certificate, issuer, signer, ...times, producedAt: yesterday, ...more }),
    ask: (more) =>
      judgeRevocation({
        certificate,
        issuer,
        crls: [],
        ocsps: [],
        at: now,
        engine: nodeEngine,
        anchors: [{ certificate: root, applies: 'key' }],
        ...more,
      }),
  };
}

export function revokedAt(from: Instant, ...extensions: readonly Extension[]) {
  return [{ serial: '07', from, extensions }];
}

export function why(verdict: RevocationVerdict): string {
  return verdict.is === 'unknown' ? verdict.because : verdict.is;
}
