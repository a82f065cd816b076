/**
 * `fubie package CASE --out FILE [--var DIR] [--tenant ID] [--login NAME] [--json]`: the evidence package of one
 * case, built by the running house and written into a file.
 *
 * Asked again while nothing was added to the case, the house answers the same file.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { nodeEngine } from '#adapters/engine';
import { toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { type Line, textIn } from '#doors/phone';
import { readStartSettings } from '../../config.ts';
import { standingEstate } from '../estate/estate.ts';
import { operatorLine } from '../house/line.ts';
import { optionOf } from '../options.ts';

/** Who packs unless somebody else is named: the desk that reads every case and changes none. */
const loginDefault = 'auditor';
const casePattern = /^[A-Za-z0-9_-]{22}$/;

export async function run(args: readonly string[]): Promise<number> {
  // A case's name may begin like an option; it is known by its place.
  const caseId = args[0] ?? '';
  const out = optionOf(args, '--out');
  if (!casePattern.test(caseId) || out === undefined) {
    throw new Fault('main.usage', { needs: 'CASE --out FILE' });
  }
  const estate = standingEstate(optionOf(args, '--var') ?? readStartSettings().root);
  const login = optionOf(args, '--login') ?? loginDefault;
  const tenant = optionOf(args, '--tenant') as TenantId | undefined;
  const line = await operatorLine(estate, login, tenant);
  const { id, bytes } = await fetchPackage(line, caseId);
  const file = resolve(out);
  await writeFile(file, bytes, { mode: 0o600 });
  if (args.includes('--json')) {
    const sha256 = toHex(await nodeEngine.digest('sha256', bytes));
    const told = { case: caseId, package: id, file, bytes: bytes.length, sha256 };
    process.stdout.write(`${JSON.stringify(told)}\n`);
  } else {
    process.stdout.write(`证据包：${file}（${bytes.length} 字节）\n`);
  }
  return 0;
}

/** Has the package built, or found, and fetches it. */
export async function fetchPackage(
  line: Line,
  caseId: string,
): Promise<{ id: string; bytes: Uint8Array }> {
  const id = textIn(await line.post('/v1/packages', { case: caseId }), 'package');
  return { id, bytes: await line.bytes(`/v1/packages/${id}`) };
}
