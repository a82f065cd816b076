/**
 * Two thieves and what they make, against one real house. A has the database, all files and every
 * key of serve, work, sequencer, keystore and time stamping; B has the authority's key too. Neither
 * has the phone's folder nor the SMS gateway. SECURITY.md says what is promised against them.
 *
 * Each lie is told with the house's own tools and logged in the house's own log, and the case told
 * again without a lie is valid: so it is the lie alone that is found.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { readHandset, syntheticBorrower } from '#adapters/gateways';
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import { addSeconds, formatInstant, type Instant, systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { buildPackage } from '#business/judicial';
import { manifestOf, openZip, writeZip } from '#formats/bundle';
import { type Attestation, attest } from '#formats/entry';
import { parseCheckpoint } from '#formats/tlog';
import { parseCsr } from '#formats/x509';
import { makeRoot } from '#trust/ca';
import { type Report, verify } from '#trust/verify';
import { childEnvironment } from '../../src/config.ts';
import { gatewayKey, trustedCertificate } from '../../src/main/estate/trust-folder.ts';
import { guestWith, standingLoan } from '../visit.ts';
import { AlteredLog, cosignaturesOf } from './altered-log.ts';
import { certifyAs, freshKey, type Holder, ownRequest, paper, provedBy } from './forgery.ts';
import { fileIn } from './loan.ts';
import { askGateway, confirmOn, freshSalt, OwnTelephone, smsGateway } from './own-telephone.ts';
import { type Lie, sha256Of, Thief } from './thief.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const opening = 180_000;

const world = guestWith(20_261_122);
const loan = standingLoan();
let folder: string;
let thief: Thief;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-thieves-'));
  thief = await Thief.open(world, loan.zip);
}, opening);

afterAll(async () => {
  await thief?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the case told again without a lie', () => {
  test('is refused by the contract alone, which names the chain that she signed', async () => {
    const told = await judge(await thief.packageOf({}));
    expect(told.flaws.map(({ code, part }) => `${code} ${part}`)).toEqual([
      'paper_differs documents/04-loan-contract.pdf',
    ]);
    const receipt = loan.receipts;
    expect(await judge(loan.zip, receipt)).toMatchObject({ is: 'valid', flaws: [] });
  });
});

describe('thief A, without the authority’s key', () => {
  test('a certificate of his own authority leads to nobody’s trust', async () => {
    const borrower = await onHerIntent(await ownAuthority());
    expect(await verdictsOn(borrower)).toEqual(bothInvalid('chain_broken'));
  });

  test('the certificate of the time-stamping authority signs no contract', async () => {
    expect(await verdictsOn(thief.stamper)).toEqual(bothInvalid('certificate_not_for_signing'));
  });

  test('the institution’s seal does not stand for the borrower', async () => {
    expect(await verdictsOn(thief.seal)).toEqual(bothInvalid('signer_role_wrong'));
  });

  test('her own certificate from the database needs her own key', async () => {
    const certificate = await thief.herCertificate();
    expect(await verdictsOn({ certificate, signer: freshKey() })).toEqual(
      bothInvalid('signature_wrong'),
    );
  });

  test('the authority gives no second certificate on an intent that was used', async () => {
    const { centre } = thief.ground;
    const csr = await ownRequest();
    const hers = { ...(await provedBy(freshKey(), csr)), ...thief.herName };
    const again = centre.issueEventCertificate({ attestation: thief.attestation, ...hers });
    await expect(again).rejects.toMatchObject({ code: 'ca.enrolment_differs' });
    const own = await attest(
      { ...thief.attestation.statement, intent: 'intent-of-a-thief' },
      'sms',
      freshKey('ed25519'),
    );
    const invented = centre.issueEventCertificate({ attestation: own, ...hers });
    await expect(invented).rejects.toMatchObject({ code: 'ca.attestation_unknown' });
  });

  test('a code sent to her handset is read by nobody else, and five guesses are all', async () => {
    const { phone } = syntheticBorrower;
    const sms = await smsGateway(world);
    const intent = 'intent-of-a-thief';
    const documents = [await sha256Of(thief.base)];
    const [enrolment = ''] = documents;
    await sms.sendCode({ intent, phone, salt: freshSalt(), documents, enrolment });
    const inbox = readHandset(askGateway(world, 'sms'), { phone, simSecret: freshSalt() });
    await expect(inbox).rejects.toMatchObject({ code: 'sms.sim_wrong' });
    for (let guess = 0; guess < 5; guess += 1) {
      await expect(sms.confirm(intent, `00000${guess}`)).rejects.toMatchObject({
        code: 'sms.code_wrong',
      });
    }
    const sixth = sms.confirm(intent, '000005');
    await expect(sixth).rejects.toMatchObject({ code: 'sms.tries_spent' });
  });

  test('his own telephone gets no certificate in her name, whatever words he brings', async () => {
    const own = await OwnTelephone.open(world);
    const attestation = await own.confirm(await ownPaper());
    const asked = { attestation, ...(await provedBy(own.device, await ownRequest())) };
    const hers = thief.herName;
    const bare = { ...hers, identity: undefined };
    const his = { ...own.named, name: hers.name };
    const half = { ...hers, identity: own.named.identity };
    const wishes = [
      [bare, 'ca.identity_missing'],
      [hers, 'ca.identity_mismatch'],
      [his, 'ca.name_differs'],
      [half, 'ca.name_differs'],
    ] as const;
    for (const [named, code] of wishes) {
      const wish = thief.ground.centre.issueEventCertificate({ ...asked, ...named });
      await expect(wish).rejects.toMatchObject({ code });
    }
    const issued = thief.ground.centre.issueEventCertificate({ ...asked, ...own.named });
    expect((await issued).certificate.subjectCommonName).toBe(own.named.name);
  });

  test('her fresh word brought before her phone does gets him nothing, and her all', async () => {
    const { centre } = thief.ground;
    const device = freshKey();
    const attestation = await confirmOn(world, {
      phone: syntheticBorrower.phone,
      salt: thief.saltOf('phone'),
      documents: [await sha256Of(thief.base)],
      device,
    });
    const word = { attestation, ...thief.herName };
    const his = await provedBy(freshKey(), await ownRequest());
    for (const keys of [his, { ...his, enrolmentKey: device.publicKey }]) {
      const wish = centre.issueEventCertificate({ ...word, ...keys });
      await expect(wish).rejects.toMatchObject({ code: 'ca.enrolment_differs' });
    }
    const hers = await provedBy(device, await ownRequest());
    const { certificate } = await centre.issueEventCertificate({ ...word, ...hers });
    expect(certificate.publicKey).toEqual(parseCsr(hers.csr).publicKey);
    const late = await provedBy(device, await ownRequest());
    const second = centre.issueEventCertificate({ ...word, ...late });
    await expect(second).rejects.toMatchObject({ code: 'ca.attestation_spent' });
  });

  test('S1-16 an entry altered in the log breaks its signature, and signed anew its chain', async () => {
    const at = thief.told.findIndex(({ entry }) => entry.type === 'risk.decided');
    const [part, next] = [at, at + 1].map((seq) => `entries/${String(seq).padStart(4, '0')}.json`);
    const honest = fromUtf8(fileIn(loan.zip, part ?? ''));
    const broken = utf8(honest.replace('LOCAL_CLOCK', 'OTHER_CLOCK'));
    expect(await flawsWith(part, broken)).toContain(`entry_signature_wrong ${part}`);
    const altered = await AlteredLog.open(world, thief, 'risk.decided');
    const chained = await flawsWith(part, altered.ofCase[at]?.bytes);
    expect(chained).not.toContain(`entry_signature_wrong ${part}`);
    expect(chained).toContain(`entry_chain_broken ${next}`);
  });

  test('S2-40 court, notary and arbitration cosigned the log, and refuse it altered', async () => {
    const honest = fromUtf8(fileIn(loan.zip, 'checkpoint.txt'));
    const { size, note } = parseCheckpoint(honest);
    const altered = await AlteredLog.open(world, thief, 'risk.decided');
    for (const role of ['court', 'notary', 'arbitration', 'peer-bank', 'sentinel']) {
      expect(note.signatures.map(({ name }) => name)).toContain(role);
      await expectRefusal(role);
    }
    const alone = await judge(await alteredPackage(altered, await altered.checkpoint(size, '')));
    expect(alone).toMatchObject({ is: 'invalid', evidence: { level: 'L0' } });
    expect(alone.flaws.map(({ code }) => code)).toEqual([
      'sentinel_missing',
      'witness_quorum_missing',
      // The contract names the chain that she signed, the slots name the entry by its hash.
      'paper_differs',
      'slots_differ',
    ]);
    const copied = await altered.checkpoint(size, cosignaturesOf(honest));
    const dressed = await judge(await alteredPackage(altered, copied));
    expect(dressed).toMatchObject({ is: 'invalid', because: 'checkpoint_signature_wrong' });
  });
});

describe('thief B, with the authority’s key', () => {
  let borrower: Holder;
  let contract: Uint8Array;

  beforeAll(async () => {
    borrower = await onHerIntent(await Thief.authority(world));
    contract = await thief.contract(thief.base, borrower, soon());
  });

  test('his own telephone, matched with his own name, signs nothing in hers', async () => {
    const own = await OwnTelephone.open(world);
    const base = await ownPaper();
    const intent = await own.confirm(base);
    const at = systemClock.now();
    const gateway = await gatewayKey(world.trust, 'sms');
    const { name } = syntheticBorrower;
    const wish = { attestation: intent, gatewayKey: gateway, name, at };
    const holder = await certifyAs(await Thief.authority(world), wish);
    const signed = await thief.contract(base, holder, at);
    const retell: Lie['retell'] = (draft) =>
      isHers(draft.att) ? [{ ...draft, att: intent }] : own.beside(draft);
    const zip = await thief.packageOf({
      ...(await lieOf(signed, holder.certificate.der)),
      retell,
    });
    expect(await judge(zip)).toMatchObject({ is: 'invalid', because: 'phone_not_the_applicants' });
  });

  test('unlogged: no entry names the certificate', async () => {
    const report = await judge(await thief.packageOf(await lieOf(contract)));
    expect(report).toMatchObject({ is: 'invalid', because: 'issuance_not_logged' });
  });

  test('logged: the intent he invents is signed by no SMS gateway', async () => {
    const gateway = freshKey('ed25519');
    const attestation = await attest(thief.attestation.statement, 'sms', gateway);
    const invented = await certifyAs(await Thief.authority(world), {
      attestation,
      gatewayKey: gateway.publicKey,
      name: syntheticBorrower.name,
      at: addSeconds(thief.confirmedAt, 1),
    });
    const forged = await thief.contract(thief.base, invented, soon());
    const retell: Lie['retell'] = (draft) =>
      isHers(draft.att) ? [{ ...draft, att: attestation }] : [draft];
    const lie = { ...(await lieOf(forged, invented.certificate.der)), retell };
    const report = await judge(await thief.packageOf(lie));
    expect(report).toMatchObject({ is: 'invalid', because: 'intent_not_attested' });
    const alone = await judge(forged);
    expect(alone).toMatchObject({ is: 'invalid', because: 'intent_not_attested' });
  });

  test('logged: the intent she gave was for another document', async () => {
    const forged = await thief.contract(await ownPaper(), borrower, soon());
    const lie = await lieOf(forged, borrower.certificate.der);
    const report = await judge(await thief.packageOf(lie));
    expect(report).toMatchObject({ is: 'invalid', because: 'intent_not_attested' });
    const alone = await judge(forged);
    expect(alone).toMatchObject({ is: 'invalid', because: 'intent_not_attested' });
  });

  test('on her real intent, beside her own certificate: the package shows two', async () => {
    const retell: Lie['retell'] = (draft) =>
      draft.of[0] !== undefined && 'sha256' in draft.of[0] && isHerCertificate(draft.of[0])
        ? [draft, { ...draft, of: [{ name: 'certificate', bytes: borrower.certificate.der }] }]
        : [draft];
    const report = await judge(await thief.packageOf({ ...(await lieOf(contract)), retell }));
    expect(report).toMatchObject({ is: 'invalid', because: 'issued_to_another_key' });
  });

  test('on her real intent, her own certificate left out: her phone’s receipt tells', async () => {
    const zip = await thief.packageOf(await lieOf(contract, borrower.certificate.der));
    const report = await judge(zip, loan.receipts);
    expect(report).toMatchObject({ is: 'invalid', because: 'issued_to_another_key' });
    const alone = await judge(contract, loan.receipts);
    expect(alone).toMatchObject({ is: 'invalid', because: 'issued_to_another_key' });
    const files = { 'forged.zip': zip, 'receipts.json': loan.receipts, 'honest.zip': loan.zip };
    for (const [name, bytes] of Object.entries(files)) await writeFile(inFolder(name), bytes);
    const receipt = ['--receipt', inFolder('receipts.json')];
    const early = ['--at', formatInstant(addSeconds(thief.confirmedAt, -3600))];
    const codes = await Promise.all([
      exitOf('forged.zip', receipt),
      exitOf('honest.zip', receipt),
      exitOf('honest.zip', early),
    ]);
    expect(codes).toEqual([1, 0, 3]);
  });
});

/** `name path` of every flaw after one file of the package was exchanged and packed again. */
async function flawsWith(name = '', bytes: Uint8Array = utf8('')): Promise<readonly string[]> {
  const files = openZip(loan.zip)
    .files.filter((file) => file.name !== 'manifest.json')
    .map((file) => (file.name === name ? { name, bytes } : file));
  const caseId = thief.told[0]?.entry.caseTag ?? '';
  const manifest = {
    name: 'manifest.json',
    bytes: await manifestOf({ caseId, files }, nodeEngine),
  };
  const { flaws } = await judge(writeZip([...files, manifest]));
  return flaws.map(({ code, part }) => `${code} ${part}`);
}

/** The contract with this borrower, alone and in a package that logs the certificate too. */
async function verdictsOn(borrower: Holder): Promise<readonly (readonly string[])[]> {
  const contract = await thief.contract(thief.base, borrower, soon());
  const zip = await thief.packageOf(await lieOf(contract, borrower.certificate.der));
  const reports = [await judge(contract), await judge(zip)];
  return reports.map(({ is, flaws }) => [is, ...flaws.map(({ code }) => code)]);
}

function bothInvalid(code: string): readonly unknown[] {
  const verdict = expect.arrayContaining(['invalid', code]);
  return [verdict, verdict];
}

/** Other guests write meanwhile: a witness that has gone on since it was asked is asked again. */
async function expectRefusal(role: string): Promise<void> {
  const refused = { is: 'refused', because: 'inconsistent' };
  const answer = async () => AlteredLog.offeredTo(role, { world, thief });
  await vi.waitFor(async () => expect(await answer()).toEqual(refused), { timeout: opening });
}

async function alteredPackage(altered: AlteredLog, checkpoint: string): Promise<Uint8Array> {
  const material = await altered.material(loan.zip, checkpoint);
  const draft = await buildPackage({ material, report: new Uint8Array() }, nodeEngine);
  return thief.closePackage(material, draft);
}

/** A certificate for the thief's key on her real intent, as that authority would make it. */
async function onHerIntent(authority: Holder): Promise<Holder> {
  return certifyAs(authority, {
    attestation: thief.attestation,
    gatewayKey: await gatewayKey(world.trust, 'sms'),
    name: syntheticBorrower.name,
    at: addSeconds(thief.confirmedAt, 1),
  });
}

async function ownAuthority(): Promise<Holder> {
  const signer = freshKey();
  const { notBefore: now, subject: name } = await trustedCertificate(world.trust, 'ca');
  const root = await makeRoot({ signer, engine: nodeEngine, random: systemRandom, now, name });
  return { certificate: root, signer };
}

/** A contract of his own wording that names the right list of evidence. */
async function ownPaper(): Promise<Uint8Array> {
  const list = fileIn(loan.zip, 'required-evidence.json');
  const sha256 = toHex(await nodeEngine.digest('sha256', list));
  return paper({ salt: freshSalt(), evidenceList: { sha256 }, amountFen: '9999999' });
}

/** Tells the case with this contract, and with this certificate where hers was issued. */
async function lieOf(contract: Uint8Array, certificate?: Uint8Array): Promise<Lie> {
  const instead = new Map([[await sha256Of(loan.contract), contract]]);
  if (certificate !== undefined) instead.set(thief.certificateSha256, certificate);
  return { instead };
}

function isHers(attestation: Attestation | undefined): boolean {
  return attestation?.statement['intent'] === thief.attestation.statement['intent'];
}

function isHerCertificate(original: { readonly sha256: string }): boolean {
  return original.sha256 === thief.certificateSha256;
}

/** A moment within the ten minutes after she confirmed. */
function soon(): Instant {
  return addSeconds(thief.confirmedAt, 2);
}

function judge(bytes: Uint8Array, receipt?: Uint8Array): Promise<Report> {
  const order = { name: 'handed-in', bytes, trust: loan.trust };
  return verify({ ...order, ...(receipt === undefined ? {} : { receipt }) }, nodeEngine);
}

function inFolder(name: string): string {
  return join(folder, name);
}

function exitOf(file: string, options: readonly string[]): Promise<number | null> {
  const args = [program, 'verify', inFolder(file), '--trust', world.trust, '--json', ...options];
  const child = spawn(process.execPath, args, { env: childEnvironment(), stdio: 'ignore' });
  return new Promise((resolve) => child.once('close', resolve));
}
