/**
 * Reads whatever somebody puts into a folder of trust: PEM, a DER certificate, a trusted list.
 */

import { latin1 } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { tag } from '#formats/der';
import { findPem } from '#formats/x509';
import { readDomesticList } from './domestic.ts';
import { readEtsiList } from './etsi.ts';
import type { TrustedList } from './service.ts';

const headCharactersMax = 1024;
const certificatesMax = 10_000;
/** No certificate is older: trust without a history has always been. */
const always: Instant = instantFromMs(0);

/** By its first bytes; trustlist.format_unknown if it is none of them. */
export function readTrust(bytes: Uint8Array): TrustedList {
  const head = latin1(bytes.subarray(0, headCharactersMax)).replace(/^ï»¿/, '').trimStart();
  if (head.startsWith('<')) return readEtsiList(bytes);
  if (head.startsWith('{')) return readDomesticList(bytes);
  if (bytes[0] === tag.sequence) return plainList([bytes]);
  const ders = findPem('CERTIFICATE', latin1(bytes));
  if (ders.length === 0) throw new Fault('trustlist.format_unknown');
  if (ders.length > certificatesMax) throw new Fault('trustlist.limit', { why: 'certificates' });
  return plainList(ders);
}

/** Certificates that are trusted without a word about kind and time. */
function plainList(ders: readonly Uint8Array[]): TrustedList {
  const forever = { status: 'trusted', isGranted: true, from: always, to: undefined, uses: [] };
  return {
    format: 'certificates',
    territory: '',
    operator: '',
    sequence: undefined,
    issuedAt: undefined,
    nextUpdate: undefined,
    services: ders.map((der) => ({
      provider: '',
      name: '',
      kind: 'ca' as const,
      type: 'certificate',
      isQualified: false,
      periods: [forever],
      certificates: [der],
      keyIdentifiers: [],
    })),
    notices: ['list_not_signed', 'no_history'],
  };
}
