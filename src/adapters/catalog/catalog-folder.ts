/**
 * The catalogue as a folder of files.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '#base/fault';
import type { CatalogReader } from '#business/catalog';

const fileBytesMax = 1024 * 1024;

export class CatalogFolder implements CatalogReader {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(part: string): Promise<readonly string[]> {
    const names = await readdir(join(this.#folder, part));
    return names.toSorted();
  }

  async read(part: string, name: string): Promise<Uint8Array> {
    let bytes: Buffer;
    try {
      bytes = await readFile(join(this.#folder, part, name));
    } catch (cause) {
      throw new Fault('catalog.file_missing', { file: `${part}/${name}` }, { cause });
    }
    if (bytes.length > fileBytesMax) {
      throw new Fault('catalog.file_malformed', { file: `${part}/${name}`, why: 'too_large' });
    }
    return new Uint8Array(bytes);
  }
}
