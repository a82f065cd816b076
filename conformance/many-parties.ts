/**
 * What the foreign judges of the signing engine are handed: one contract that twelve people signed
 * with six kinds of keys, each stamped, raised to B-LTA and renewed once; and one that knows
 * nothing but SM2 and SM3. Made anew at each run, by the code that is judged.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { addSeconds, type Instant, systemClock } from '#base/clock';
import { buildToken } from '#formats/tsp';
import { writePem } from '#formats/x509';
import { signDocument } from '#trust/signing';
import { type Holder, keyMakers, onePage, SigningTable } from '../test/signing/signing-table.ts';

const daySeconds = 86_400;
const partiesPerKind = 2;
/** Signed so long ago, renewed so much later: a judge looks at it with today's clock. */
const signedDaysAgo = 40;
const renewedAfterDays = 30;

export const manyParties = 'twelve.pdf';
export const smParties = 'sm2.pdf';
export const partiesMin = 12;

/** Writes the contracts, `root.pem`, and the lists that the authorities publish today. */
export async function makeContracts(folder: string): Promise<void> {
  const table = await SigningTable.open();
  table.now = daysBefore(systemClock.now(), signedDaysAgo);
  await table.renewClock();
  const people = await Promise.all(
    Object.keys(keyMakers).flatMap((algorithm) =>
      Array.from({ length: partiesPerKind }, () => named(table, algorithm)),
    ),
  );
  const put = (name: string, bytes: Uint8Array | string): void =>
    writeFileSync(join(folder, name), bytes);
  put(manyParties, await signedAndRenewed(table, people));
  put(smParties, await signedInSm(table));
  const today = await table.material();
  for (const [at, crl] of today.crls.entries()) put(`list-${at}.crl`, crl);
  put('root.pem', writePem('CERTIFICATE', table.root.certificate.der));
  put('issuing.pem', writePem('CERTIFICATE', table.issuing.certificate.der));
}

async function named(table: SigningTable, algorithm: string): Promise<readonly [string, Holder]> {
  return [algorithm, await table.person(algorithm)];
}

async function signedAndRenewed(
  table: SigningTable,
  people: readonly (readonly [string, Holder])[],
): Promise<Uint8Array> {
  let bytes = onePage('table');
  for (const [at, [algorithm, holder]] of people.entries()) {
    bytes = await table.sign(bytes, holder, `${algorithm}-${at + 1}`);
    table.pass(1);
  }
  bytes = await table.raise(bytes);
  table.pass(renewedAfterDays * daySeconds);
  await table.renewClock();
  bytes = await table.raise(bytes);
  table.now = systemClock.now();
  return bytes;
}

/** Signer, stamper, both digests: only the national algorithms (GB/T 32918, 32905). */
async function signedInSm(table: SigningTable): Promise<Uint8Array> {
  const signer = await table.person('sm2-sm3');
  const clock = await table.clockWith('sm2-sm3');
  const stamps = {
    async stamp(bytes: Uint8Array) {
      const imprint = { hash: 'sm3', digest: await nodeEngine.digest('sm3', bytes) } as const;
      const said = { policy: '2.999.1.1', imprint, serial: '51', time: table.now };
      const info = { ...said, accuracyMs: 1_000, ordering: false, nonce: 51n };
      return { der: await buildToken(info, { ...clock, engine: nodeEngine }), time: table.now };
    },
  };
  return signDocument(
    {
      document: onePage('stream'),
      place: { is: 'new', field: 'sm2', page: 1, rect: [0, 0, 0, 0] },
      signer: signer.signer,
      certificate: signer.certificate.der,
      chain: [table.issuing.certificate.der],
    },
    { engine: nodeEngine, clock: table.clock, stamps },
  );
}

function daysBefore(at: Instant, days: number): Instant {
  return addSeconds(at, -days * daySeconds);
}
