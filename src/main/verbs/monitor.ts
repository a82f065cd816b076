/**
 * `fubie monitor --log URL|FOLDER --origin NAME|--vkey FILE --trust DIR --state DIR
 * [--witness NAME=SOCKET|NAME=FILE.jsonl]… [--every SECONDS] [--json]`
 *
 * A program others run: it needs the log's public files, a trust folder and a folder of its own, no
 * database and no key. Looks once, or again and again; exit 0 sound, 1 suspect, 3 convicted. Where
 * the log's last leaf closes a shard, the next one is looked at as well, by the key that the leaf
 * names and below its half-year, and so on to the newest.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { FileMonitorMemory, headsIn, publicFiles, SocketWitness } from '#adapters/witnesses';
import { canonical } from '#base/canonical';
import { Fault } from '#base/fault';
import { shardOfOrigin } from '#formats/shard';
import { type NoteKey, parseVkey, printVkey } from '#formats/tlog';
import type { WitnessedHead } from '#formats/witness';
import {
  EntryWatch,
  type FinalHead,
  Monitor,
  type MonitorReport,
  type WitnessView,
} from '#trust/witness';
import { pause } from '../estate/repeat.ts';
import { actorKeys, witnessKeys } from '../estate/trust-folder.ts';
import { TrustedLogs } from '../estate/trusted-logs.ts';
import { neededOption, optionOf, optionsOf, wholeOption } from '../options.ts';

const exitCodes = { sound: 0, suspect: 1, convicted: 3 } as const;

export async function run(args: readonly string[]): Promise<number> {
  const every = wholeOption(args, '--every', 1);
  const trust = neededOption(args, '--trust');
  const witnesses = await witnessKeys(trust, nodeEngine);
  const actors = await actorKeys(trust);
  const [log, state] = [neededOption(args, '--log'), neededOption(args, '--state')];
  // Cases run on through the borders.
  const entries = new EntryWatch({ engine: nodeEngine, keyOf: (by) => actors.get(by) });
  const monitorOf = (key: NoteKey, shard: string, after?: FinalHead): Monitor =>
    new Monitor({
      log: key,
      ...(after && { after }),
      witnesses,
      read: publicFiles(shard === '' ? log : `${log.replace(/\/$/, '')}/${shard}`),
      views: optionsOf(args, '--witness').map((text) => viewOf(text, witnesses)),
      memory: new FileMonitorMemory(join(state, shard)),
      entries,
      engine: nodeEngine,
    });
  const shards = [monitorOf(await logOf(args, trust), '')];
  for (;;) {
    let found: MonitorReport['is'] = 'sound';
    // A shard that is closed is looked at as well: one that went on would be a second log.
    for (const [at, monitor] of shards.entries()) {
      const { is, next } = await look(monitor, args);
      const shard = next && shardOfOrigin(next.key.name);
      const isNewest = at === shards.length - 1;
      if (next !== undefined && shard !== undefined && is === 'sound' && isNewest) {
        shards.push(monitorOf(next.key, shard, next.after));
      }
      if (exitCodes[is] > exitCodes[found]) found = is;
    }
    if (every === undefined || found === 'convicted') return exitCodes[found];
    await pause(every * 1_000, new AbortController().signal);
  }
}

async function look(
  monitor: Monitor,
  args: readonly string[],
): Promise<Pick<MonitorReport, 'is' | 'next'>> {
  const report = await monitor.look();
  process.stdout.write(args.includes('--json') ? `${json(report)}\n` : sentences(report));
  return report;
}

async function logOf(args: readonly string[], trust: string): Promise<NoteKey> {
  const file = optionOf(args, '--vkey');
  if (file !== undefined) return parseVkey((await readFile(file, 'utf8')).trimEnd(), nodeEngine);
  const origin = neededOption(args, '--origin');
  const key = await new TrustedLogs(trust, nodeEngine).of(origin);
  if (key === undefined) throw new Fault('main.usage', { needs: '--origin', given: origin });
  return key;
}

function viewOf(text: string, witnesses: readonly NoteKey[]): WitnessView {
  const [name = '', path = ''] = text.split('=', 2);
  const key = witnesses.find((one) => one.name === name);
  if (key === undefined) throw new Fault('main.usage', { needs: '--witness NAME=SOCKET' });
  if (path.endsWith('.jsonl')) return { name, heads: () => journalOf(path) };
  const line = new SocketWitness({ key, socketPath: path });
  return { name, heads: () => line.heads() };
}

/** A witness's journal as its operator hands it over; one that is away makes it silent, no more. */
async function journalOf(path: string): Promise<readonly WitnessedHead[]> {
  try {
    return await headsIn(path);
  } catch (cause) {
    throw cause instanceof Fault ? cause : new Fault('main.file_unreadable', { path }, { cause });
  }
}

function json(report: MonitorReport): string {
  return canonical({
    is: report.is,
    size: report.size,
    read: report.read,
    unread: report.unread,
    findings: report.findings.map(({ code, detail }) => ({ code, detail })),
    proofs: [...report.proofs],
    ...(report.next === undefined ? {} : { next: printVkey(report.next.key) }),
  });
}

function sentences(report: MonitorReport): string {
  const found = report.findings.map(({ code, detail }) => `  ${code}: ${detail}\n`);
  const proofs = report.proofs.map((name) => `  proof written: ${name}.misbehaviour\n`);
  const head = `${report.is}: ${report.size} entries verified, ${report.read} of them now\n`;
  const newer = report.unread > 0 ? `  ${report.unread} of a newer version, not understood\n` : '';
  const next = report.next === undefined ? '' : `  closed; goes on as ${report.next.key.name}\n`;
  return [head, newer, ...found, ...proofs, next].join('');
}
