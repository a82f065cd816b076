import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { FolderObjects } from '#adapters/objects';
import { type Listening, listen } from '#adapters/wire';
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { addSeconds, formatInstant, type Instant, parseInstant } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import { keystoreHandler } from '#doors/wire';
import { signedAttributes } from '#formats/cms';
import { buildCertificate, buildName, parseCsr } from '#formats/x509';
import { parseTicketToSeal, SealKeys } from '#trust/keys';
import {
  createSealRequest,
  installAuthorisation,
  installSeal,
  KeystoreClient,
  SoftSeals,
  SoftWrapKeys,
} from './index.ts';

describe('the key store behind its socket', () => {
  const start = parseInstant('2026-11-21T10:00:00.000+08:00');
  const tenant = 'coop' as TenantId;
  const owner = { tenant, subject: 's1' };
  const order = { tenant, seal: 'contract', authorisation: 'standing-1', kind: 'loan-contract' };
  let folder = '';
  let now: Instant = start;
  let certificate = new Uint8Array();
  let listening: Listening | undefined;
  let client: KeystoreClient;

  beforeEach(async () => {
    now = start;
    folder = await mkdtemp(join(tmpdir(), 'fk-'));
    certificate = new Uint8Array(await issueSeal());
    await installAuthorisation(folder, {
      id: 'standing-1',
      tenant,
      seal: 'contract',
      documents: ['loan-contract'],
      from: start,
      until: addSeconds(start, 3600),
      grantedBy: '风险管理部',
    });
    await serve();
  });
  afterEach(async () => {
    await listening?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function issueSeal(): Promise<Uint8Array> {
    const csr = await createSealRequest(folder, { seal: 'contract', commonName: '合同专用章' });
    const draft = {
      serial: Uint8Array.of(7),
      issuer: buildName([['commonName', 'TEST CA – NOT LICENSED']]),
      subject: buildName([['commonName', '合同专用章']]),
      notBefore: start,
      notAfter: addSeconds(start, 7200),
      publicKey: parseCsr(csr).publicKey,
      extensions: [],
    };
    const issued = await buildCertificate(draft, softSigner(generateSoftKey('p256')));
    await installSeal(folder, 'contract', issued.der);
    return issued.der;
  }

  async function serve(): Promise<void> {
    await listening?.close();
    const seals = new SoftSeals(folder);
    const wrapKeys = await SoftWrapKeys.open(join(folder, 'vault'), systemRandom);
    const sealKeys = new SealKeys({
      seals,
      authorisations: seals,
      journal: new FolderObjects(join(folder, 'journal')),
      engine: nodeEngine,
      clock: { now: () => now, source: 'TEST' },
    });
    const socket = join(folder, 's');
    listening = await listen(socket, keystoreHandler({ wrapKeys, sealKeys, seals }));
    client = new KeystoreClient(socket);
  }

  async function ticketOf(change: Record<string, Json> = {}): Promise<Record<string, Json>> {
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

  test('a wrapped key opens for its owner only, also after a restart', async () => {
    const key = systemRandom.bytes(32);
    const wrapped = await client.wrap(owner, key);
    await serve();
    expect(await client.unwrap(owner, wrapped)).toEqual(key);
    const refused = { code: 'vault.cipher_refused' };
    await expect(client.unwrap({ tenant, subject: 's2' }, wrapped)).rejects.toMatchObject(refused);
    const other = { tenant: 'other' as TenantId, subject: 's1' };
    await expect(client.unwrap(other, wrapped)).rejects.toMatchObject(refused);
    const lost = { ...wrapped, epoch: 'e999999' };
    await expect(client.unwrap(owner, lost)).rejects.toMatchObject({ code: 'vault.erased' });
  });

  test('a blind index is the same for the same value of one bank and field', async () => {
    const value = utf8('00000000001');
    const first = await client.blind({ tenant, field: 'phone' }, value);
    await serve();
    expect(await client.blind({ tenant, field: 'phone' }, value)).toEqual(first);
    expect(await client.blind({ tenant, field: 'card' }, value)).not.toEqual(first);
    const other = { tenant: 'other' as TenantId, field: 'phone' };
    expect(await client.blind(other, value)).not.toEqual(first);
    expect(first).toHaveLength(32);
  });

  test('every file with a key is readable by its owner only', async () => {
    for (const place of ['vault', 'seals']) {
      for (const name of await readdir(join(folder, place))) {
        expect((await stat(join(folder, place, name))).mode & 0o077).toBe(0);
      }
    }
  });

  test('the seal signs a ticket once, and answers the same ticket the same for ever', async () => {
    const ticket = await ticketOf();
    const first = await client.signTicket(ticket, order);
    now = addSeconds(start, 3000); // long after the lease
    await serve();
    expect(await client.signTicket(ticket, order)).toEqual(first);
    const held = await new SoftSeals(folder).open('contract');
    const holds = await nodeEngine.verify({
      algorithm: 'ecdsa-sha256',
      publicKey: held?.signer.publicKey ?? new Uint8Array(),
      signature: first.signature,
      message: parseTicketToSeal(ticket).signedAttrs,
    });
    expect(holds).toBe(true);
    expect(await client.certificateOf('contract')).toEqual(certificate);
  });

  test('what is meant stands in the journal before the key is used', async () => {
    await client.signTicket(await ticketOf(), order);
    const journal = new FolderObjects(join(folder, 'journal'));
    expect(await journal.list()).toEqual(['intended/t-1', 'signed/t-1', 'times/t-1']);
    const intended = await journal.get('intended/t-1');
    expect(intended && fromUtf8(intended)).toContain('"kind":"loan-contract"');
  });

  test('two callers at once get one signature', async () => {
    const ticket = await ticketOf();
    const all = await Promise.all([1, 2, 3, 4].map(() => client.signTicket(ticket, order)));
    for (const one of all) expect(one).toEqual(all[0]);
  });

  test('another ticket under a spent name is refused, signed or only intended', async () => {
    await client.signTicket(await ticketOf(), order);
    const spent = { code: 'keys.ticket_spent' };
    const other = await ticketOf({ document: 'd-2' });
    await expect(client.signTicket(other, order)).rejects.toMatchObject(spent);
    await new FolderObjects(join(folder, 'journal')).putOnce('intended/t-2', utf8('{}'));
    const second = await ticketOf({ id: 't-2' });
    await expect(client.signTicket(second, order)).rejects.toMatchObject(spent);
  });

  test.each<[string, Record<string, Json>, Partial<typeof order>]>([
    ['keys.document_not_authorised', {}, { kind: 'guarantee' }],
    ['keys.authorisation_unknown', {}, { authorisation: 'standing-2' }],
    ['keys.authorisation_unknown', {}, { tenant: 'other' as TenantId }],
    ['keys.seal_unknown', {}, { seal: 'finance' }],
    ['keys.certificate_differs', { certificate: toBase64(utf8('another')) }, {}],
    ['keys.ticket_stale', { leaseUntil: '2026-11-21T10:00:00.000+08:00' }, {}],
    ['keys.ticket_malformed', { id: '../../seals/contract' }, {}],
    ['keys.ticket_malformed', { v: 2 }, {}],
    ['keys.ticket_malformed', { leaseUntil: 'tomorrow' }, {}],
    ['cms.attributes_differ', { signedAttrs: toBase64(Uint8Array.of(0x31, 0)) }, {}],
  ])('%s is refused before anything is written', async (code, change, otherOrder) => {
    const ticket = await ticketOf(change);
    await expect(client.signTicket(ticket, { ...order, ...otherOrder })).rejects.toMatchObject({
      code,
    });
    expect(await new FolderObjects(join(folder, 'journal')).list()).toEqual([]);
  });

  test('attributes that bind another certificate are refused', async () => {
    const messageDigest = await nodeEngine.digest('sha256', utf8('revision'));
    const foreign = signedAttributes({ messageDigest, certificateSha256: messageDigest });
    const ticket = await ticketOf({ signedAttrs: toBase64(foreign) });
    await expect(client.signTicket(ticket, order)).rejects.toMatchObject({
      code: 'keys.signs_other_certificate',
    });
  });

  test('the authorisation ends, and so does the certificate', async () => {
    const lease = () => ({ leaseUntil: formatInstant(addSeconds(now, 60)) });
    now = addSeconds(start, 3600);
    const ended = client.signTicket(await ticketOf(lease()), order);
    await expect(ended).rejects.toMatchObject({ code: 'keys.not_authorised_now' });
    now = addSeconds(start, 7300);
    const late = client.signTicket(await ticketOf(lease()), order);
    await expect(late).rejects.toMatchObject({ code: 'keys.certificate_expired' });
    now = start;
    const kept = { leaseUntil: formatInstant(addSeconds(now, 3600)) };
    await expect(client.signTicket(await ticketOf(kept), order)).rejects.toMatchObject({
      code: 'keys.lease_too_long',
    });
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
    const foreign = await buildCertificate(draft, key);
    await expect(installSeal(folder, 'contract', foreign.der)).rejects.toMatchObject({
      code: 'keys.certificate_differs',
    });
    const mine = (await new SoftSeals(folder).open('contract'))?.signer.publicKey ?? key.publicKey;
    const second = await buildCertificate({ ...draft, publicKey: mine }, key);
    await expect(installSeal(folder, 'contract', second.der)).rejects.toMatchObject({
      code: 'objects.exists_differently',
    });
    await installSeal(folder, 'contract', certificate);
  });

  test('an unknown route and a malformed question are refused with a code', async () => {
    const handler = keystoreHandler({
      wrapKeys: await SoftWrapKeys.open(join(folder, 'vault'), systemRandom),
      sealKeys: Reflect.construct(SealKeys, [{}]),
      seals: new SoftSeals(folder),
    });
    const ask = (path: string, body: string) => handler({ method: 'POST', path, body: utf8(body) });
    await expect(ask('/vault/retire', '{}')).rejects.toMatchObject({
      code: 'keystore.route_unknown',
    });
    for (const body of ['[]', '{', '{"tenant":7}', '{"tenant":"t","subject":"s","key":7}']) {
      await expect(ask('/vault/wrap', body)).rejects.toMatchObject({
        code: 'keystore.request_malformed',
      });
    }
  });
});
