/**
 * A house whose worker is the test itself: it writes persons and entries, backs up, turns epochs.
 *
 * Everything but `serve` and `work` runs as in any house; what the test states it states with the
 * worker's own key, socket and database role.
 */
import { spawn } from 'node:child_process';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { fromUtf8, utf8 } from '#base/bytes';
import type { TenantId } from '#base/unit';
import { parseCheckpoint } from '#formats/tlog';
import type { EntryType } from '#trust/evidence';
import { childEnvironment, readProcessSettings } from '../../src/config.ts';
import { type BackupParts, keptFolders } from '../../src/main/copies/back-up.ts';
import { backupPartsOf } from '../../src/main/copies/backup-run.ts';
import { handedOrderSecret, openEpochChange } from '../../src/main/copies/epochs.ts';
import { type Estate, processFolder } from '../../src/main/estate/estate.ts';
import { logFolder } from '../../src/main/estate/trust-folder.ts';
import { openOrderedTenants } from '../../src/main/provision/tenant-opening.ts';
import { type Ground, openGround } from '../../src/main/rooms/ground.ts';
import { World } from '../world.ts';

const settledMsMax = 30_000;
const pollMs = 50;

export class HouseHand {
  readonly world: World;
  readonly ground: Ground;
  #stopping: Promise<void> | undefined;

  private constructor(parts: { world: World; ground: Ground }) {
    this.world = parts.world;
    this.ground = parts.ground;
  }

  /** Without names of processes to do without, the house has no API and no other worker. */
  static async open(folder?: string, without = ['serve', 'work']): Promise<HouseHand> {
    const world = await World.open({
      seed: 3,
      without,
      ...(folder === undefined ? {} : { folder }),
    });
    const { estate } = world.house;
    const ground = await openGround(readProcessSettings(processFolder(estate, 'work')));
    await openOrderedTenants(ground);
    return new HouseHand({ world, ground });
  }

  get estate(): Estate {
    return this.world.house.estate;
  }

  get root(): string {
    return this.estate.root;
  }

  backupParts(): Promise<BackupParts> {
    return backupPartsOf(this.ground.settings);
  }

  /** A person with a name, a case of hers and its first entry. */
  async person(tenant: TenantId, subject: string, values: Record<string, string>): Promise<void> {
    const { units, vault, objects } = this.ground;
    await units.run(tenant, async (unit) => {
      const bytes = Object.entries(values).map(([field, word]) => [field, utf8(word)] as const);
      await vault.putAll(unit, subject, Object.fromEntries(bytes));
      const place = { subject, field: 'revision:doc:0' };
      await objects.put(unit, await vault.seal(unit, place, utf8(JSON.stringify(values))));
    });
    await this.entry(tenant, subject, 'application.received');
  }

  /** One more entry of her case, which is named like the subject here. */
  async entry(tenant: TenantId, subject: string, type: EntryType): Promise<void> {
    await this.ground.units.run(tenant, (unit) =>
      this.ground.evidence.record(unit, {
        caseId: `case-${subject}`,
        type,
        subject,
        disclosures: [{ name: 'word', value: `of ${subject}` }],
        of: [],
      }),
    );
  }

  /** What an erasure does: the entry that names the subject, and her key gone. */
  async erase(tenant: TenantId, subject: string, inRowsToo = true): Promise<void> {
    const { units, vault, evidence } = this.ground;
    await units.run(tenant, async (unit) => {
      await evidence.record(unit, {
        caseId: `case-${subject}`,
        type: 'erased',
        disclosures: [],
        of: [{ name: `subject/${subject}`, bytes: utf8(subject) }],
      });
      if (inRowsToo) await vault.erase(unit, subject);
    });
  }

  /** Moves the tenant to the next epoch; the copies of wrapped keys are renewed before the end. */
  async changeEpoch(tenant: TenantId, mode: 'order' | 'tend' = 'order'): Promise<void> {
    const secret = await handedOrderSecret(this.ground.settings.folder);
    const change = openEpochChange(this.ground, secret);
    if (mode === 'order') await change.order(tenant);
    for (;;) if ((await change.tend(tenant)).done) return;
  }

  /** What opens of the person: her values, or the code with which the vault refuses. */
  async read(tenant: TenantId, subject: string): Promise<Record<string, string> | string> {
    try {
      const { units, vault } = this.ground;
      const values = await units.run(tenant, (unit) => vault.getAll(unit, subject));
      const texts = Object.entries(values).map(([field, bytes]) => [field, fromUtf8(bytes)]);
      return Object.fromEntries(texts) as Record<string, string>;
    } catch (thrown) {
      return (thrown as { code?: string }).code ?? String(thrown);
    }
  }

  find(tenant: TenantId, field: string, value: string): Promise<readonly string[]> {
    return this.ground.units.run(tenant, (unit) => this.ground.vault.find(unit, field, value));
  }

  /** Until everything recorded so far stands in the log, cosigned by a quorum. */
  async settled(tenant: TenantId): Promise<number> {
    const { units, evidence } = this.ground;
    const { hash } = await units.run(tenant, (unit) =>
      evidence.note(unit, { type: 'staff.changed', disclosures: [], of: [] }),
    );
    const until = performance.now() + settledMsMax;
    while ((await units.run(tenant, (unit) => evidence.levelOf(unit, hash))) !== 'L2') {
      if (performance.now() > until) throw new Error('the log did not come so far');
      await sleep(pollMs);
    }
    const size = await units.run(tenant, async (unit) => {
      return (await this.ground.entries.newestCheckpoint(unit, 'L2'))?.size ?? 0;
    });
    // Shown to strangers a moment after it is cosigned: a copy of the files must not come between.
    while ((await this.#shownSize(tenant)) < size) {
      if (performance.now() > until) throw new Error('the log did not show its head');
      await sleep(pollMs);
    }
    return size;
  }

  async #shownSize(tenant: TenantId): Promise<number> {
    const path = join(logFolder(this.ground.settings.trust, tenant), 'checkpoint');
    const shown = await readFile(path, 'utf8').catch(() => undefined);
    return shown === undefined ? 0 : parseCheckpoint(shown).size;
  }

  /** Ends the processes; the folder stays. A second call changes nothing. */
  stop(): Promise<void> {
    this.#stopping ??= this.ground.database.close().then(() => this.world.house.close());
    return this.#stopping;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.root, { recursive: true, force: true });
  }
}

/** What `fubie fsck` says of every tenant's log. */
export async function auditHouse(
  root: string,
): Promise<readonly { readonly flaws: readonly { readonly code: string }[] }[]> {
  const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [program, 'fsck', '--var', root, '--json'], {
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const said = await text(child.stdout);
  await ended;
  return (JSON.parse(said) as { logs: { flaws: { code: string }[] }[] }).logs;
}

/** The folders of the processes as their holders kept them, and nothing that a back-up holds. */
export async function holdersCopies(root: string, target: string): Promise<void> {
  await cp(root, target, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  for (const folder of [
    ...keptFolders,
    join('database', 'postgres'),
    join('work', 'backup-places.json'),
  ]) {
    await rm(join(target, folder), { recursive: true, force: true });
  }
}
