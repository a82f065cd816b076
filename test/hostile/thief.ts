/**
 * A thief in the house: the database, every folder of serve, work, sequencer, keystore and time
 * stamping with its keys, and the sockets. Not the authority's key (unless he is the second thief),
 * not the SMS gateway's folder, not the phone's.
 *
 * He tells a case again as he likes, as new entries of the real log: the sequencer places them and
 * the witnesses cosign, for the log only grows. What he makes is as good as the house's own work in
 * everything but the lie.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { syntheticBorrower } from '#adapters/gateways';
import { toBase64, toBase64Url } from '#base/bytes';
import type { Instant } from '#base/clock';
import { addSeconds, parseInstant, systemClock } from '#base/clock';
import { faultCode } from '#base/fault';
import { buildPackage, type CaseMaterial } from '#business/judicial';
import { digestsOf, openZip } from '#formats/bundle';
import type { Signer } from '#formats/crypto';
import { parseDisclosures } from '#formats/disclosure';
import { type Attestation, type Entry, entryHash, parseEntry } from '#formats/entry';
import { type Certificate, parseCertificate } from '#formats/x509';
import type { NamedPerson } from '#trust/ca';
import type { EntryDraft } from '#trust/evidence';
import { readProcessSettings } from '../../src/config.ts';
import { processFolder } from '../../src/main/estate/estate.ts';
import { logKeyFile, sealName } from '../../src/main/estate/plan.ts';
import { firstDemoTenant } from '../../src/main/estate/tenant-orders.ts';
import { trustedCertificate } from '../../src/main/estate/trust-folder.ts';
import { policyCase } from '../../src/main/rooms/adopt-policy.ts';
import { type Ground, openGround } from '../../src/main/rooms/ground.ts';
import type { Guest } from '../guest.ts';
import { type Holder, paper, signIn } from './forgery.ts';
import { fileIn } from './loan.ts';

const levelMsMax = 30_000;
const pollMs = 50;
export const contractFile = 'documents/04-loan-contract.pdf';

/** One entry of the honest case, ready to be told again. */
export interface Told {
  readonly entry: Entry;
  readonly hash: string;
  readonly disclosures: EntryDraft['disclosures'];
}

/** How a case is told again: nothing named here is told as it was. */
export interface Lie {
  /** Other bytes where the honest entries and files have these; by base64 SHA-256. */
  readonly instead?: ReadonlyMap<string, Uint8Array>;
  /** Another telling of one entry: in its place, then whatever else the thief likes to add. */
  readonly retell?: (draft: EntryDraft, told: Told) => readonly [EntryDraft, ...EntryDraft[]];
}

export class Thief {
  readonly ground: Ground;
  /** The keys that sign entries, by the name of their process. */
  readonly actors: ReadonlyMap<string, Signer>;
  readonly log: Signer;
  readonly seal: Holder;
  readonly stamper: Holder;
  readonly told: readonly Told[];
  readonly #zip: Uint8Array;
  #cases = 0;

  private constructor(
    parts: Pick<Thief, 'ground' | 'actors' | 'log' | 'seal' | 'stamper' | 'told'>,
    zip: Uint8Array,
  ) {
    this.ground = parts.ground;
    this.actors = parts.actors;
    this.log = parts.log;
    this.seal = parts.seal;
    this.stamper = parts.stamper;
    this.told = parts.told;
    this.#zip = zip;
  }

  static async open(world: Guest, zip: Uint8Array): Promise<Thief> {
    const folder = (name: string): string => processFolder(world.house.estate, name);
    const key = async (...path: string[]): Promise<Signer> =>
      softSigner(await openKeyFile(join(...path)));
    const sealFile = join(folder('keystore'), 'seals', firstDemoTenant, sealName);
    const sealed = parseCertificate(new Uint8Array(await readFile(`${sealFile}.crt.der`)));
    const parts = {
      ground: await openGround(readProcessSettings(folder('serve'))),
      actors: new Map([
        ['serve', await key(folder('serve'), 'key.pem')],
        ['work', await key(folder('work'), 'key.pem')],
      ]),
      log: await key(folder('sequencer'), logKeyFile(firstDemoTenant)),
      seal: { certificate: sealed, signer: await key(`${sealFile}.key.pem`) },
      stamper: {
        certificate: await trustedCertificate(world.trust, 'tsa'),
        signer: await key(folder('trust-centre'), 'tsa-key.pem'),
      },
      told: await readTold(zip),
    };
    return new Thief(parts, zip);
  }

  /** The key that only the second thief has. */
  static async authority(world: Guest): Promise<Holder> {
    const path = join(processFolder(world.house.estate, 'trust-centre'), 'ca-key.pem');
    const signer = softSigner(await openKeyFile(path));
    return { certificate: await trustedCertificate(world.trust, 'ca'), signer };
  }

  close(): Promise<void> {
    return this.ground.database.close();
  }

  /** What she really confirmed for the contract: the SMS gateway's statement, and when. */
  get attestation(): Attestation {
    const { att } = this.#last('intent.confirmed').entry;
    if (att === undefined) throw new Error('the contract’s intent is attested');
    return att;
  }

  /** The identity gateway's word on her and the opening of her name, as the package shows both. */
  get herName(): NamedPerson {
    const identity = this.#last('identity.checked').entry.att;
    return { name: syntheticBorrower.name, nameSalt: this.saltOf('name'), identity };
  }

  /** The salt of one value of her application. */
  saltOf(value: 'name' | 'phone'): string {
    const { disclosures } = this.#last('application.received');
    const opened = disclosures.find(({ name }) => name === value);
    return opened !== undefined && 'salt' in opened ? (opened.salt ?? '') : '';
  }

  get confirmedAt(): Instant {
    const { at } = this.attestation.statement;
    return parseInstant(typeof at === 'string' ? at : '');
  }

  /** The digest of her certificate for the contract, as the log names it. */
  get certificateSha256(): string {
    return this.#last('certificate.issued').entry.of[0]?.sha256 ?? '';
  }

  /** Her certificate for the contract, as the database and the package hold it. */
  async herCertificate(): Promise<Certificate> {
    for (const { name, bytes } of openZip(this.#zip).files) {
      if (!name.startsWith('certs/') || (await sha256Of(bytes)) !== this.certificateSha256)
        continue;
      return parseCertificate(bytes);
    }
    throw new Error('the package holds the certificate of the contract');
  }

  /** The contract as she saw it, before any signature. */
  get base(): Uint8Array {
    const drafted = this.told
      .flatMap(({ entry }) => entry.of)
      .find(({ name }) => name === 'loan-contract');
    return fileIn(this.#zip, contractFile).slice(0, drafted?.bytes ?? 0);
  }

  /** A contract that bears `borrower` in her field and the stolen seal in the lender's. */
  async contract(base: Uint8Array, borrower: Holder, at: Instant): Promise<Uint8Array> {
    const { stamper, seal } = this;
    const signed = await signIn(base, { ...borrower, stamper, field: 'borrower', at });
    return signIn(signed, { ...seal, stamper, field: 'lender', at: addSeconds(at, 1) });
  }

  /** A package of the case told again, its report sealed anew. */
  async packageOf(lie: Lie): Promise<Uint8Array> {
    const caseId = await this.#tell(lie);
    const material = await this.#material(caseId, lie);
    const draft = await buildPackage({ material, report: new Uint8Array() }, nodeEngine);
    return this.closePackage(material, draft);
  }

  /** Seals a report over the files of a draft with the stolen seal, and packs both. */
  async closePackage(material: CaseMaterial, draft: Uint8Array): Promise<Uint8Array> {
    const bound = openZip(draft).files.filter(
      ({ name }) => name !== 'manifest.json' && name !== 'report.pdf',
    );
    const files = await digestsOf(bound, nodeEngine);
    const data = paper({
      files: files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    });
    const by = { ...this.seal, stamper: this.stamper, field: 'lender', at: systemClock.now() };
    return buildPackage({ material, report: await signIn(data, by) }, nodeEngine);
  }

  /** The files of the honest package as material, with exchanged documents. */
  documents(lie: Lie): Promise<CaseMaterial['documents']> {
    const files = openZip(this.#zip).files.filter(({ name }) => name.startsWith('documents/'));
    return Promise.all(
      files.map(async ({ name, bytes }) => {
        const instead = lie.instead?.get(await sha256Of(bytes));
        const short = /^documents\/\d\d-(.+)\.pdf$/.exec(name)?.[1] ?? '';
        return { name: short, title: short, bytes: instead ?? bytes };
      }),
    );
  }

  async #tell(lie: Lie): Promise<string> {
    const { units, evidence } = this.ground;
    this.#cases += 1;
    const caseId = `stolen-${this.#cases}`;
    await units.run(firstDemoTenant, async (unit) => {
      const hashes = new Map<string, string>();
      for (const told of this.told) {
        if (told.entry.type === 'case.sealed') continue;
        const draft = draftOf(caseId, told, { hashes, instead: lie.instead });
        const [first, ...more] = lie.retell?.(draft, told) ?? [draft];
        hashes.set(told.hash, (await evidence.record(unit, first)).hash);
        for (const added of more) await evidence.record(unit, added);
      }
      await evidence.sealCase(unit, caseId);
    });
    return caseId;
  }

  async #material(caseId: string, lie: Lie): Promise<CaseMaterial> {
    const { units, cases, centre } = this.ground;
    const policy = await policyCase(this.ground);
    const [filed, adopted] = await this.#atLevel(() =>
      units.run(firstDemoTenant, (unit) => cases.readTogether(unit, [caseId, policy.caseId], 'L2')),
    );
    const entry = adopted?.entries[0];
    if (filed === undefined || entry === undefined) throw new Error('two cases were asked for');
    return {
      documents: await this.documents(lie),
      entries: filed.entries,
      checkpoint: filed.checkpoint,
      policy: { bytes: policy.bytes, entry: entry.bytes, proof: entry.proof },
      requiredEvidence: fileIn(this.#zip, 'required-evidence.json'),
      authority: (await centre.root()).der,
      revocationLists: [(await centre.crl()).der],
    };
  }

  async #atLevel<T>(read: () => Promise<T>): Promise<T> {
    const until = systemClock.now() + levelMsMax;
    for (;;) {
      try {
        return await read();
      } catch (thrown) {
        const waits = faultCode(thrown) === 'evidence.level_not_reached';
        if (!waits || systemClock.now() > until) throw thrown;
        await sleep(pollMs);
      }
    }
  }

  #last(type: string): Told {
    const found = this.told.findLast(({ entry }) => entry.type === type);
    if (found === undefined) throw new Error(`the case has no ${type}`);
    return found;
  }
}

export async function sha256Of(bytes: Uint8Array): Promise<string> {
  return toBase64(await nodeEngine.digest('sha256', bytes));
}

function draftOf(
  caseId: string,
  { entry, disclosures }: Told,
  by: { hashes: ReadonlyMap<string, string>; instead: Lie['instead'] },
): EntryDraft {
  const refs = Object.entries(entry.refs ?? {}).map(
    ([name, hash]) => [name, by.hashes.get(hash) ?? hash] as const,
  );
  return {
    caseId,
    subject: caseId,
    type: entry.type,
    disclosures,
    of: entry.of.map((original) => {
      const bytes = by.instead?.get(original.sha256);
      return bytes === undefined ? original : { name: original.name, bytes };
    }),
    ...(entry.att === undefined ? {} : { att: entry.att }),
    refs: Object.fromEntries(refs),
  };
}

async function readTold(zip: Uint8Array): Promise<Told[]> {
  const { files } = openZip(zip);
  const entries = files.filter(({ name }) => name.startsWith('entries/'));
  return Promise.all(
    entries.map(async ({ name, bytes }) => {
      const opened = files.find((file) => file.name === name.replace('entries', 'disclosures'));
      const found = opened === undefined ? [] : await parseDisclosures(opened.bytes, nodeEngine);
      const disclosures = found.map((one) => ({
        name: one.name,
        value: one.value,
        salt: toBase64Url(one.salt),
      }));
      return { entry: parseEntry(bytes), hash: await entryHash(bytes, nodeEngine), disclosures };
    }),
  );
}
