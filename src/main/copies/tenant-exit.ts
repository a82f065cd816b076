/**
 * A tenant's exit (S2-85): everything it takes along is written, its end is recorded, its keys are
 * destroyed. Rows stay as tombstones: they are ciphertext without keys, and the log over them is
 * public and append-only; without them `fsck` could not say that nothing was left out.
 *
 *   packages/<case>.zip  register/…  billing/<month>.{json,csv}  trust/…  manifest.json
 *
 * Each step may be repeated: what was written is written again, an end is recorded once.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { loanIds } from '#adapters/postgres';
import { toHex, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { chinaDate } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { TenantState } from '#business/tenancy';
import { type FiledCase, registerCaseId } from '#trust/evidence';
import { writeBytes } from '../estate/secrets.ts';
import { trustFiles } from '../estate/trust-folder.ts';
import { openArchive } from '../rooms/archive.ts';
import type { Ground } from '../rooms/ground.ts';
import { openLendingRooms } from '../rooms/lending.ts';
import { openLogRooms } from '../rooms/log.ts';

const registerMsMax = 60_000;
const registerPauseMs = 200;

/** What was handed over; cases of erased persons have no package any more. */
export interface TenantExit {
  readonly tenant: TenantId;
  readonly packages: number;
  readonly erased: readonly string[];
  readonly manifestSha256: string;
}

/** Everything but the destruction of keys. Answers undefined when only that is left to do. */
export async function exportTenant(
  ground: Ground,
  order: { readonly tenant: TenantId; readonly folder: string },
): Promise<TenantExit | undefined> {
  const { units, tenants, engine } = ground;
  const { tenant } = order;
  if ((await stateOf(ground, tenant)) === 'closed') return undefined;
  // Step 1: nobody comes in any more; what runs goes on to its end.
  await units.run(tenant, (unit) => tenants.leave(unit));
  // Step 2: every case in its last state, what it cost, and the keys to judge it by.
  const bag = new Bag(order.folder, async (bytes) => toHex(await engine.digest('sha256', bytes)));
  const erased = await exportCases(ground, tenant, bag);
  await exportBills(ground, tenant, bag);
  for (const [name, bytes] of await trustFiles(ground.settings.trust)) {
    await bag.put(`trust/${name}`, bytes);
  }
  const manifest = bag.manifest({ tenant, erased });
  await writeFileIn(order.folder, 'manifest.json', manifest);
  // Step 3: the end stands in the register, with the digest of what was handed over. A crash before
  // this line is a tenant that is leaving; after it, one whose keys are still to be destroyed.
  await units.run(tenant, (unit) => tenants.close(unit, manifest));
  // Step 4: the register with its own end, which proves itself by the log.
  await exportRegister(ground, order);
  const packages = bag.count('packages/');
  const manifestSha256 = toHex(await engine.digest('sha256', manifest));
  return { tenant, packages, erased, manifestSha256 };
}

async function stateOf({ units, tenants }: Ground, tenant: TenantId): Promise<TenantState> {
  return (await units.run(tenant, (unit) => tenants.view(unit))).state;
}

async function exportCases(ground: Ground, tenant: TenantId, bag: Bag): Promise<readonly string[]> {
  const log = await openLogRooms(ground);
  const archive = await openArchive(ground, await openLendingRooms(ground), log);
  // Who is restricted is kept because a law says so, and the keeper from now on is the tenant.
  const lawful = 'legal';
  const erased: string[] = [];
  for (const caseId of await ground.units.run(tenant, loanIds)) {
    try {
      const built = await archive.build({ tenant, caseId, lawful });
      await bag.put(
        `packages/${caseId}.zip`,
        await archive.read({ tenant, package: built.package, lawful }),
      );
    } catch (cause) {
      // What cannot be taken along must not be lost: only who was erased has nothing to take.
      const code = faultCode(cause);
      if (code !== 'vault.erased') {
        const details = { case: caseId, code: code ?? 'unknown' };
        throw new Fault('tenancy.export_unfinished', details, { cause });
      }
      erased.push(caseId);
    }
  }
  return erased;
}

async function exportBills(ground: Ground, tenant: TenantId, bag: Bag): Promise<void> {
  const { units, metering, usage } = ground;
  const current = chinaDate(ground.clock.now()).slice(0, 7);
  const used = await units.run(tenant, (unit) => usage.months(unit));
  for (const month of new Set([...used, current])) {
    const bill = await metering.bill(tenant, month);
    await bag.put(`billing/${month}.json`, canonicalBytes(bill.json));
    await bag.put(`billing/${month}.csv`, utf8(bill.csv));
  }
}

/** The same files as a case has in a package; whoever has the trust folder can check them. */
async function exportRegister(
  ground: Ground,
  { tenant, folder }: { readonly tenant: TenantId; readonly folder: string },
): Promise<void> {
  const { entries, checkpoint } = await provedRegister(ground, tenant);
  await writeFileIn(folder, 'register/checkpoint.txt', utf8(checkpoint));
  for (const { seq, bytes, disclosures, proof } of entries) {
    const number = String(seq).padStart(6, '0');
    await writeFileIn(folder, `register/entries/${number}.json`, bytes);
    await writeFileIn(folder, `register/proofs/${number}.txt`, utf8(proof));
    if (disclosures !== undefined) {
      const opened = canonicalBytes([...disclosures]);
      await writeFileIn(folder, `register/disclosures/${number}.json`, opened);
    }
  }
}

async function provedRegister(ground: Ground, tenant: TenantId): Promise<FiledCase> {
  const caseId = await registerCaseId(tenant, ground.engine);
  const until = ground.clock.now() + registerMsMax;
  for (;;) {
    try {
      return await ground.units.run(tenant, (unit) => ground.cases.read(unit, caseId, 'L2'));
    } catch (thrown) {
      const waits = faultCode(thrown) === 'evidence.level_not_reached';
      if (!waits || ground.clock.now() > until) throw thrown;
      await sleep(registerPauseMs);
    }
  }
}

/** The files that are handed over, each with its digest. */
class Bag {
  readonly #folder: string;
  readonly #digest: (bytes: Uint8Array) => Promise<string>;
  readonly #files: { name: string; bytes: number; sha256: string }[] = [];

  constructor(folder: string, digest: (bytes: Uint8Array) => Promise<string>) {
    this.#folder = folder;
    this.#digest = digest;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await writeFileIn(this.#folder, name, bytes);
    this.#files.push({ name, bytes: bytes.length, sha256: await this.#digest(bytes) });
  }

  count(prefix: string): number {
    return this.#files.filter(({ name }) => name.startsWith(prefix)).length;
  }

  manifest(more: { tenant: string; erased: readonly string[] }): Uint8Array {
    const files: Json = this.#files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return canonicalBytes({ v: 1, tenant: more.tenant, erased: more.erased, files });
  }
}

async function writeFileIn(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeBytes(path, bytes);
}
