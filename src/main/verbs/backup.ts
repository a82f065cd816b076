/**
 * `fubie backup --to DIR [--var DIR] [--json]`: every row and file of a running house, sealed under
 * the key store's back-up key, and the newest copy of the vault's wrapped keys beside it.
 * `fubie backup --wraps-only [--var DIR] [--json]`: renews that copy in every folder that has one.
 * `fubie backup --forget DIR [--var DIR]`: that folder is gone for good and gets no copy any more.
 *
 * The key store's folder and the keys of processes are in neither: their holders keep them.
 */
import { openDatabase } from '#adapters/postgres';
import { Fault } from '#base/fault';
import { type Mode, readProcessSettings, readStartSettings } from '../../config.ts';
import { type BackupMade, backUpHouse, backUpWraps, forgetPlace } from '../copies/back-up.ts';
import { backupPartsOf, noteInRegisters } from '../copies/backup-run.ts';
import { databaseUrlIn } from '../estate/database-access.ts';
import { type Estate, processFolder, standingEstate } from '../estate/estate.ts';
import { logTenants } from '../estate/trust-folder.ts';
import { optionOf } from '../options.ts';

export async function run(args: readonly string[]): Promise<number> {
  const start = readStartSettings();
  const estate = standingEstate(optionOf(args, '--var') ?? start.root);
  const settings = readProcessSettings(processFolder(estate, 'work'));
  const forgotten = optionOf(args, '--forget');
  if (forgotten !== undefined) {
    await forgetPlace(settings.folder, forgotten);
    return 0;
  }
  const to = optionOf(args, '--to');
  if ((to === undefined) === !args.includes('--wraps-only')) {
    throw new Fault('main.usage', { needs: '--to' });
  }
  const parts = await backupPartsOf(settings);
  const made = to === undefined ? await backUpWraps(parts) : await backUpHouse(parts, to);
  // A renewed copy is no fact by itself: it belongs to the back-up or the epoch it follows.
  if (to !== undefined) await noteMade({ estate, mode: start.mode }, made);
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ made })}\n`);
  else for (const one of made) process.stdout.write(lineOf(one));
  return 0;
}

async function noteMade(
  house: { readonly estate: Estate; readonly mode: Mode },
  made: readonly BackupMade[],
): Promise<void> {
  const database = openDatabase(await databaseUrlIn(house.estate, 'work'));
  try {
    const of = made.map(({ original }) => original);
    const fact = { type: 'backup.made', of, counts: { rows: rowsIn(made) } } as const;
    await noteInRegisters({ ...house, database }, await logTenants(house.estate.trust), fact);
  } finally {
    await database.close();
  }
}

function rowsIn(made: readonly BackupMade[]): number {
  return made.reduce((sum, { rows }) => sum + rows, 0);
}

function lineOf({ kind, file, original, rows, files }: BackupMade): string {
  const what = kind === 'house' ? '备份' : '密钥包最新副本';
  return `${what}：${file}，${rows} 行，${files} 个文件，${original.bytes} 字节\n`;
}
