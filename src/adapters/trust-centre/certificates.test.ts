import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { toBase64, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { attest, enrolmentMessage, isAttestedBy } from '#formats/entry';
import { checkCrl, checkIssued, namePart, parseCsr, purposeOid } from '#formats/x509';
import type { NamedPerson } from '#trust/ca';
import { Centre, request, sessionKey } from './trust-centre.fixture.ts';

let centre: Centre;
beforeAll(async () => {
  centre = await Centre.open();
});
afterAll(() => centre.close());

describe('an event certificate', () => {
  test('names the person and the intent, lives ten minutes, and comes with a receipt', async () => {
    const signer = sessionKey();
    const { certificate, receipt } = await centre.issue({
      attestation: await centre.confirmed('intent-a'),
      csr: await request(signer),
      ...(await centre.named('王芳')),
    });
    expect(certificate.subjectCommonName).toBe('王芳');
    expect(namePart(certificate.subject, 'serialNumber')).toBe('intent-a');
    expect(certificate.publicKey).toEqual(signer.publicKey);
    expect(certificate.notAfter - certificate.notBefore).toBe(600_000);
    expect(certificate.notBefore).toBeLessThanOrEqual(centre.now);
    expect(certificate.extensions).toMatchObject({
      noRevAvail: true,
      keyUsage: ['digitalSignature', 'contentCommitment'],
      extendedKeyUsage: [purposeOid.documentSigning, purposeOid.emailProtection],
    });
    const root = await centre.client.root();
    expect(root.subject.text).toContain('TEST CA – NOT LICENSED');
    const check = { certificate, issuer: root, at: centre.now };
    expect(await checkIssued(check, nodeEngine)).toEqual({ is: 'valid' });

    const key = { algorithm: 'ecdsa-sha256', publicKey: root.publicKey } as const;
    expect(await isAttestedBy(receipt, key, nodeEngine)).toBe(true);
    expect(receipt).toMatchObject({
      by: 'ca',
      statement: {
        kind: 'enrolment',
        intent: 'intent-a',
        key: toBase64(await nodeEngine.digest('sha256', signer.publicKey)),
        certificate: toBase64(await nodeEngine.digest('sha256', certificate.der)),
      },
    });
  });

  test('is issued once for one intent, over a restart and for ever', async () => {
    const attestation = await centre.confirmed('intent-b');
    const her = await centre.named('王芳');
    const asked = { attestation, csr: await request(sessionKey()), ...her };
    const first = await centre.issue(asked);
    await centre.start();
    centre.pass(60 * 60_000);
    const again = await centre.issue(asked);
    expect(again.certificate.der).toEqual(first.certificate.der);
    expect(again.receipt).toEqual(first.receipt);
    for (const other of [
      { ...asked, csr: await request(sessionKey()) },
      { ...asked, ...(await centre.named('李雷')) },
      { ...asked, ...(await centre.named('王芳')) },
      { ...asked, attestation: await centre.confirmed('intent-b') },
    ]) {
      await expect(centre.issue(other)).rejects.toMatchObject({
        code: 'ca.attestation_spent',
      });
    }
  });

  test('of twenty-one requests of one phone at once, one gets a certificate', async () => {
    const attestation = await centre.confirmed('intent-race');
    const her = await centre.named('王芳');
    const csrs = await Promise.all(Array.from({ length: 21 }, () => request(sessionKey())));
    const outcomes = await Promise.allSettled(
      csrs.map((csr) => centre.issue({ attestation, csr, ...her })),
    );
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });

  test('goes to the phone that asked for the code, though a thief brings its word first', async () => {
    const attestation = await centre.confirmed('intent-stolen');
    const her = await centre.named('王芳');
    const thief = sessionKey();
    const his = { attestation, csr: await request(sessionKey()), ...her };
    const asked = { ...his, csr: await request(sessionKey()) };
    const differs = { code: 'ca.enrolment_differs' };
    await expect(centre.issue(his, thief)).rejects.toMatchObject(differs);
    // Her key is no secret; her proof is over her own request only.
    const enrolmentKey = centre.phone.publicKey;
    for (const signer of [thief, centre.phone]) {
      const proof = await signer.sign(enrolmentMessage(signer === thief ? his.csr : asked.csr));
      const wish = centre.client.issueEventCertificate({ ...his, enrolmentKey, proof });
      await expect(wish).rejects.toMatchObject(differs);
    }
    const { enrolment: _, ...older } = attestation.statement;
    const unnamed = await attest(older, 'sms', centre.gateway);
    await expect(centre.issue({ ...asked, attestation: unnamed })).rejects.toMatchObject(differs);
    expect(parseCsr(asked.csr).publicKey).toEqual(
      (await centre.issue(asked)).certificate.publicKey,
    );
  });

  test('the same request twice at once gets one certificate', async () => {
    const attestation = await centre.confirmed('intent-twin');
    const her = await centre.named('王芳');
    const asked = { attestation, csr: await request(sessionKey()), ...her };
    const [one, two] = await Promise.all([centre.issue(asked), centre.issue(asked)]);
    expect(one.certificate.der).toEqual(two.certificate.der);
  });

  test('rests on the word of the gateway and on nobody else’s', async () => {
    const csr = await request(sessionKey());
    const her = await centre.named('王芳');
    const stranger = softSigner(generateSoftKey('ed25519'));
    const own = await centre.confirmed('intent-c');
    const changed = { ...own, statement: { ...own.statement, intent: 'intent-d' } };
    const renamed = { ...own, by: 'identity' };
    for (const attestation of [await centre.confirmed('intent-c', stranger), changed, renamed]) {
      await expect(centre.issue({ attestation, csr, ...her })).rejects.toMatchObject({
        code: 'ca.attestation_unknown',
      });
    }
    centre.pass(10 * 60_000 + 1);
    await expect(centre.issue({ attestation: own, csr, ...her })).rejects.toMatchObject({
      code: 'ca.attestation_stale',
    });
  });

  test('bears the name that the identity gateway matched with the telephone, and no other', async () => {
    const attestation = await centre.confirmed('intent-name');
    const csr = await request(sessionKey());
    const her = await centre.named('王芳');
    const stranger = softSigner(generateSoftKey('ed25519'));
    const wrong: [string, Partial<NamedPerson>][] = [
      ['ca.identity_missing', { identity: undefined }],
      ['ca.identity_missing', await centre.named('王芳', { signer: stranger })],
      ['ca.identity_missing', await centre.named('王芳', { by: 'bureau' })],
      ['ca.identity_mismatch', await centre.named('王芳', { result: 'mismatch' })],
      ['ca.identity_mismatch', await centre.named('王芳', { kind: 'identity.two_element' })],
      ['ca.identity_mismatch', await centre.named('王芳', { phone: 'another-telephone' })],
      ['ca.name_differs', { name: '李雷' }],
      ['ca.name_differs', { nameSalt: (await centre.named('王芳')).nameSalt }],
      ['ca.name_differs', { nameSalt: 'short' }],
      ['ca.name_differs', { nameSalt: '!' }],
    ];
    for (const [code, told] of wrong) {
      const asked = { attestation, csr, ...her, ...told };
      await expect(centre.issue(asked)).rejects.toMatchObject({ code });
    }
    await centre.issue({ attestation, csr, ...her });
  });

  test('serves one key: a key that signed for one intent gets no certificate for another', async () => {
    const csr = await request(sessionKey());
    const attestation = await centre.confirmed('intent-e');
    const her = await centre.named('王芳');
    await centre.issue({ attestation, csr, ...her });
    await expect(
      centre.issue({
        attestation: await centre.confirmed('intent-f'),
        csr,
        ...her,
      }),
    ).rejects.toMatchObject({ code: 'ca.key_spent' });
  });

  test('needs the proof that its key is held, and a P-256 key', async () => {
    const attestation = await centre.confirmed('intent-g');
    const her = await centre.named('王芳');
    const broken = await request(sessionKey());
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    const otherKind = await request(softSigner(generateSoftKey('ed25519')));
    for (const csr of [broken, otherKind, utf8('nothing')]) {
      await expect(centre.issue({ attestation, csr, ...her })).rejects.toMatchObject({
        code: 'ca.request_wrong',
      });
    }
  });

  test('is not issued on a simulator’s word where simulators are not allowed', async () => {
    centre.simulatorsAllowed = false;
    await centre.start();
    try {
      const asked = {
        attestation: await centre.confirmed('intent-h'),
        csr: await request(sessionKey()),
        ...(await centre.named('王芳')),
      };
      await expect(centre.issue(asked)).rejects.toMatchObject({
        code: 'ca.simulator_refused',
      });
    } finally {
      centre.simulatorsAllowed = true;
      await centre.start();
    }
  });
});

describe('a seal certificate and the list of the revoked', () => {
  test('a seal is certified for five years while the house is set up, and not after', async () => {
    const asked = {
      csr: await request(sessionKey()),
      organisation: '示范农村信用合作联社',
      name: '合同专用章',
      code: '91330000TEST00001X',
    };
    const certificate = await centre.client.issueSealCertificate(asked);
    expect(certificate.subject.text).toBe(
      'C=CN, O=示范农村信用合作联社, organizationIdentifier=91330000TEST00001X, CN=合同专用章',
    );
    expect(certificate.notAfter - certificate.notBefore).toBe(5 * 365 * 86_400_000);
    expect(certificate.extensions.noRevAvail).toBe(false);
    expect((await centre.client.issueSealCertificate(asked)).der).toEqual(certificate.der);
    centre.sealsOpen = false;
    await centre.start();
    await expect(centre.client.issueSealCertificate(asked)).rejects.toMatchObject({
      code: 'trust_centre.seals_closed',
    });
  });

  test('the list is signed by the authority and empty at first', async () => {
    const crl = await centre.client.crl();
    expect(crl.revoked).toEqual([]);
    expect(await checkCrl(crl, await centre.client.root(), nodeEngine)).toEqual({ is: 'valid' });
    expect(crl.thisUpdate).toBe(instantFromMs(Math.floor(centre.now / 1000) * 1000));
  });
});
