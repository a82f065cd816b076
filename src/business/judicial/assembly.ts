/**
 * Assembles the evidence package (docs/specs/package.md): files in, one deterministic file out.
 *
 * Two steps, because the report lies between them: it lists the digests of all other files, is set
 * in type and sealed, and only then the package is closed.
 */
import { Fault } from '#base/fault';
import { type BundleFile, manifestOf, writeZip } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { parseEntry } from '#formats/entry';
import { type CaseMaterial, filesOf } from './material.ts';

/** Closes the package around the sealed report. Same material and report, same bytes. */
export async function buildPackage(
  order: { readonly material: CaseMaterial; readonly report: Uint8Array },
  engine: Engine,
): Promise<Uint8Array> {
  const files = await filesOf(order.material, engine);
  return close([...files, { name: 'report.pdf', bytes: order.report }], order.material, engine);
}

/** The package as it is before its report exists: for judging what the report will say. */
export async function draftPackage(material: CaseMaterial, engine: Engine): Promise<Uint8Array> {
  return close(await filesOf(material, engine), material, engine);
}

async function close(
  files: readonly BundleFile[],
  material: CaseMaterial,
  engine: Engine,
): Promise<Uint8Array> {
  const [first] = material.entries;
  if (first === undefined) throw new Fault('judicial.material_missing', { what: 'entries' });
  const caseId = parseEntry(first.bytes).caseTag;
  const manifest = await manifestOf({ caseId, files }, engine);
  return writeZip([...files, { name: 'manifest.json', bytes: manifest }]);
}
