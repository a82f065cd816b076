/**
 * Finding a file of an OFD by a reference (GB/T 33190 §7.3): `/a/b` from the root, anything else
 * from the folder of the file that names it.
 *
 * Makers also write paths from the root without the slash, or in other letters' case; such a file
 * is found, and said to be found loosely, only where no other file could be meant.
 */
import type { Archive, ArchiveFile } from '#formats/zip';

/** A file that a reference leads to. */
export interface FoundFile {
  readonly file: ArchiveFile;
  /** The reference is not the path as the standard resolves it. */
  readonly isLoose: boolean;
}

/** The files of an archive by path. */
export class OfdFolder {
  readonly files: ReadonlyMap<string, ArchiveFile>;
  readonly #byLowerCase = new Map<string, ArchiveFile[]>();
  readonly #lastNames: ReadonlySet<string>;

  constructor(archive: Archive) {
    this.files = new Map(archive.files.map((file) => [file.name, file]));
    for (const file of archive.files) {
      const lower = file.name.toLowerCase();
      this.#byLowerCase.set(lower, [...(this.#byLowerCase.get(lower) ?? []), file]);
    }
    this.#lastNames = new Set(archive.files.map(({ name }) => lastNameOf(name)));
  }

  /** Can it lead to a file at all? Texts may be long, and few of them are paths. */
  hasNameOf(reference: string): boolean {
    return this.#lastNames.has(lastNameOf(reference.trim()));
  }

  /** `from` is the path of the file that holds the reference; `bases` further folders to try. */
  find(reference: string, from: string, bases: readonly string[] = []): FoundFile | undefined {
    const text = reference.trim().replaceAll('\\', '/');
    if (text === '') return undefined;
    const isAbsolute = text.startsWith('/');
    const folders = isAbsolute ? [''] : [folderOf(from), ...bases, ''];
    for (const [index, folder] of folders.entries()) {
      const path = joined(folder, text);
      const file = path === undefined ? undefined : this.files.get(path);
      if (file !== undefined) return { file, isLoose: index > 0 };
    }
    for (const folder of folders) {
      const path = joined(folder, text)?.toLowerCase();
      const [file, ...others] = (path !== undefined && this.#byLowerCase.get(path)) || [];
      if (file !== undefined && others.length === 0) return { file, isLoose: true };
    }
    return undefined;
  }
}

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function lastNameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
}

/** Undefined when `..` leads out of the archive. */
function joined(folder: string, reference: string): string | undefined {
  const parts: string[] = [];
  for (const part of `${folder}/${reference}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
