/**
 * The same file judged twice: by the rooms in Node, and by `dist/core.mjs` in a browser's page. Both
 * answers as text, so that not a byte may differ.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { nodeEngine } from '../../../src/adapters/engine/index.ts';
import { type TrustFiles, verify } from '../../../src/trust/verify/index.ts';

export interface Judgeable {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFiles;
}

const core = join(import.meta.dirname, '../../../dist/core.mjs');
const origin = 'http://localhost';

export class TwoEngines {
  readonly #page: Page;
  #held: Judgeable | undefined;
  #trust: TrustFiles | undefined;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** A page with nothing in it but the core; its origin is secure, so that WebCrypto is there. */
  static async open(context: BrowserContext): Promise<TwoEngines> {
    const page = await context.newPage();
    const engines = new TwoEngines(page);
    await page.route(`${origin}/**`, (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path === '/core.mjs') {
        return route.fulfill({ body: readFileSync(core), contentType: 'text/javascript' });
      }
      if (path === '/file') return route.fulfill({ body: Buffer.from(engines.#held?.bytes ?? []) });
      return route.fulfill({ body: blank, contentType: 'text/html' });
    });
    await page.goto(`${origin}/`, { waitUntil: 'load' });
    return engines;
  }

  async inNode({ name, bytes, trust }: Judgeable): Promise<string> {
    return JSON.stringify(await verify({ name, bytes, trust }, nodeEngine));
  }

  async inPage(file: Judgeable): Promise<string> {
    this.#held = file;
    if (this.#trust !== file.trust) {
      this.#trust = file.trust;
      const trust = [...file.trust].map(([path, bytes]) => [path, [...bytes]] as const);
      await this.#page.evaluate((held) => (globalThis as unknown as Answering).keep(held), trust);
    }
    return this.#page.evaluate(
      (name) => (globalThis as unknown as Answering).answer(name),
      file.name,
    );
  }
}

interface Answering {
  /** Holds the trust material for all answers that follow. */
  keep(trust: (readonly [string, readonly number[]])[]): void;
  answer(name: string): Promise<string>;
}

/** As text, for it is nobody's module but the page's. */
const blank = `<!doctype html><script type="module">
import { pageEngine, verify } from '/core.mjs';
let trust;
globalThis.keep = (held) => {
  trust = new Map(held.map(([path, bytes]) => [path, Uint8Array.from(bytes)]));
};
globalThis.answer = async (name) => {
  const bytes = new Uint8Array(await (await fetch('/file')).arrayBuffer());
  return JSON.stringify(await verify({ name, bytes, trust }, pageEngine));
};
</script>`;
