import { expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { addMs, instantFromMs } from '#base/clock';
import { seededRandom } from '#base/random';
import { buildCsr, buildName } from '#formats/x509';
import { CertificateAuthority, makeRoot, type Register } from './index.ts';

function registerInMemory(): Register {
  const held = new Map<string, Uint8Array>();
  return {
    get: async (name) => held.get(name),
    putOnce: async (name, bytes) => {
      held.set(name, held.get(name) ?? bytes);
    },
    list: async (folder) => [...held.keys()].filter((name) => name.startsWith(`${folder}/`)),
  };
}

test('a withdrawn seal stands in the list with its first date, and numbers grow', async () => {
  let now = instantFromMs(1_795_000_000_000);
  const clock = { now: () => now, source: 'LOCAL_CLOCK' };
  const signer = softSigner(generateSoftKey('p256'));
  const parts = { signer, engine: nodeEngine, random: seededRandom(7) };
  const authority = new CertificateAuthority({
    ...parts,
    root: await makeRoot({ ...parts, now }),
    register: registerInMemory(),
    gatewayKey: softSigner(generateSoftKey('ed25519')).publicKey,
    identityKey: softSigner(generateSoftKey('ed25519')).publicKey,
    simulatorsAllowed: true,
    clock,
  });
  const seal = softSigner(generateSoftKey('p256'));
  const certificate = await authority.issueSealCertificate({
    csr: await buildCsr(buildName([['commonName', 'seal']]), seal),
    organisation: '示范农村信用合作联社',
    name: '合同专用章',
    code: '91330000TEST00001X',
  });
  const before = await authority.crl();
  await authority.revoke(certificate.serial);
  now = addMs(now, 60_000);
  await authority.revoke(certificate.serial);
  const after = await authority.crl();
  const at = instantFromMs(1_795_000_000_000);
  expect(after.revoked).toEqual([{ serial: certificate.serial, at }]);
  expect(after.number).toBeGreaterThan(before.number ?? 0n);
  await expect(authority.revoke('../keys')).rejects.toMatchObject({ code: 'ca.serial_unknown' });
});
