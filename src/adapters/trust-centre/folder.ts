/**
 * The folder of the trust centre: its two keys, its two certificates, its register, and beside the
 * register the keys of its personal records, which are destroyed one by one.
 *
 * `ca-key.pem` and `tsa-key.pem` (PKCS#8, 0600) are made if they are not there. The certificates
 * are made once, when the keys are first used, and stand in the write-once register ever after.
 */
import { join } from 'node:path';
import { createKeyFile, softSigner } from '#adapters/engine';
import { FolderObjects } from '#adapters/objects';
import type { Clock } from '#base/clock';
import { faultCode } from '#base/fault';
import type { Random } from '#base/random';
import type { Engine, Signer } from '#formats/crypto';
import { type Certificate, parseCertificate } from '#formats/x509';
import { CertificateAuthority, makeRoot, type Register } from '#trust/ca';
import { ClockGuard, TimestampAuthority, testStampPolicy } from '#trust/timestamp';
import { SealedRegister } from './sealed-register.ts';

export interface TrustCentreFolderParts {
  readonly folder: string;
  /** The SMS gateway's Ed25519 key, DER SubjectPublicKeyInfo. */
  readonly gatewayKey: Uint8Array;
  /** The identity gateway's Ed25519 key, DER SubjectPublicKeyInfo. */
  readonly identityKey: Uint8Array;
  readonly simulatorsAllowed: boolean;
  readonly engine: Engine;
  readonly clock: Clock;
  /** A stopwatch nobody can set, such as performance.now. */
  readonly elapsedMs: () => number;
  readonly random: Random;
}

export interface TrustCentre {
  readonly authority: CertificateAuthority;
  readonly stamper: TimestampAuthority;
  /** Destroys the register's personal records whose term is over; answers how many. */
  destroyExpired(): Promise<number>;
}

const rootName = 'certificates/ca.der';
const stampName = 'certificates/tsa.der';

export async function openTrustCentre(parts: TrustCentreFolderParts): Promise<TrustCentre> {
  const { folder, engine, clock, random } = parts;
  const register = new SealedRegister({
    objects: new FolderObjects(join(folder, 'register')),
    keys: join(folder, 'register-keys'),
    random,
    clock,
  });
  const signer = softSigner(await createKeyFile(join(folder, 'ca-key.pem'), 'p256'));
  const stampSigner = softSigner(await createKeyFile(join(folder, 'tsa-key.pem'), 'p256'));
  const root = await onceMade(register, rootName, () =>
    makeRoot({ signer, engine, random, now: clock.now() }),
  );
  const authority = new CertificateAuthority({ ...parts, root, signer, register });
  const certificate = await onceMade(register, stampName, () =>
    authority.issueStampCertificate(stampSigner),
  );
  const stamper = stamperOf(parts, { register, certificate, signer: stampSigner });
  return { authority, stamper, destroyExpired: () => register.destroyExpired() };
}

function stamperOf(
  parts: TrustCentreFolderParts,
  own: { register: Register; certificate: Certificate; signer: Signer },
): TimestampAuthority {
  const { clock, elapsedMs, engine, random } = parts;
  const guard = new ClockGuard({ clock, elapsedMs, hours: own.register });
  const { certificate, signer } = own;
  const policy = testStampPolicy;
  return new TimestampAuthority({ certificate, signer, policy, guard, engine, random });
}

async function onceMade(
  register: Register,
  name: string,
  make: () => Promise<Certificate>,
): Promise<Certificate> {
  const held = await register.get(name);
  if (held !== undefined) return parseCertificate(held);
  const made = await make();
  try {
    await register.putOnce(name, made.der);
    return made;
  } catch (cause) {
    // Another process opened the same folder first; its certificate is the one that counts.
    const first = faultCode(cause) === undefined ? undefined : await register.get(name);
    if (first === undefined) throw cause;
    return parseCertificate(first);
  }
}
