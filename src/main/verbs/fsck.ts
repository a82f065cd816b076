/**
 * `fubie fsck [--var DIR] [--tenant ID] [--heads DIR] [--mend] [--json]`: re-verifies the whole log
 * of every tenant, or of one: rows against entries, files against the tree, and all of it against
 * the heads that witnesses kept.
 *
 * Reads only, but for `--mend`, which first makes the log's lost public files again and overwrites
 * none that is there. Exit 0 sound, 1 broken. `--heads` names a folder of witness journals
 * (NAME.jsonl) as their operators hand them over; without it those of this computer's witness
 * folders are read.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { headsIn } from '#adapters/witnesses';
import { Fault } from '#base/fault';
import type { WitnessedHead } from '#formats/witness';
import type { FsckReport } from '#trust/evidence';
import { readStartSettings } from '../../config.ts';
import { type Estate, processFolder, standingEstate } from '../estate/estate.ts';
import { witnessNames, witnessProcess } from '../estate/plan.ts';
import { logTenants } from '../estate/trust-folder.ts';
import { Auditor } from '../log/auditor.ts';
import { optionOf } from '../options.ts';

const exitBroken = 1;
const headsFile = 'heads.jsonl';

/** What `--json` prints: one report for each tenant asked for. */
export interface HouseReport {
  readonly is: FsckReport['is'];
  readonly logs: readonly FsckReport[];
  /** With `--mend`: the public files that were gone and are there again, as `origin path`. */
  readonly mended?: readonly string[];
}

export async function run(args: readonly string[]): Promise<number> {
  const estate = standingEstate(optionOf(args, '--var') ?? readStartSettings().root);
  const tenants = await logTenants(estate.trust);
  const one = optionOf(args, '--tenant');
  const asked = tenants.filter((tenant) => one === undefined || tenant === one);
  if (asked.length === 0) throw new Fault('main.usage', { tenant: one ?? '' });
  const report = await checkHouse(estate, asked, {
    heads: optionOf(args, '--heads'),
    mends: args.includes('--mend'),
  });
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`);
  else printHouse(report);
  return report.is === 'sound' ? 0 : exitBroken;
}

async function checkHouse(
  estate: Estate,
  tenants: Awaited<ReturnType<typeof logTenants>>,
  how: { readonly heads: string | undefined; readonly mends: boolean },
): Promise<HouseReport> {
  const witnessed = await witnessedHeads(estate, how.heads);
  const auditor = await Auditor.open(estate);
  const logs: FsckReport[] = [];
  const mended: string[] = [];
  try {
    for (const tenant of how.mends ? tenants : []) mended.push(...(await auditor.mend(tenant)));
    for (const tenant of tenants) logs.push(await auditor.check(tenant, witnessed));
  } finally {
    await auditor.close();
  }
  const is = logs.every((log) => log.is === 'sound') ? 'sound' : 'broken';
  return { is, logs, ...(how.mends && { mended }) };
}

async function witnessedHeads(
  estate: Estate,
  heads: string | undefined,
): Promise<ReadonlyMap<string, readonly WitnessedHead[]>> {
  const files = new Map(
    heads === undefined
      ? witnessNames.map((role) => [
          role,
          join(processFolder(estate, witnessProcess(role)), headsFile),
        ])
      : (await readdir(heads)).map((name) => [name.replace(/\.jsonl$/, ''), join(heads, name)]),
  );
  const kept = new Map<string, readonly WitnessedHead[]>();
  for (const [name, path] of files) {
    kept.set(name, await headsIn(path));
  }
  return kept;
}

function printHouse({ logs, mended = [] }: HouseReport): void {
  for (const path of mended) process.stdout.write(`已补回 ${path}\n`);
  for (const log of logs) printReport(log);
}

function printReport(report: FsckReport): void {
  const { tenant, is, entries, cases, checkpoints, witnesses, flaws } = report;
  const words = is === 'sound' ? '完好' : '有误';
  process.stdout.write(
    `${tenant} 日志${words}：${entries} 条记录，${cases} 个案件，${checkpoints} 个检查点\n`,
  );
  if (!report.opened) process.stdout.write('密钥库未应答：承诺之内的值未与数据库行比对\n');
  for (const { name, size, differs } of witnesses) {
    const place = differs === undefined ? '一致' : `不一致：${JSON.stringify(differs)}`;
    process.stdout.write(`见证方 ${name}：大小 ${size}，${place}\n`);
  }
  for (const { code, part, detail } of flaws) {
    process.stdout.write(`${code}  ${part}  ${detail}\n`);
  }
}
