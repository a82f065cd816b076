/**
 * What all browser tests share: one build, one Chromium, one house with one finished loan.
 *
 * Started once for the whole run (vitest's globalSetup), because a house takes ten seconds and a
 * loan as many. Tests make persons of their own and never count what others did.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

import { lodge } from '../../../test/standing.ts';
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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromium = await startChromium();
  if (chromium === undefined) {
    project.provide('stage', undefined);
    return async () => undefined;
  }
  execFileSync('node', [join(repository, 'web/build.ts')], { cwd: repository, stdio: 'inherit' });
  const { standing, leave } = await lodge();
  const { url, root, loan } = standing;
  project.provide('stage', { browser: chromium.wsEndpoint(), url, root, loan });
  return async () => {
    await chromium.close();
    await leave();
  };
}
