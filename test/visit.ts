/** How a test comes into the house that stands (standing.ts), and to the loan it has lent. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inject } from 'vitest';

import { openEstate } from '../src/main/estate/estate.ts';
import { Guest } from './guest.ts';
import type { PlayedLoan } from './hostile/loan.ts';
import type { StandingHouse } from './standing.ts';

/** This test as a guest of the house; the seed is its own. */
export function guestWith(guestSeed: number): Guest {
  const { url, root, logins } = told();
  return new Guest({ url, logins, estate: openEstate(root) }, guestSeed);
}

/** The finished loan as `playLoan` told it. */
export function standingLoan(): Omit<PlayedLoan, 'folder' | 'forget'> {
  const { loan } = told();
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(loan, name)));
  const trust = join(loan, 'trust');
  const paths = readdirSync(trust, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(trust, join(entry.parentPath, entry.name)));
  return {
    zip: read('package.zip'),
    refused: read('refused.zip'),
    contract: read('contract.pdf'),
    receipts: read('receipts.json'),
    trust: new Map(paths.toSorted().map((path) => [path, read(join('trust', path))])),
  };
}

function told(): StandingHouse {
  const standing = inject('standing');
  if (standing === undefined) throw new Error('this test stands in a project without a house');
  return standing;
}
