/**
 * Where the canaries are looked for: every file below a folder, the environment of processes, and
 * the content of back-ups once their key opens them.
 */
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type DataKeys, openBackup, readSections } from '#adapters/backup';
import type { CanarySearch, Finding } from './canary-search.ts';

/**
 * Folders of the root that keep values by right, each with its reason. All others are searched.
 */
export const keyHolders: Readonly<Record<string, string>> = {
  keystore: '密钥库：没有它，别处什么也读不出来',
  sms: '短信网关：运营商认识自己的号码，房子之外的一方',
  identity: '核验网关：身份核验机构，房子之外的一方',
  bureau: '征信机构，房子之外的一方',
  'core-banking': '核心系统：银行认识自己的卡号，房子之外的一方',
};

/** Every file below the folder, but for those of who keeps values by right. */
export function searchFiles(
  search: CanarySearch,
  folder: string,
  roots: readonly string[],
): { readonly found: readonly Finding[]; readonly files: number; readonly bytes: number } {
  const names = Object.keys(keyHolders);
  const left = roots.flatMap((root) => names.map((name) => `${join(root, name)}/`));
  const found: Finding[] = [];
  let files = 0;
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || left.some((holder) => path.startsWith(holder))) continue;
    const content = readIfThere(path);
    files += 1;
    bytes += content.length;
    // A name is as readable as what stands in the file.
    found.push(...search.in(path, content), ...search.in(`name of ${path}`, Buffer.from(path)));
  }
  return { found, files, bytes };
}

/** What went away between the two looks holds nothing any more. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** What anybody of the same user reads of a running process. */
export function searchProcesses(search: CanarySearch, pids: readonly number[]): readonly Finding[] {
  return pids.flatMap((pid) =>
    ['environ', 'cmdline'].flatMap((name) =>
      search.in(`/proc/${pid}/${name}`, readFileSync(`/proc/${pid}/${name}`)),
    ),
  );
}

/** The sections of a back-up by name, as its key opens them. */
export async function openedBackup(
  path: string,
  keys: DataKeys,
): Promise<ReadonlyMap<string, Buffer>> {
  const { plain } = await openBackup(createReadStream(path) as AsyncIterable<Uint8Array>, keys);
  const sections = new Map<string, Buffer>();
  for await (const { head, payload } of readSections(plain)) {
    const parts: Uint8Array[] = [];
    for await (const part of payload) parts.push(part);
    sections.set(head.name, Buffer.concat(parts));
  }
  return sections;
}

/** Rows of a table in PostgreSQL's text format; its escapes are undone, bytea is bytes. */
export function rowsIn(section: Buffer | undefined): readonly (readonly (string | Buffer)[])[] {
  const text = section?.toString('utf8') ?? '';
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) =>
      line.split('\t').map((field) => {
        const hex = /^\\\\x([0-9a-f]*)$/.exec(field)?.[1];
        return hex === undefined ? field : Buffer.from(hex, 'hex');
      }),
    );
}
