/**
 * The built pages, held in memory and served under exact paths: what was not built is not there.
 *
 * No folder is walked for a request, so that no path leads out of the build. A page is HTML that is
 * never kept and names files that are kept for ever: each carries a hash in its name. The digest of
 * what a page can load stands in every intent that the page asks for (law 1).
 */
import { toBase64Url, toHex, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';

/** The pages people open, by their path; each has rights of its own (headers.ts). */
export const pagePaths = { start: '/', sign: '/sign', verify: '/verify', desk: '/desk' } as const;

/** One of the pages people open. */
export type PageName = keyof typeof pagePaths;

/** A file of the build under its path below the build's folder, such as `assets/a-1b2c.js`. */
export interface PageFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What is in a build: the digest each page stands for, and every file with its own. */
export interface BuildFacts {
  readonly signer: string;
  readonly judge: string;
  readonly operator: string;
  readonly files: readonly { path: string; sha256: string; bytes: number }[];
}

/** One file as it is sent. */
export interface ServedFile {
  readonly bytes: Uint8Array;
  readonly media: string;
  /** Its name holds a hash of it: whoever has it may keep it. */
  readonly immutable: boolean;
  /** A page in one file, to be kept and opened from a disk; it never runs as one of ours. */
  readonly download: boolean;
  /** Pages of other origins may load it: the institution's own page opens ours with it. */
  readonly embeds: boolean;
}

const nonceBytes = 16;
const nonceMark = '__CSP_NONCE__';
/** Where the signer's page reads which origins may stand around it. */
const framesMark = '__FRAME_ORIGINS__';
const hashedName = /^assets\/[A-Za-z0-9_.-]+-[A-Za-z0-9_-]{8,}\.[a-z0-9.]+$/;
const mediaByEnding: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  ts: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
};
const textEndings: ReadonlySet<string> = new Set(['css', 'html', 'js', 'mjs', 'json', 'svg']);
/** Shipped for whoever reads the build, never asked for by a page. */
const unserved = /(^|\/)\.|\.map$/;

export class Pages {
  readonly #files: ReadonlyMap<string, PageFile>;
  #build: Promise<BuildFacts> | undefined;

  readonly #random: Random;

  constructor(files: readonly PageFile[], random: Random) {
    this.#random = random;
    const served = files.filter(({ path }) => !unserved.test(path));
    this.#files = new Map(served.map((file) => [file.path, file]));
  }

  /** Paths of all files that are no page, as the server mounts them. */
  get paths(): readonly string[] {
    return [...this.#files.keys()].filter((path) => !pageFiles.has(path));
  }

  /** What lets the styles of one answer in, and of no other. */
  nonce(): string {
    return toBase64Url(this.#random.bytes(nonceBytes));
  }

  /** The HTML of a page with its nonce and framers in place; http.pages_unbuilt without a build. */
  page(name: PageName, sent: { nonce: string; frameOrigins: readonly string[] }): string {
    const file = htmlNames(name).flatMap((path) => this.#files.get(path) ?? [])[0];
    if (file === undefined) throw new Fault('http.pages_unbuilt', { page: name });
    return new TextDecoder()
      .decode(file.bytes)
      .replaceAll(nonceMark, sent.nonce)
      .replaceAll(framesMark, sent.frameOrigins.join(' '));
  }

  file(path: string): ServedFile | undefined {
    const found = this.#files.get(path);
    if (found === undefined) return undefined;
    const media = mediaByEnding[endingOf(path)] ?? 'application/octet-stream';
    const download = path.endsWith('.html');
    const embeds = path.startsWith('sdk/');
    return { bytes: found.bytes, media, immutable: hashedName.test(path), download, embeds };
  }

  /** Computed once: what runs does not change while it runs. */
  build(): Promise<BuildFacts> {
    this.#build ??= this.#digests();
    return this.#build;
  }

  async #digests(): Promise<BuildFacts> {
    const files: { path: string; sha256: string; bytes: number }[] = [];
    for (const { path, bytes } of [...this.#files.values()].toSorted(byPath)) {
      files.push({ path, sha256: await sha256Of(bytes), bytes: bytes.length });
    }
    const digestFrom = async (page: PageName): Promise<string> => {
      const loaded = this.#loadedBy(page);
      const lines = files.filter(({ path }) => loaded.has(path));
      return sha256Of(utf8(lines.map(({ path, sha256 }) => `${path} ${sha256}\n`).join('')));
    };
    return {
      signer: await digestFrom('sign'),
      judge: await digestFrom('verify'),
      operator: await digestFrom('desk'),
      files,
    };
  }

  /** Everything a page can reach: a file belongs to it when a file of it holds its name. */
  #loadedBy(page: PageName): ReadonlySet<string> {
    const first = htmlNames(page).find((path) => this.#files.has(path));
    if (first === undefined) throw new Fault('http.pages_unbuilt', { page });
    const loaded = new Set([first]);
    const open = [first];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (!textEndings.has(endingOf(path))) continue;
      const text = new TextDecoder().decode(this.#files.get(path)?.bytes);
      for (const other of this.paths) {
        if (loaded.has(other) || !text.includes(other.slice(other.lastIndexOf('/') + 1))) continue;
        loaded.add(other);
        open.push(other);
      }
    }
    return loaded;
  }
}

function htmlNames(name: PageName): readonly string[] {
  return name === 'start' ? ['index.html'] : [`${name}.html`, `${name}/index.html`];
}

const pageFiles: ReadonlySet<string> = new Set(
  (['start', 'sign', 'verify', 'desk'] as const).flatMap(htmlNames),
);

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function byPath(a: PageFile, b: PageFile): number {
  return a.path < b.path ? -1 : 1;
}

async function sha256Of(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))));
}
