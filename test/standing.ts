/**
 * One house with one finished loan for all tests that only ask it: a house takes ten seconds and a
 * loan as many. Started once for a run (vitest's globalSetup), whoever of its projects asks first.
 *
 * Guests make persons of their own, never count what others did, and kill nothing.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';

import { writeArchive } from '#formats/zip';
import type { Lodging } from './guest.ts';
import { type PlayedLoan, playLoan } from './hostile/loan.ts';
import { World } from './world.ts';

/** What a guest is told; only what can be sent to another thread. */
export interface StandingHouse {
  /** Where the house answers. */
  readonly url: string;
  /** The house's root folder, for those who issue telephones (`issueSim`). */
  readonly root: string;
  readonly logins: Lodging['logins'];
  /** Holds package.zip, refused.zip, contract.pdf, receipts.json, trust/ and trust.zip. */
  readonly loan: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly standing: StandingHouse | undefined;
  }
}

interface Shared {
  readonly standing: StandingHouse;
  readonly close: () => Promise<void>;
}

/** Each project loads its setup for itself; the house is one for the process. */
const shared = globalThis as { fubieStandingHouse?: { guests: number; house: Promise<Shared> } };
const seed = 20_261_122;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { standing, leave } = await lodge();
  project.provide('standing', standing);
  return leave;
}

/** The house that stands, opened for the first who asks; the last who leaves closes it. */
export async function lodge(): Promise<{ standing: StandingHouse; leave: () => Promise<void> }> {
  shared.fubieStandingHouse ??= { guests: 0, house: open() };
  const { fubieStandingHouse: ours } = shared;
  ours.guests += 1;
  const { standing, close } = await ours.house;
  const leave = async (): Promise<void> => {
    ours.guests -= 1;
    if (ours.guests > 0) return;
    delete shared.fubieStandingHouse;
    await close();
  };
  return { standing, leave };
}

async function open(): Promise<Shared> {
  const world = await World.open({ seed });
  const loan = await mkdtemp(join(tmpdir(), 'fubie-standing-'));
  const close = async (): Promise<void> => {
    await world.close();
    await rm(loan, { recursive: true, force: true });
  };
  try {
    const played = await playLoan(world);
    await played.forget();
    await writeLoan(loan, played);
    const { url, logins, estate } = world.house;
    return { standing: { url, logins, root: estate.root, loan }, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function writeLoan(folder: string, played: PlayedLoan): Promise<void> {
  const files: [string, Uint8Array][] = [
    ['package.zip', played.zip],
    ['refused.zip', played.refused],
    ['contract.pdf', played.contract],
    ['receipts.json', played.receipts],
    ['trust.zip', writeArchive([...played.trust].map(([name, bytes]) => ({ name, bytes })))],
    ...[...played.trust].map(([path, bytes]): [string, Uint8Array] => [`trust/${path}`, bytes]),
  ];
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}
