/**
 * What all browser tests share: one build, one Chromium, one house with one finished loan.
 *
 * Started once for the whole run (vitest's globalSetup), because a house takes ten seconds and a
 * loan as many. Tests make persons of their own and never count what others did.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { writeArchive } from '../../../src/formats/zip/index.ts';
import { type PlayedLoan, playLoan } from '../../../test/hostile/loan.ts';
import { World } from '../../../test/world.ts';
import { startChromium } from './chromium.ts';

/** What a test is told about the stage; only what can be sent to another thread. */
export interface Stage {
  /** Where Chromium listens. */
  readonly browser: string;
  /** Where the house answers. */
  readonly url: string;
  /** The house's root folder, for those who issue telephones (`issueSim`). */
  readonly root: string;
  /** Holds package.zip, contract.pdf, trust/ and trust.zip of the finished loan. */
  readonly loan: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly stage: Stage | undefined;
  }
}

const repository = join(import.meta.dirname, '../../..');
const seed = 20_261_122;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromium = await startChromium();
  if (chromium === undefined) {
    project.provide('stage', undefined);
    return async () => undefined;
  }
  execFileSync('node', [join(repository, 'web/build.ts')], { cwd: repository, stdio: 'inherit' });
  const world = await World.open({ seed });
  const played = await playLoan(world);
  const loan = join(tmpdir(), `fubie-e2e-${process.pid}`);
  writeLoan(loan, played);
  const { url } = world;
  const { root } = world.house.estate;
  project.provide('stage', { browser: chromium.wsEndpoint(), url, root, loan });
  return async () => {
    await chromium.close();
    await played.forget();
    await world.close();
    rmSync(loan, { recursive: true, force: true });
  };
}

function writeLoan(folder: string, played: PlayedLoan): void {
  const write = (path: string, bytes: Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };
  write('package.zip', played.zip);
  write('refused.zip', played.refused);
  write('contract.pdf', played.contract);
  for (const [path, bytes] of played.trust) write(`trust/${path}`, bytes);
  write('trust.zip', writeArchive([...played.trust].map(([name, bytes]) => ({ name, bytes }))));
}
