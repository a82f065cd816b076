/**
 * The folder of the trust centre: its keys, its certificates, its register, and beside the register
 * the keys of its personal records, which are destroyed one by one.
 *
 * `ca-key.pem` and `tsa-key.pem` (PKCS#8, 0600) are made if they are not there, and the successors
 * of the second when they are due. The certificates are made once, when the keys are first used,
 * and stand in the write-once register ever after.
 */
import { join } from 'node:path';
import { createKeyFile, softSigner } from '#adapters/engine';
import { FolderObjects } from '#adapters/objects';
import type { Clock } from '#base/clock';
import { faultCode } from '#base/fault';
import type { Random } from '#base/random';
import type { Engine } from '#formats/crypto';
import { type Certificate, parseCertificate } from '#formats/x509';
import { CertificateAuthority, makeRoot } from '#trust/ca';
import { ClockGuard, TimestampAuthority, testStampPolicy } from '#trust/timestamp';
import { SealedRegister } from './sealed-register.ts';
import { StampKeyFiles } from './stamp-key-files.ts';

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
  /** Why the clock is not to be believed now, if anybody outside has found that. */
  readonly distrusted?: () => string | undefined;
}

export interface TrustCentre {
  readonly authority: CertificateAuthority;
  readonly stamper: TimestampAuthority;
  /** Makes the stamping key's successor where it is due; answers whether one was made. */
  renewStampKey(): Promise<boolean>;
  /** Destroys the register's personal records whose term is over; answers how many. */
  destroyExpired(): Promise<number>;
}

const rootName = 'certificates/ca.der';

export async function openTrustCentre(parts: TrustCentreFolderParts): Promise<TrustCentre> {
  const { folder, engine, clock, random } = parts;
  const register = new SealedRegister({
    objects: new FolderObjects(join(folder, 'register')),
    keys: join(folder, 'register-keys'),
    random,
    clock,
  });
  const signer = softSigner(await createKeyFile(join(folder, 'ca-key.pem'), 'p256'));
  const root = await onceMade(register, rootName, () =>
    makeRoot({ signer, engine, random, now: clock.now() }),
  );
  const authority = new CertificateAuthority({ ...parts, root, signer, register });
  const { elapsedMs, distrusted } = parts;
  const guard = new ClockGuard({
    clock,
    elapsedMs,
    hours: register,
    ...(distrusted === undefined ? {} : { distrusted }),
  });
  const keys = await StampKeyFiles.open({
    folder,
    register,
    authority,
    guard,
    issued: (name, make) => onceMade(register, name, make),
  });
  const policy = testStampPolicy;
  const stamper = new TimestampAuthority({ keys: () => keys.all, policy, guard, engine, random });
  return {
    authority,
    stamper,
    renewStampKey: () => keys.renew(),
    destroyExpired: () => register.destroyExpired(),
  };
}

async function onceMade(
  register: SealedRegister,
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
