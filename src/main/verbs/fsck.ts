/**
 * `fubie fsck [--var DIR] [--heads DIR] [--json]`: re-verifies the whole log, rows against entries,
 * files against the tree, and all of it against the heads that witnesses kept.
 *
 * Reads only. Exit 0 sound, 1 broken. `--heads` names a folder of witness journals (NAME.jsonl) as
 * their operators hand them over; without it those of this computer's witness folders are read.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import {
  openDatabase,
  PostgresLoans,
  PostgresLogAudit,
  PostgresRowStates,
  PostgresUnits,
} from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { FileWitnessMemory } from '#adapters/witnesses';
import { type FsckReport, fsck } from '#trust/evidence';
import { readStartSettings } from '../../config.ts';
import { databaseUrlFile } from '../database-access.ts';
import { type Estate, openEstate, processFolder } from '../estate.ts';
import { optionOf } from '../options.ts';
import { witnessNames, witnessProcess } from '../plan.ts';
import { actorKeys, logFolder, logKey, witnessKey } from '../trust-folder.ts';

const exitBroken = 1;
const headsFile = 'heads.jsonl';

export async function run(args: readonly string[]): Promise<number> {
  const root = optionOf(args, '--var') ?? readStartSettings().root;
  const report = await checkHouse(openEstate(root), optionOf(args, '--heads'));
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`);
  else printReport(report);
  return report.is === 'sound' ? 0 : exitBroken;
}

async function checkHouse(estate: Estate, heads?: string): Promise<FsckReport> {
  const url = await readFile(join(processFolder(estate, 'sequencer'), databaseUrlFile), 'utf8');
  const rowsUrl = await readFile(join(processFolder(estate, 'work'), databaseUrlFile), 'utf8');
  const log = await logKey(estate.trust, nodeEngine);
  const database = openDatabase(url.trim());
  const tenants = openDatabase(rowsUrl.trim());
  const keys = await actorKeys(estate.trust);
  try {
    return await fsck({
      audit: new PostgresLogAudit({ database, origin: log.name }),
      log,
      witnessKeys: await Promise.all(
        witnessNames.map((role) => witnessKey(estate.trust, role, nodeEngine)),
      ),
      keyOf: (by) => keys.get(by),
      engine: nodeEngine,
      tiles: new FileTiles(logFolder(estate.trust)),
      rows: new PostgresRowStates({
        units: new PostgresUnits({ database: tenants }),
        loans: new PostgresLoans(),
        engine: nodeEngine,
      }),
      witnessed: await witnessedHeads(estate, heads),
    });
  } finally {
    await database.close();
    await tenants.close();
  }
}

async function witnessedHeads(estate: Estate, heads: string | undefined) {
  const files = new Map(
    heads === undefined
      ? witnessNames.map((role) => [
          role,
          join(processFolder(estate, witnessProcess(role)), headsFile),
        ])
      : (await readdir(heads)).map((name) => [name.replace(/\.jsonl$/, ''), join(heads, name)]),
  );
  const kept = new Map<string, Awaited<ReturnType<FileWitnessMemory['all']>>>();
  for (const [name, path] of files) {
    kept.set(name, await (await FileWitnessMemory.open(path)).all());
  }
  return kept;
}

function printReport(report: FsckReport): void {
  const { is, entries, cases, checkpoints, witnesses, flaws } = report;
  const words = is === 'sound' ? '完好' : '有误';
  process.stdout.write(
    `日志${words}：${entries} 条记录，${cases} 个案件，${checkpoints} 个检查点\n`,
  );
  for (const { name, size, differs } of witnesses) {
    const place = differs === undefined ? '一致' : `不一致：${JSON.stringify(differs)}`;
    process.stdout.write(`见证方 ${name}：大小 ${size}，${place}\n`);
  }
  for (const { code, part, detail } of flaws) {
    process.stdout.write(`${code}  ${part}  ${detail}\n`);
  }
}
