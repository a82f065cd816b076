/**
 * The door of the process `fubie trust-centre`: certificates, stamps, the list of the revoked.
 *
 * It issues on the words of the SMS and identity gateways only and stamps digests only, so whoever
 * may open its socket can still not make a person's certificate. Seals are open while the house is
 * being set up.
 */
import { fromBase64, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { attestationJson, parseAttestation } from '#formats/entry';
import { writePem } from '#formats/x509';
import type { CertificateAuthority } from '#trust/ca';
import type { TimestampAuthority } from '#trust/timestamp';
import type { Asked, Given } from './door.ts';

const bodyBytesMax = 64 * 1024;
const readyStatus = 200;
const notReadyStatus = 503;

export interface TrustCentreParts {
  readonly authority: CertificateAuthority;
  readonly stamper: TimestampAuthority;
  /** May seal certificates be asked for? True while the house is being set up. */
  readonly sealsOpen: boolean;
}

type Route = (parts: TrustCentreParts, asked: Asked) => Promise<Given>;

const routes: Readonly<Record<string, Route>> = {
  'GET /health': async ({ stamper }) => {
    const ready = await stamper.ready();
    const status = ready ? readyStatus : notReadyStatus;
    return given(status, 'application/json', json({ is: ready ? 'ready' : 'clock_untrusted' }));
  },
  'GET /ca.pem': async ({ authority }) => pem(authority.root.der),
  'GET /tsa.pem': async ({ stamper }) => pem(...stamper.certificates.map(({ der }) => der)),
  'GET /crl': async ({ authority }) =>
    given(readyStatus, 'application/pkix-crl', (await authority.crl()).der),
  'POST /tsa': async ({ stamper }, asked) => {
    // RFC 3161 §3.4: the HTTP binding names both media types.
    if (asked.headers['content-type'] !== 'application/timestamp-query') {
      throw new Fault('trust_centre.request_malformed', { why: 'content-type' });
    }
    const response = await stamper.answer(asked.body);
    return given(readyStatus, 'application/timestamp-reply', response);
  },
  'POST /certificates': async ({ authority }, asked) => {
    const body = members(asked.body);
    const { certificate, receipt } = await authority.issueEventCertificate({
      attestation: parseAttestation(body['attestation']),
      // Absent is the authority's refusal, not the door's: it has a code of its own.
      identity: body['identity'] === undefined ? undefined : parseAttestation(body['identity']),
      csr: bytesIn(body, 'csr'),
      enrolmentKey: bytesIn(body, 'enrolmentKey'),
      proof: bytesIn(body, 'proof'),
      name: textIn(body, 'name'),
      nameSalt: textIn(body, 'nameSalt'),
    });
    const answer = { certificate: toBase64(certificate.der), receipt: attestationJson(receipt) };
    return given(readyStatus, 'application/json', json(answer));
  },
  'POST /seals': async ({ authority, sealsOpen }, asked) => {
    if (!sealsOpen) throw new Fault('trust_centre.seals_closed');
    const body = members(asked.body);
    const certificate = await authority.issueSealCertificate({
      csr: bytesIn(body, 'csr'),
      organisation: textIn(body, 'organisation'),
      name: textIn(body, 'name'),
      code: textIn(body, 'code'),
    });
    const answer = { certificate: toBase64(certificate.der) };
    return given(readyStatus, 'application/json', json(answer));
  },
};

/** Faults fly: the wire answers them with their code. */
export function trustCentreHandler(parts: TrustCentreParts): (asked: Asked) => Promise<Given> {
  return async (asked) => {
    const route = routes[`${asked.method} ${asked.path}`];
    if (route === undefined) throw new Fault('trust_centre.route_unknown');
    if (asked.body.length > bodyBytesMax) throw new Fault('trust_centre.request_too_large');
    return route(parts, asked);
  };
}

function given(status: number, contentType: string, body: Uint8Array): Given {
  return { status, headers: { 'content-type': contentType }, body };
}

function pem(...ders: readonly Uint8Array[]): Given {
  return given(readyStatus, 'application/x-pem-file', utf8(writePem('CERTIFICATE', ...ders)));
}

function json(value: Json): Uint8Array {
  return utf8(canonical(value));
}

function members(body: Uint8Array): { readonly [name: string]: Json } {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(body));
  } catch (cause) {
    throw new Fault('trust_centre.request_malformed', { why: 'not JSON' }, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault('trust_centre.request_malformed', { why: 'not an object' });
  }
  return value as { readonly [name: string]: Json };
}

function textIn(body: { readonly [name: string]: Json }, member: string): string {
  const value = body[member];
  if (typeof value !== 'string' || value === '') {
    throw new Fault('trust_centre.request_malformed', { member });
  }
  return value;
}

function bytesIn(body: { readonly [name: string]: Json }, member: string): Uint8Array {
  try {
    return fromBase64(textIn(body, member));
  } catch (cause) {
    throw new Fault('trust_centre.request_malformed', { member }, { cause });
  }
}
