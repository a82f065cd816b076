/**
 * After a drill: does what somebody was told agree with what the house can prove?
 *
 * Each check answers sentences about what is wrong; an empty list is a sound house.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { listDisbursements } from '#adapters/gateways';
import { call } from '#adapters/wire';
import { fromHex, toBase64 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { type Line, textIn } from '#doors/phone';
import { openZip } from '#formats/bundle';
import { parseEntry } from '#formats/entry';
import { verify } from '#trust/verify';
import { type Estate, socketOf } from '../../src/main/estate/estate.ts';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { fetchPackage } from '../../src/main/verbs/package.ts';
import type { Answer } from './driver-files.ts';
import { type LoggedEntry, rowsOf } from './house-facts.ts';

interface Fact {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly facts: { readonly [name: string]: Json };
}

type Members = { readonly [name: string]: Json };

/** Entries that each case holds exactly once, however often anything was asked. */
const onceInACase = [
  'case.opened',
  'application.received',
  'identity.checked',
  'credit.queried',
  'risk.decided',
  'sheet.confirmed',
  'note.confirmed',
  'payment.authorised',
  'disbursed',
  'case.sealed',
];
const documentsSealed = 4; // fields: two authorisations, the contract by her and by the lender

/** One story: what it was told, against the timeline and the package of its case. */
export async function storyFlaws(
  story: { name: string; folder: string; told: readonly Answer[] },
  house: { estate: Estate; line: Line },
): Promise<string[]> {
  const flaws: string[] = [];
  const flaw = (text: string): void => {
    flaws.push(`${story.name}: ${text}`);
  };
  const last = story.told.at(-1);
  if (last?.step !== 'end') {
    flaw(`did not end: ${JSON.stringify(last)}`);
    return flaws;
  }
  const { case: caseId, application, state } = last.answer as { readonly [name: string]: string };
  if (state !== 'disbursed') flaw(`ended ${state}`);
  const { bytes } = await fetchPackage(house.line, caseId ?? '');
  const order = { name: 'package.zip', bytes, trust: await trustFiles(house.estate.trust) };
  const report = await verify(order, nodeEngine);
  if (report.is !== 'valid') flaw(`its package is ${report.is}: ${JSON.stringify(report.flaws)}`);
  const timeline = await house.line.get(`/v1/cases/${caseId}/timeline`);
  const facts = timeline['entries'] as unknown as readonly Fact[];
  for (const answer of story.told) {
    if (!isFound(answer, facts, application ?? ''))
      flaw(`told ${JSON.stringify(answer)}, not kept`);
  }
  for (const text of twice(facts)) flaw(text);
  const packed = packedEntries(bytes);
  if (packed.length !== facts.length) flaw(`${facts.length} facts, ${packed.length} packed`);
  for (const { seq, type } of facts) {
    if (packed[seq]?.type !== type) flaw(`entry ${seq} ${type} is not in the package`);
  }
  const revisions = new Set(packed.flatMap(({ of }) => of.map(({ sha256 }) => sha256)));
  for (const [name, sha256] of await signatures(story.folder)) {
    if (!revisions.has(sha256)) flaw(`its signature ${name} is not in the package`);
  }
  return flaws;
}

/** A told step is a fact of the case; what it said of a document is what the fact says. */
function isFound({ step, answer }: Answer, facts: readonly Fact[], application: string): boolean {
  const has = (type: string, wanted: { [name: string]: Json } = {}): boolean =>
    facts.some(
      (fact) =>
        fact.type === type &&
        Object.entries(wanted).every(([name, value]) => fact.facts[name] === value),
    );
  const members = (typeof answer === 'object' ? answer : {}) as Members;
  const [word, ...rest] = step.split('.');
  const seals = (field: string): number =>
    facts.filter(({ type, facts: said }) => type === 'seal.done' && said['field'] === field).length;
  if (step === 'end') return true;
  if (step === 'case.opened') {
    return has(step, { preservationNumber: members['preservationNumber'] ?? null });
  }
  if (word === 'consent')
    return has('consent.signed', { kind: rest.join('.'), decision: 'accepted' });
  if (word === 'read') {
    const { sha256: base = null, pages = null } = members;
    return has('reading.completed', { document: rest.join('.'), base, pages });
  }
  if (step === 'authorisations.signed') return seals('borrower') >= 2;
  if (step === 'contract.signed') return seals('borrower') === 3;
  if (step === 'contract.sealed') return seals('lender') === 1;
  if (step === 'disbursed') return has(step, { order: application });
  return has(step);
}

/** Nothing twice: single facts, seals of one field, certificates of one intent. */
function twice(facts: readonly Fact[]): string[] {
  const of = (type: string): Fact[] => facts.filter((fact) => fact.type === type);
  const flaws = onceInACase
    .filter((type) => of(type).length !== 1)
    .map((type) => `${type} ${of(type).length} times`);
  const seals = of('seal.done').map(
    ({ facts: said }) => `${textIn(said, 'document')} ${textIn(said, 'field')}`,
  );
  if (new Set(seals).size !== seals.length) flaws.push(`a field sealed twice: ${seals.join(', ')}`);
  if (seals.length !== documentsSealed) flaws.push(`${seals.length} seals`);
  const intents = of('certificate.issued').map(({ facts: said }) => said['intent']);
  if (new Set(intents).size !== intents.length) flaws.push('two certificates for one intent');
  return flaws;
}

function packedEntries(zip: Uint8Array) {
  return openZip(zip)
    .files.filter(({ name }) => /^entries\/\d+\.json$/.test(name))
    .map(({ bytes }) => parseEntry(bytes));
}

/** The answers to its signatures that the phone itself has kept: which revision it signed. */
async function signatures(folder: string): Promise<[string, string][]> {
  const names = await readdir(join(folder, 'signed'));
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const kept = JSON.parse(await readFile(join(folder, 'signed', name), 'utf8')) as Members;
      return [name, toBase64(fromHex(textIn(kept, 'sha256')))];
    }),
  );
}

/** Money left once for each case, and only for these; no job, ticket or intention is left over. */
export async function houseFlaws(
  estate: Estate,
  log: readonly LoggedEntry[],
  applications: readonly string[],
): Promise<string[]> {
  const flaws: string[] = [];
  const paid = await listDisbursements((question) =>
    call(socketOf(estate, 'core-banking'), question),
  );
  const orders = paid.map(({ order }) => order).toSorted();
  if (orders.join() !== applications.toSorted().join()) {
    flaws.push(`paid out ${orders.length} times for ${applications.length} applications`);
  }
  const jobs = await rowsOf<object>(
    estate,
    // A document that was raised waits years for the next time; that is not stuck.
    `select case_id, kind, tries, waiting from job
      where done_at is null and waiting is distinct from 'not_due'`,
  );
  for (const job of jobs) flaws.push(`a job is stuck: ${JSON.stringify(job)}`);
  const tickets = await rowsOf<object>(
    estate,
    "select id, field from ticket where standing = 'open'",
  );
  for (const ticket of tickets) flaws.push(`a ticket is open: ${JSON.stringify(ticket)}`);
  const ends = endsOf(log);
  for (const { hash, entry } of log) {
    const ended = ends.get(hash)?.length ?? 0;
    if (entry.type === 'seal.intended' && ended !== 1) flaws.push(`intention ended ${ended} times`);
  }
  return flaws;
}

/** For each intention: the entries that say how it ended. */
export function endsOf(log: readonly LoggedEntry[]): Map<string, LoggedEntry[]> {
  const ends = new Map<string, LoggedEntry[]>();
  for (const logged of log) {
    const intended = logged.entry.refs?.['intended'];
    if (intended !== undefined) ends.set(intended, [...(ends.get(intended) ?? []), logged]);
  }
  return ends;
}
