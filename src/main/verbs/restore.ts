/**
 * `fubie restore --from FILE|DIR [--wraps FILE] [--log DIR] [--root DIR] [--json]`: a house from a
 * back-up, into a root in which the holders have put the key store's folder and those of the other
 * processes. `--log` names the newest public files of the logs, a folder for each tenant.
 *
 * Exit 0 restored. Start the house afterwards: its first worker changes every tenant's epoch.
 */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { SoftBackupKeys } from '#adapters/keystores';
import {
  type Database,
  type Embedded,
  migrate,
  openDatabase,
  startEmbedded,
} from '#adapters/postgres';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import { type Mode, readStartSettings, type StartSettings } from '../../config.ts';
import { wrapsName } from '../copies/back-up.ts';
import { noteInRegisters } from '../copies/backup-run.ts';
import {
  putInPlace,
  type RestoreReport,
  requireEmptyRoot,
  restoreHouse,
  stagedFolder,
} from '../copies/restore.ts';
import { requireKeys, requireSeenHeads } from '../copies/restore-checks.ts';
import {
  databasePasswords,
  handOutUrls,
  postgresSocketFolder,
  urlOf,
} from '../estate/database-access.ts';
import { type Estate, openEstate, processFolder } from '../estate/estate.ts';
import { processPlans } from '../estate/plan.ts';
import { optionOf } from '../options.ts';

const housePattern = /^house-.*\.backup$/;

export async function run(args: readonly string[]): Promise<number> {
  const settings = readStartSettings();
  const from = optionOf(args, '--from');
  if (from === undefined) throw new Fault('main.usage', { needs: '--from' });
  const estate = openEstate(optionOf(args, '--root') ?? settings.root);
  const house = await houseIn(from);
  const wraps = optionOf(args, '--wraps') ?? join(dirname(house), wrapsName);
  const report = await restore({ estate, settings, house, wraps, log: optionOf(args, '--log') });
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`);
  else printReport(report);
  return 0;
}

/** Everything from an empty root to a house that can be started. */
export async function restore(given: {
  readonly estate: Estate;
  readonly settings: Pick<StartSettings, 'mode' | 'databaseUrl'>;
  readonly house: string;
  readonly wraps: string;
  readonly log: string | undefined;
}): Promise<RestoreReport> {
  const { estate, settings } = given;
  await requireEmptyRoot(estate);
  const keys = await SoftBackupKeys.openHeld(processFolder(estate, 'keystore'), systemRandom);
  await mkdir(processFolder(estate, 'database'), { recursive: true, mode: 0o700 });
  const passwords = await databasePasswords(estate, systemRandom);
  const access = { external: settings.databaseUrl, passwords };
  for (const { name } of processPlans) {
    await mkdir(processFolder(estate, name), { recursive: true, mode: 0o700 });
  }
  await handOutUrls(estate, processPlans, access);
  const embedded = await startIfOurs(estate, access);
  try {
    const ownerUrl = settings.databaseUrl ?? urlOf(estate, 'fubie_owner', access);
    await migrate(ownerUrl, passwords);
    const requireRight = async (logs: RestoreReport['logs']): Promise<void> => {
      await requireKeys(estate, logs);
      await requireSeenHeads(estate, logs);
    };
    const report = await restoreHouse({ ...given, keys, ownerUrl, requireRight });
    const database = openDatabase(urlOf(estate, 'fubie_app', access));
    try {
      await noteRestored({ estate, mode: settings.mode, database }, report);
    } finally {
      await database.close();
    }
    await embedded?.stop();
    await putInPlace(estate);
    return report;
  } finally {
    await embedded?.stop();
  }
}

async function startIfOurs(
  estate: Estate,
  access: {
    readonly external: string | undefined;
    readonly passwords: Awaited<ReturnType<typeof databasePasswords>>;
  },
): Promise<Embedded | undefined> {
  if (access.external !== undefined) return undefined;
  return startEmbedded({
    folder: stagedFolder(estate, join('database', 'postgres')),
    socketFolder: postgresSocketFolder(estate),
    passwords: access.passwords,
  });
}

/** In the trust folder as it is staged, for the house has none yet. */
async function noteRestored(
  given: { readonly estate: Estate; readonly mode: Mode; readonly database: Database },
  report: RestoreReport,
): Promise<void> {
  const estate = { ...given.estate, trust: stagedFolder(given.estate, 'trust') };
  for (const { tenant, broughtBack, erased } of report.logs) {
    const counts = { 'entries-lost': broughtBack, 'erased-in-log': erased.length };
    const fact = { type: 'restored', of: [], counts } as const;
    await noteInRegisters({ ...given, estate }, [tenant], fact);
  }
}

/** The newest one where a folder is named: their names begin with the time. */
async function houseIn(from: string): Promise<string> {
  if ((await stat(from).catch(() => undefined))?.isDirectory() !== true) return from;
  const newest = (await readdir(from))
    .filter((name) => housePattern.test(name))
    .toSorted()
    .at(-1);
  if (newest === undefined) throw new Fault('main.backup_absent', { folder: from });
  return join(from, newest);
}

function printReport(report: RestoreReport): void {
  const { house, rows, files, subjects, entriesLost, erasedByLog } = report;
  const words = [
    `已恢复 ${house.at} 的备份：${rows} 行，${files} 个文件`,
    `当事人密钥：${subjects.living} 个可用，${subjects.erased} 个已删除（其中日志补删 ${erasedByLog} 个）`,
    ...report.logs.map(
      ({ tenant, inBackup, size, broughtBack }) =>
        `日志 ${tenant}：备份内 ${inBackup} 条，接续于 ${size} 条，其中 ${broughtBack} 条只余承诺`,
    ),
    entriesLost === 0 ? '备份之后没有遗失的记录' : `备份之后遗失 ${entriesLost} 条记录的内容`,
  ];
  process.stdout.write(`${words.join('\n')}\n`);
}
