import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { FolderObjects } from '#adapters/objects';
import { fromUtf8, toBase64, toBase64Url, utf8 } from '#base/bytes';
import { canonical, canonicalBytes, type Json } from '#base/canonical';
import { addSeconds, formatInstant, type Instant, parseInstant } from '#base/clock';
import { signedAttributes } from '#formats/cms';
import type { Signer } from '#formats/crypto';
import { disclose } from '#formats/disclosure';
import { type EntryType, entryMessage, printEntry, type UnsignedEntry } from '#formats/entry';
import { buildCertificate, buildName, parseCsr } from '#formats/x509';
import { type IntentionProof, parseTicketToSeal, SealKeys, type TicketOrder } from '#trust/keys';
import {
  createSealRequest,
  destroySeals,
  installAuthorisation,
  installSeal,
  type SealSigners,
  SoftSeals,
  sealSigners,
} from './index.ts';
import { SimulatedService } from './signing-service.fixture.ts';
import { openSoftToken } from './soft-token.fixture.ts';

const start = parseInstant('2026-11-21T10:00:00.000+08:00');
const tenant = 'coop';
const other = 'other';
const seal = 'contract';
const actor = 'work+0a0b0c0d';
const actorSigner = softSigner(generateSoftKey('ed25519'));
const salts = {
  kind: toBase64Url(new Uint8Array(16)),
  institution: toBase64Url(utf8('0123456789abcdef')),
};
let folder = '';
let now: Instant = start;
let keys: SealKeys;
const certificates = new Map<string, Uint8Array>();

type Ticket = Record<string, Json>;

let service: SimulatedService;
const token = openSoftToken();
let signers: SealSigners;

/** What lies in the key store's folder for each place in which keys can be. */
type Place = 'in files' | 'in a token' | 'at a signing service';
const places: readonly Place[] = ['in files', 'in a token', 'at a signing service'];

beforeAll(async () => {
  service = await SimulatedService.open();
  if (token === undefined) console.warn('skip: SoftHSM is absent, keys in a token are not tried');
});
afterAll(() => service.close());

async function layOut(place: Place): Promise<void> {
  const put = (name: string, text: string) => writeFile(join(folder, name), text, { mode: 0o600 });
  if (place === 'in a token' && token !== undefined) {
    await put('seal-keys.json', canonical({ v: 1, kind: 'token', ...token.place }));
    await put('token.pin', `${token.pin}\n`);
  } else if (place === 'at a signing service') {
    const { address, secret } = service;
    await put('seal-keys.json', canonical({ v: 1, kind: 'service', address }));
    await put('service.secret', secret);
  }
}

async function house(place: Place): Promise<void> {
  now = start;
  folder = await mkdtemp(join(tmpdir(), 'fk-'));
  await layOut(place);
  signers = await sealSigners(folder, { simulatorsAllowed: true });
  for (const one of [tenant, other]) {
    certificates.set(one, await issueSeal(one));
    await installAuthorisation(folder, {
      id: 'standing-1',
      tenant: one,
      seal,
      documents: ['loan-contract'],
      from: start,
      until: addSeconds(start, 3600),
      grantedBy: '风险管理部',
    });
  }
  reopen();
}
afterEach(() => rm(folder, { recursive: true, force: true }));

function reopen(): void {
  const seals = new SoftSeals(folder, signers);
  keys = new SealKeys({
    seals,
    authorisations: seals,
    actors: { actorKeys: async () => new Map([[actor, actorSigner.publicKey]]) },
    journal: journal(),
    engine: nodeEngine,
    clock: { now: () => now, source: 'TEST' },
  });
}

const journal = () => new FolderObjects(join(folder, 'journal'));

async function issueSeal(owner: string): Promise<Uint8Array> {
  const asked = { tenant: owner, seal, commonName: '合同专用章' };
  const csr = await createSealRequest(folder, asked, signers);
  const draft = {
    serial: Uint8Array.of(7),
    issuer: buildName([['commonName', 'TEST CA – NOT LICENSED']]),
    subject: buildName([['commonName', owner]]),
    notBefore: start,
    notAfter: addSeconds(start, 7200),
    publicKey: parseCsr(csr).publicKey,
    extensions: [],
  };
  const issued = await buildCertificate(draft, softSigner(generateSoftKey('p256')));
  await installSeal(folder, { tenant: owner, seal, certificate: issued.der }, signers);
  return issued.der;
}

async function ticketOf(change: Ticket = {}, owner = tenant): Promise<Ticket> {
  const certificate = certificates.get(owner) ?? new Uint8Array();
  const certificateSha256 = await nodeEngine.digest('sha256', certificate);
  const messageDigest = await nodeEngine.digest('sha256', utf8('the prepared revision'));
  return {
    v: 1,
    id: 't-1',
    document: 'd-1',
    byteRange: [0, 10, 20, 10],
    signedAttrs: toBase64(signedAttributes({ messageDigest, certificateSha256 })),
    certificate: toBase64(certificate),
    leaseUntil: formatInstant(addSeconds(start, 60)),
    ...change,
  };
}

interface Wish {
  readonly type: EntryType;
  readonly kind: string;
  readonly institution: string;
  readonly signer: Signer;
  readonly by: string;
}

const honest: Wish = {
  type: 'seal.intended',
  kind: 'loan-contract',
  institution: tenant,
  signer: actorSigner,
  by: actor,
};

/** The entry a process records before it asks for the seal. */
async function intention(ticket: Ticket, wish: Partial<Wish> = {}): Promise<IntentionProof> {
  const { type, kind, institution, signer, by } = { ...honest, ...wish };
  const opened = await Promise.all([
    disclose({ salt: new Uint8Array(16), name: 'kind', value: kind }, nodeEngine),
    disclose(
      { salt: utf8('0123456789abcdef'), name: 'institution', value: institution },
      nodeEngine,
    ),
  ]);
  const certificate = parseTicketToSeal(ticket).certificate;
  const unsigned: UnsignedEntry = {
    type,
    caseTag: toBase64Url(new Uint8Array(16)),
    seq: 0,
    prev: null,
    at: start,
    clock: 'TEST',
    by,
    env: toBase64(new Uint8Array(32)),
    sd: opened.map(({ sha256 }) => sha256).toSorted(),
    sd3: opened.map(({ sm3 }) => sm3).toSorted(),
    of: [
      await original('ticket', canonicalBytes(ticket)),
      await original('certificate', certificate),
    ],
  };
  const sig = toBase64(await signer.sign(entryMessage(unsigned)));
  return { entry: printEntry({ ...unsigned, sig }), salts };
}

async function original(name: string, bytes: Uint8Array) {
  const sha256 = toBase64(await nodeEngine.digest('sha256', bytes));
  return {
    name,
    bytes: bytes.length,
    sha256,
    sm3: toBase64(await nodeEngine.digest('sm3', bytes)),
  };
}

async function sign(ticket: Ticket, change: Partial<TicketOrder> = {}) {
  const order = { tenant, seal, authorisation: 'standing-1', kind: 'loan-contract' };
  return keys.signTicket(ticket, {
    ...order,
    intention: change.intention ?? (await intention(ticket)),
    ...change,
  });
}

describe.each(places)('S1-11 the keys of seals are %s', (place) => {
  beforeEach(async (context) => {
    if (place === 'in a token' && token === undefined) return context.skip('no SoftHSM');
    return house(place);
  });

  describe('a seal signs tickets', () => {
    test('S1-11 signed once, and the same ticket the same for ever', async () => {
      const ticket = await ticketOf();
      const first = await sign(ticket);
      now = addSeconds(start, 3000); // long after the lease
      reopen();
      expect(await sign(ticket)).toEqual(first);
      const held = await new SoftSeals(folder, signers).open(tenant, seal);
      const holds = await nodeEngine.verify({
        algorithm: 'ecdsa-sha256',
        publicKey: held?.signer.publicKey ?? new Uint8Array(),
        signature: first.signature,
        message: parseTicketToSeal(ticket).signedAttrs,
      });
      expect(holds).toBe(true);
    });

    test('what is meant stands in the journal before the key is used', async () => {
      const ticket = await ticketOf();
      const proof = await intention(ticket);
      await sign(ticket, { intention: proof });
      const names = ['intended', 'signed', 'times'].map((one) => `${tenant}/${one}/t-1`);
      expect(await journal().list()).toEqual(names);
      const intended = fromUtf8((await journal().get(`${tenant}/intended/t-1`)) ?? utf8('{}'));
      expect(intended).toContain('"kind":"loan-contract"');
      const entry = toBase64(await nodeEngine.digest('sha256', proof.entry));
      expect(intended).toContain(`"entry":"${entry}"`);
    });

    test('asked twice at once, it gives one signature', async () => {
      const ticket = await ticketOf();
      const all = await Promise.all([1, 2, 3, 4].map(() => sign(ticket)));
      for (const one of all) expect(one).toEqual(all[0]);
    });

    test('another ticket under a spent name is refused, signed or only intended', async () => {
      await sign(await ticketOf());
      const spent = { code: 'keys.ticket_spent' };
      await expect(sign(await ticketOf({ document: 'd-2' }))).rejects.toMatchObject(spent);
      await journal().putOnce(`${tenant}/intended/t-2`, utf8('{}'));
      await expect(sign(await ticketOf({ id: 't-2' }))).rejects.toMatchObject(spent);
    });

    test.each<[string, Ticket, Partial<TicketOrder>]>([
      ['keys.document_not_authorised', {}, { kind: 'guarantee' }],
      ['keys.authorisation_unknown', {}, { authorisation: 'standing-2' }],
      ['keys.seal_unknown', {}, { seal: 'finance' }],
      ['keys.seal_unknown', {}, { tenant: 'nobody' }],
      ['keys.certificate_differs', {}, { tenant: other }],
      ['keys.certificate_differs', { certificate: toBase64(utf8('another')) }, {}],
      ['keys.ticket_stale', { leaseUntil: '2026-11-21T10:00:00.000+08:00' }, {}],
      ['cms.attributes_differ', { signedAttrs: toBase64(Uint8Array.of(0x31, 0)) }, {}],
    ])('%s is refused before anything is written', async (code, change, order) => {
      await expect(sign(await ticketOf(change), order)).rejects.toMatchObject({ code });
      expect(await journal().list()).toEqual([]);
    });

    test.each<[string, Ticket]>([
      ['a name that leaves the folder', { id: '../../seals/contract' }],
      ['another version', { v: 2 }],
      ['a time that is none', { leaseUntil: 'tomorrow' }],
    ])('%s is a malformed ticket', async (_, change) => {
      const proof = await intention(await ticketOf());
      const asked = sign(await ticketOf(change), { intention: proof });
      await expect(asked).rejects.toMatchObject({ code: 'keys.ticket_malformed' });
    });

    test('attributes that bind another certificate are refused', async () => {
      const messageDigest = await nodeEngine.digest('sha256', utf8('revision'));
      const foreign = signedAttributes({ messageDigest, certificateSha256: messageDigest });
      const asked = sign(await ticketOf({ signedAttrs: toBase64(foreign) }));
      await expect(asked).rejects.toMatchObject({ code: 'keys.signs_other_certificate' });
    });

    test('the authorisation ends, and so does the certificate', async () => {
      const lease = () => ({ leaseUntil: formatInstant(addSeconds(now, 60)) });
      now = addSeconds(start, 3600);
      const ended = { code: 'keys.not_authorised_now' };
      await expect(sign(await ticketOf(lease()))).rejects.toMatchObject(ended);
      now = addSeconds(start, 7300);
      const late = { code: 'keys.certificate_expired' };
      await expect(sign(await ticketOf(lease()))).rejects.toMatchObject(late);
      now = start;
      const kept = { leaseUntil: formatInstant(addSeconds(now, 3600)) };
      const long = { code: 'keys.lease_too_long' };
      await expect(sign(await ticketOf(kept))).rejects.toMatchObject(long);
    });
  });

  describe('a seal asks for the recorded intention', () => {
    const unproved = (why: string) => ({ code: 'keys.intention_unproved', details: { why } });

    test.each<[string, Partial<Wish>, string]>([
      ['of another type', { type: 'seal.done' }, 'type'],
      ['of a process it does not know', { by: 'serve+00000000' }, 'actor_unknown'],
      [
        'signed by another key',
        { signer: softSigner(generateSoftKey('ed25519')) },
        'entry_signature_differs',
      ],
      ['for another kind of document', { kind: 'report' }, 'kind'],
      ['of another tenant', { institution: other }, 'institution'],
    ])('an entry %s is not enough', async (_, wish, why) => {
      const ticket = await ticketOf();
      const asked = sign(ticket, { intention: await intention(ticket, wish) });
      await expect(asked).rejects.toMatchObject(unproved(why));
      expect(await journal().list()).toEqual([]);
    });

    test('an entry for another ticket, a changed one, or none is not enough', async () => {
      const ticket = await ticketOf();
      const foreign = await intention(await ticketOf({ document: 'd-2' }));
      await expect(sign(ticket, { intention: foreign })).rejects.toMatchObject(unproved('ticket'));
      const { entry } = await intention(ticket);
      const none = { entry: entry.slice(1), salts };
      await expect(sign(ticket, { intention: none })).rejects.toMatchObject(unproved('entry'));
      const bad = { entry, salts: { ...salts, kind: '*' } };
      await expect(sign(ticket, { intention: bad })).rejects.toMatchObject(unproved('salt'));
    });

    test("S0-47 one tenant's ticket is not signed by another tenant's seal, nor in its name", async () => {
      const theirs = await ticketOf({}, other);
      const proof = await intention(theirs, { institution: other });
      await expect(sign(theirs, { intention: proof })).rejects.toMatchObject({
        code: 'keys.certificate_differs',
      });
      await sign(theirs, { tenant: other, intention: proof });
      expect(await journal().list(tenant)).toEqual([]);
    });
  });

  test("S2-85 destroyed with a tenant's exit sign nothing more, and another tenant's still do", async () => {
    await destroySeals(folder, tenant);
    await destroySeals(folder, tenant);
    const ours = sign(await ticketOf());
    await expect(ours).rejects.toMatchObject({ code: 'keys.seal_unknown' });
    const theirs = await ticketOf({}, other);
    const proof = await intention(theirs, { institution: other });
    await sign(theirs, { tenant: other, intention: proof });
  });
});

describe('keys of seals in files', () => {
  beforeEach(() => house('in files'));

  test('are readable by their owner only', async () => {
    for (const name of await readdir(join(folder, 'seals', tenant))) {
      expect((await stat(join(folder, 'seals', tenant, name))).mode & 0o077).toBe(0);
    }
  });

  test('a certificate for another key is not installed, nor a second one', async () => {
    const key = softSigner(generateSoftKey('p256'));
    const draft = {
      serial: Uint8Array.of(8),
      issuer: buildName([['commonName', 'x']]),
      subject: buildName([['commonName', 'y']]),
      notBefore: start,
      notAfter: addSeconds(start, 60),
      publicKey: key.publicKey,
      extensions: [],
    };
    const mine = { tenant, seal };
    const foreign = await buildCertificate(draft, key);
    await expect(installSeal(folder, { ...mine, certificate: foreign.der })).rejects.toMatchObject({
      code: 'keys.certificate_differs',
    });
    const own =
      (await new SoftSeals(folder, signers).open(tenant, seal))?.signer.publicKey ?? key.publicKey;
    const second = await buildCertificate({ ...draft, publicKey: own }, key);
    await expect(installSeal(folder, { ...mine, certificate: second.der })).rejects.toMatchObject({
      code: 'objects.exists_differently',
    });
  });
});
