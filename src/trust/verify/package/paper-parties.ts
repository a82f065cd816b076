/**
 * Step 6: whose field is it? Who signs in a field is the party that the paper names under it.
 *
 * The thieves' rules ask whether a signature is its signer's. They do not ask whether she is the
 * guarantor: whoever holds every key of the house could let the applicant sign for a second person,
 * or have her sign a paper that names another. What the paper says of a party, the certificate and
 * the application that the identity gateway matched must say as well.
 */

import { namePart } from '#formats/x509';
import type { JsonObject } from '../json.ts';
import type { JudgedDocument } from '../own/documents.ts';
import { applicationOf, personOf } from '../own/issuance.ts';
import type { JudgedSignature } from '../own/signature.ts';
import type { Recorded } from './entries.ts';
import { fieldsOf, objectIn, personMembers, type SpeakingPaper, textOf } from './paper-data.ts';

interface Signer {
  readonly signature: JudgedSignature;
  readonly application: Recorded | undefined;
}

/** Answers the application of the borrower: of who signed as that, else the first. */
export function judgeParties(
  papers: readonly SpeakingPaper[],
  recorded: readonly Recorded[],
): Recorded | undefined {
  const parties = new Map<string, Recorded>();
  const keys = new Map<string, Recorded>();
  for (const paper of papers) {
    const persons: Signer[] = [];
    for (const signature of paper.document.signatures) {
      const party = objectIn(paper.data, signature.report.field);
      if (party === undefined) judgeUnnamed(paper, signature);
      if (signature.holder === 'seal' && party !== undefined) judgeSealOf(party, signature);
      if (signature.holder !== 'person') continue;
      const application = applicationBehind(paper.document, signature, recorded);
      const signer = { signature, application };
      if (party !== undefined) judgePersonOf(party, signer);
      judgeOtherPerson(signer, persons);
      judgeSameParty(signer, parties);
      judgeOwnKey(signer, keys);
      persons.push(signer);
    }
  }
  const first = recorded.find(({ entry }) => entry.type === 'application.received');
  return parties.get('borrower') ?? first;
}

function refuse({ findings, part }: JudgedSignature, detail: string): void {
  findings.add('signer_role_wrong', part, detail);
}

/** A paper that names one of its parties names them all: else a field is nobody's. */
function judgeUnnamed(paper: SpeakingPaper, signature: JudgedSignature): void {
  const { field } = signature.report;
  const named = fieldsOf(paper).filter((other) => objectIn(paper.data, other) !== undefined);
  if (named.length > 0) refuse(signature, `the paper names ${named.join()} and no ${field}`);
}

/** An institution is known by its code; where the paper or the seal has none, by its name. */
function judgeSealOf(party: JsonObject, signature: JudgedSignature): void {
  const { certificate } = signature;
  if (certificate === undefined) return;
  const code = namePart(certificate.subject, 'organizationIdentifier');
  const told = textOf(party, 'code');
  const byCode = code !== undefined && told !== undefined;
  const own = byCode ? code : namePart(certificate.subject, 'organization');
  const wanted = byCode ? told : textOf(party, 'name');
  if (own === undefined || wanted === undefined || own === wanted) return;
  refuse(signature, `the paper names another ${signature.report.field}`);
}

function judgePersonOf(party: JsonObject, { signature, application }: Signer): void {
  const name = textOf(party, 'name');
  if (name !== undefined && name !== signature.certificate?.subjectCommonName) {
    refuse(signature, `the paper names another ${signature.report.field}`);
  }
  for (const member of personMembers) {
    const told = textOf(party, member);
    // Who signed without an application, or with one that is closed, is said by the thieves' rules.
    if (told === undefined || application?.values.has('name') !== true) continue;
    const own = application.values.get(member);
    if (own === undefined) {
      const detail = `${application.part} does not open ${member}, which the paper states`;
      signature.findings.add('applicant_not_shown', signature.part, detail);
    } else if (own !== told) {
      refuse(signature, `the paper has another ${member} than ${application.part}`);
    }
  }
}

/** Two fields of one paper are two persons: nobody vouches for himself. */
function judgeOtherPerson({ signature, application }: Signer, before: readonly Signer[]): void {
  const idNumber = application?.values.get('idNumber');
  const same = before.find(
    (other) =>
      other.signature.certificateSha256 === signature.certificateSha256 ||
      (application !== undefined && other.application?.hash === application.hash) ||
      (idNumber !== undefined && other.application?.values.get('idNumber') === idNumber),
  );
  if (same !== undefined) refuse(signature, `who signs here signed ${same.signature.report.field}`);
}

/** Through all papers of a case a field is one person's. */
function judgeSameParty({ signature, application }: Signer, parties: Map<string, Recorded>): void {
  const { field } = signature.report;
  if (application === undefined) return;
  const known = parties.get(field);
  if (known === undefined) parties.set(field, application);
  else if (known.hash !== application.hash) refuse(signature, `another ${field} signed before`);
}

/** A key is born on one person's device: two persons with one key are the house's hand. */
function judgeOwnKey({ signature, application }: Signer, keys: Map<string, Recorded>): void {
  if (application === undefined) return;
  const known = keys.get(signature.keySha256);
  if (known === undefined) keys.set(signature.keySha256, application);
  else if (known.hash !== application.hash) refuse(signature, 'it is the key of somebody else');
}

function applicationBehind(
  document: JudgedDocument,
  signature: JudgedSignature,
  recorded: readonly Recorded[],
): Recorded | undefined {
  return applicationOf(personOf(document, signature), recorded);
}
