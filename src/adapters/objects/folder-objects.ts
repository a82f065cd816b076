/**
 * A folder of files that are written once and never again.
 *
 * `putOnce` promises: when it resolves, the whole object is on the disk under its name (POSIX fsync
 * of file and folder), and no later call, of this process or another, ever replaces a byte of it.
 * A crash leaves either no name or the whole object; a forgotten temporary file has no name here.
 * link(2) is the lock: of two writers exactly one makes the name, the other compares. A disk that
 * is full or shut is objects.unreachable, as a store over the network would be.
 */
import {
  link as linkBy,
  readFile as readBy,
  unlink as unlinkBy,
  writeFile as writeBy,
} from 'node:fs';
import { access, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { equal, toHex } from '#base/bytes';
import { errorCode, Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import { syncFolder } from './sync-folder.ts';

// By numbers of open files: those of `node:fs/promises` are objects, a sixth of what a file costs.
const link = promisify(linkBy);
const readFile = promisify(readBy);
const unlink = promisify(unlinkBy);
const writeFile = promisify(writeBy);

const objectBytesMax = 256 * 1024 * 1024;
const nameCharactersMax = 512;
const objectMode = 0o440;
const folderMode = 0o700;
const waitingFolder = '.waiting';
/** Of a disk that is full, broken, shut or out of handles: it may answer otherwise soon. */
const refusals: ReadonlySet<unknown> = new Set(
  'ENOSPC EDQUOT EROFS EIO EMFILE ENFILE EACCES EPERM ENODEV ESTALE'.split(' '),
);
/** Segments never begin with a dot, so no name reaches the waiting folder or a parent. */
const namePattern = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

export class FolderObjects {
  readonly #root: string;
  readonly #durable = new Set<string>();

  constructor(folder: string) {
    this.#root = resolve(folder);
  }

  /** The same bytes again are welcome; other bytes are objects.exists_differently. */
  async putOnce(name: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length > objectBytesMax) throw new Fault('objects.too_large', { name });
    const target = this.#path(name);
    try {
      await this.#write(target, bytes);
    } catch (cause) {
      if (!isAbsent(cause) || !(await this.#isRootThere())) throw told(cause);
      // Somebody took away a folder that this process had made.
      this.#durable.clear();
      await this.#write(target, bytes).catch(tell);
    }
  }

  async #write(target: string, bytes: Uint8Array): Promise<void> {
    await this.#makeFolder(dirname(target));
    await this.#makeFolder(join(this.#root, waitingFolder));
    const waiting = join(this.#root, waitingFolder, toHex(systemRandom.bytes(16)));
    try {
      await writeFile(waiting, bytes, { flag: 'wx', mode: objectMode, flush: true });
      await link(waiting, target);
    } catch (cause) {
      if (errorCode(cause) !== 'EEXIST') throw cause;
      const held = await readFile(target);
      const name = target.slice(this.#root.length + 1);
      if (!equal(held, bytes)) throw new Fault('objects.exists_differently', { name }, { cause });
    } finally {
      await unlink(waiting).catch(unlessAbsent);
    }
    // Also for a name that was there already: its writer may have crashed before this line.
    await syncFolder(dirname(target));
  }

  /** A root that is gone after it was there is a disk that is gone: it is not made again. */
  async #isRootThere(): Promise<boolean> {
    return access(this.#root).then(
      () => true,
      () => false,
    );
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    try {
      // Not the Buffer itself: callers would see methods that the page does not have.
      const { buffer, byteOffset, length } = await readFile(this.#path(name));
      return new Uint8Array(buffer, byteOffset, length);
    } catch (cause) {
      if (isAbsent(cause)) return undefined;
      throw told(cause);
    }
  }

  async has(name: string): Promise<boolean> {
    try {
      await access(this.#path(name));
      return true;
    } catch (cause) {
      if (isAbsent(cause)) return false;
      throw told(cause);
    }
  }

  /** Every name below a folder (all names without one), sorted. */
  async list(folder?: string): Promise<readonly string[]> {
    const top = folder === undefined ? this.#root : this.#path(folder);
    try {
      const found = await readdir(top, { recursive: true, withFileTypes: true });
      return found
        .filter((item) => item.isFile())
        .map((item) => join(item.parentPath, item.name).slice(this.#root.length + 1))
        .filter((name) => namePattern.test(name))
        .toSorted();
    } catch (cause) {
      if (isAbsent(cause)) return [];
      throw told(cause);
    }
  }

  /** When the object was written, in milliseconds of the epoch; undefined where there is none. */
  async writtenAt(name: string): Promise<number | undefined> {
    try {
      return (await stat(this.#path(name))).mtimeMs;
    } catch (cause) {
      if (isAbsent(cause)) return undefined;
      throw told(cause);
    }
  }

  /** For objects that nobody names: whatever is named is kept for ever. */
  async remove(name: string): Promise<void> {
    const path = this.#path(name);
    await rm(path, { force: true }).catch(tell);
    await syncFolder(dirname(path)).catch(tell);
  }

  #path(name: string): string {
    if (name.length > nameCharactersMax || !namePattern.test(name)) {
      throw new Fault('objects.name_malformed', { name: name.slice(0, 80) });
    }
    return join(this.#root, name);
  }

  /** Makes a folder and its parents up to the root, each entry on the disk before it is used. */
  async #makeFolder(folder: string): Promise<void> {
    if (this.#durable.has(folder)) return;
    if (folder === this.#root) {
      await mkdir(folder, { recursive: true, mode: folderMode });
    } else {
      await this.#makeFolder(dirname(folder));
      await mkdir(folder, { mode: folderMode }).catch((cause: unknown) => {
        if (errorCode(cause) !== 'EEXIST') throw cause;
      });
    }
    await syncFolder(dirname(folder));
    this.#durable.add(folder);
  }
}

function told(cause: unknown): unknown {
  if (!refusals.has(errorCode(cause))) return cause;
  return new Fault('objects.unreachable', {}, { retryable: true, cause });
}

function tell(cause: unknown): never {
  throw told(cause);
}

function unlessAbsent(thrown: unknown): void {
  if (!isAbsent(thrown)) throw thrown;
}

function isAbsent(thrown: unknown): boolean {
  return errorCode(thrown) === 'ENOENT' || errorCode(thrown) === 'ENOTDIR';
}
