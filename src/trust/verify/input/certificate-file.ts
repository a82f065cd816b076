/**
 * Judges an X.509 certificate, a revocation list or an OCSP answer by itself: does it lead to the
 * trust folder, at the time to judge at?
 */
import { formatInstant, type Instant } from '#base/clock';
import { type OcspAnswer, readOcsp } from '#formats/ocsp';
import { type Certificate, checkCrl, nameKey, parseCrl, readCertificate } from '#formats/x509';
import { judgeStrength, pathSunsets } from '../etsi/acceptance.ts';
import { Context } from '../etsi/context.ts';
import { readMaterial } from '../etsi/readable.ts';
import { validateCertificate } from '../etsi/x509-validation.ts';
import type { Answer, Judging } from '../judging.ts';
import type { Notice } from '../report/report.ts';

interface DerFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const nothing = { signatures: [], notices: [] } as const;

export async function judgeCertificateFile(file: DerFile, judging: Judging): Promise<Answer> {
  const flaw = { code: 'certificate_malformed', part: file.name } as const;
  const certificate = judging.findings.tried(flaw, () => readCertificate(file.bytes));
  if (certificate === undefined) return { kind: 'certificate', ...nothing };
  const { at } = judging;
  if (at === undefined) {
    judging.findings.add('time_not_proved', file.name, 'no time to judge at');
  }
  const notices = await judgeKey(
    certificate,
    { ...file, at: at ?? certificate.notBefore },
    judging,
  );
  return { kind: 'certificate', signatures: [], notices };
}

/** RFC 5280 §6.3.3 (f): who signed the list, and is he trusted? */
export async function judgeCrlFile(file: DerFile, judging: Judging): Promise<Answer> {
  const { findings, anchors, engine } = judging;
  const flaw = { code: 'revocation_malformed', part: file.name } as const;
  const crl = findings.tried(flaw, () => parseCrl(file.bytes));
  if (crl === undefined) return { kind: 'crl', ...nothing };
  const trusted = anchors.signing.map(({ certificate }) => certificate);
  const known = [...trusted, ...anchors.material.certificates];
  const named = known.filter(({ subject }) => nameKey(subject) === nameKey(crl.issuer));
  const at = judging.at ?? crl.thisUpdate;
  for (const issuer of named) {
    if ((await checkCrl(crl, issuer, engine)).is !== 'valid') continue;
    const notices = await judgeKey(issuer, { ...file, at }, judging);
    return { kind: 'crl', signatures: [], notices: [...notices, within(crl, file.name)] };
  }
  if (named.length > 0) findings.add('revocation_wrong', file.name, crl.issuer.text);
  else findings.add('chain_not_found', file.name, crl.issuer.text);
  return { kind: 'crl', ...nothing };
}

/** RFC 6960 §3.2: signed by a responder that leads to the trust folder. */
export async function judgeOcspFile(file: DerFile, judging: Judging): Promise<Answer> {
  const { findings, anchors } = judging;
  const flaw = { code: 'revocation_malformed', part: file.name } as const;
  const answer = findings.tried(flaw, () => readOcsp(file.bytes));
  if (answer === undefined) return { kind: 'ocsp', ...nothing };
  if (answer.is === 'error') {
    findings.add('revocation_malformed', file.name, answer.why);
    return { kind: 'ocsp', ...nothing };
  }
  const bag = { certificates: answer.certificates, crls: [], ocsps: [] };
  const { certificates } = readMaterial(bag, anchors.material);
  const trusted = anchors.signing.map(({ certificate }) => certificate);
  const known = [...certificates, ...trusted];
  const signer = await signerOf(answer, known, judging);
  if (signer === undefined) findings.add('revocation_wrong', file.name, 'signed by nobody known');
  const at = judging.at ?? answer.producedAt;
  const notices = signer === undefined ? [] : await judgeKey(signer, { ...file, at }, judging);
  return { kind: 'ocsp', signatures: [], notices };
}

async function signerOf(
  { tbs, signature, signatureAlgorithm: algorithm }: OcspAnswer,
  known: readonly Certificate[],
  { engine }: Judging,
): Promise<Certificate | undefined> {
  if (algorithm === undefined) return undefined;
  for (const one of known) {
    const check = { algorithm, publicKey: one.publicKey, signature, message: tbs };
    if (await engine.verify(check)) return one;
  }
  return undefined;
}

async function judgeKey(
  certificate: Certificate,
  { name, at }: { readonly name: string; readonly at: Instant },
  { findings, engine, anchors, revocation }: Judging,
): Promise<readonly Notice[]> {
  const material = readMaterial({ certificates: [], crls: [], ocsps: [] }, anchors.material);
  const context = new Context({ engine, anchors, material, revocation, at });
  const ask = { certificate, purpose: 'signing', at } as const;
  const { doubts, notices, path } = await validateCertificate(ask, context);
  const sunsets = path === undefined ? [] : pathSunsets(path).flat();
  for (const { code, detail } of [...doubts, ...judgeStrength(sunsets, at)]) {
    // There is no signature here that could have come before the revocation.
    findings.add(code === 'revoked_without_proof' ? 'certificate_revoked' : code, name, detail);
  }
  return notices;
}

function within(
  { thisUpdate, nextUpdate }: { thisUpdate: Instant; nextUpdate: Instant | undefined },
  name: string,
): Notice {
  const until = nextUpdate === undefined ? '' : ` ${formatInstant(nextUpdate)}`;
  return { code: 'content_not_compared', detail: `${name} ${formatInstant(thisUpdate)}${until}` };
}
