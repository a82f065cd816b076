/**
 * Step 1 of judging a package: the container and its names; step 2: the manifest.
 *
 * After these steps every byte of the ZIP is either content of a file with a known name or fixed by
 * the one spelling the container has.
 */
import { equal, fromUtf8 } from '#base/bytes';
import { ifReadable } from '#base/fault';
import {
  type BundleFile,
  manifestOf,
  type OpenedBundle,
  openZip,
  type Place,
  packageFormMax,
  placeOf,
  requiredNames,
} from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { type JsonObject, objectOf, readJson, textIn, wholeIn } from '../json.ts';
import type { Findings } from '../report/findings.ts';

/** The files of a package by what they are, each list in the order of names. */
export class PackageFiles {
  readonly all: readonly BundleFile[];
  readonly #byName: ReadonlyMap<string, Uint8Array>;

  constructor(files: readonly BundleFile[]) {
    this.all = files;
    this.#byName = new Map(files.map((file) => [file.name, file.bytes]));
  }

  named(name: string): Uint8Array | undefined {
    return this.#byName.get(name);
  }

  at(place: Place): readonly BundleFile[] {
    return this.all.filter((file) => placeOf(file.name) === place);
  }
}

/** Opens the container. Undefined when there is nothing to judge in it. */
export function judgeContainer(bytes: Uint8Array, findings: Findings): PackageFiles | undefined {
  const opened = findings.tried({ code: 'zip_malformed', part: 'zip' }, () => openZip(bytes));
  if (opened === undefined) return undefined;
  noteDifferences(opened, findings);
  const files = new PackageFiles(opened.files);
  if (statedForm(files) > packageFormMax) return files;
  const names = new Set(opened.files.map((file) => file.name));
  for (const name of requiredNames) {
    if (!names.has(name)) findings.add('file_missing', name, 'a package must hold this file');
  }
  for (const { name } of opened.files) {
    if (placeOf(name) === undefined) findings.add('file_unexpected', name, 'no such place');
  }
  return files;
}

/** The form that the manifest says it is of; 0 where it says none. */
export function statedForm(files: PackageFiles): number {
  return stated(files, (fields) => wholeIn(fields, 'v')) ?? 0;
}

/** The case that it says it is of: in a form whose entries nobody here can find. */
export function statedCase(files: PackageFiles): string {
  return stated(files, (fields) => textIn(fields, 'case')) ?? '';
}

function stated<T>(files: PackageFiles, read: (fields: JsonObject) => T): T | undefined {
  const bytes = files.named('manifest.json');
  return ifReadable(() => (bytes === undefined ? undefined : read(objectOf(readJson(bytes)))));
}

function noteDifferences(opened: OpenedBundle, findings: Findings): void {
  for (const { part, at, record } of opened.differences) {
    const code = part === 'zip' ? 'zip_not_strict' : 'file_altered';
    findings.add(code, part, `byte ${at}, ${record}`);
  }
}

/**
 * Makes the manifest anew and compares; the first file that differs is named. A form that is newer
 * than this reader is open: it lists its files as every form does, and what they are is not known.
 */
export async function judgeManifest(
  files: PackageFiles,
  caseId: string,
  parts: { readonly engine: Engine; readonly findings: Findings },
): Promise<void> {
  const found = files.named('manifest.json');
  if (found === undefined) return;
  const form = statedForm(files);
  const isNewer = form > packageFormMax;
  if (isNewer) parts.findings.add('package_form_unknown', 'manifest.json', String(form));
  const of = { caseId, files: files.all, ...(isNewer ? { form } : {}) };
  const wanted = await manifestOf(of, parts.engine);
  if (equal(found, wanted)) return;
  const at = wanted.findIndex((byte, index) => byte !== found[index]);
  const near = fromUtf8(wanted.slice(0, Math.max(0, at)).filter((byte) => byte < 0x80));
  const file = near.lastIndexOf('"name":"') < 0 ? '' : near.slice(near.lastIndexOf('"name":"') + 8);
  const where = `byte ${at} of ${wanted.length}, near ${file.slice(0, 80) || 'its head'}`;
  parts.findings.add('manifest_differs', 'manifest.json', where);
}
