/**
 * One loan and one refused application, played in a world, and what a stranger is handed of them.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { call, okBody } from '#adapters/wire';
import { fromUtf8, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { openZip } from '#formats/bundle';
import type { TrustFiles } from '#trust/verify';
import { socketOf } from '../../src/main/estate/estate.ts';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { tellStory } from '../../src/main/house/story.ts';
import type { Guest } from '../guest.ts';

const packageMsMax = 60_000;

export interface PlayedLoan {
  /** Where the phones keep what is theirs; removed by `forget`. */
  readonly folder: string;
  readonly trust: TrustFiles;
  /** package.zip of the loan, and of the application that the bureau's answer ended. */
  readonly zip: Uint8Array;
  readonly refused: Uint8Array;
  readonly contract: Uint8Array;
  /** All receipts of the borrower's phone, as `fubie verify --receipt` takes them. */
  readonly receipts: Uint8Array;
  forget(): Promise<void>;
}

export async function playLoan(world: Guest): Promise<PlayedLoan> {
  const folder = await mkdtemp(join(tmpdir(), 'fubie-hostile-'));
  const told = await tellStory(world.house, folder);
  const zip = new Uint8Array(await readFile(told.package));
  const refusedToken = await readFile(join(folder, 'phone-refused', 'token'), 'utf8');
  return {
    folder,
    zip,
    trust: await trustFiles(world.trust),
    refused: await packageOf(world, { token: refusedToken, case: told.refused.case }),
    contract: fileIn(zip, 'documents/04-loan-contract.pdf'),
    receipts: await receiptsIn(join(folder, 'phone', 'receipts')),
    forget: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The bytes of one file of a package. */
export function fileIn(zip: Uint8Array, name: string): Uint8Array {
  const file = openZip(zip).files.find((one) => one.name === name);
  if (file === undefined) throw new Error(`the package holds no ${name}`);
  return file.bytes.slice();
}

async function receiptsIn(folder: string): Promise<Uint8Array> {
  const names = (await readdir(folder)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return utf8(`[${texts.join(',')}]`);
}

async function packageOf(
  world: Guest,
  of: { readonly token: string; readonly case: string },
): Promise<Uint8Array> {
  const made = await ask(world, { ...of, path: '/v1/packages', body: { case: of.case } });
  const { package: id } = JSON.parse(fromUtf8(made)) as { readonly package: string };
  return ask(world, { ...of, path: `/v1/packages/${id}` });
}

async function ask(
  world: Guest,
  question: { readonly token: string; readonly path: string; readonly body?: Json },
): Promise<Uint8Array> {
  const { token, path, body } = question;
  const answer = await call(socketOf(world.house.estate, 'serve'), {
    method: body === undefined ? 'GET' : 'POST',
    path,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': 'hostile-package-of-a-refused-case',
    },
    ...(body === undefined ? {} : { body: utf8(canonical(body)) }),
    timeoutMs: packageMsMax,
  });
  return okBody(answer);
}
