/**
 * manifest.json: every file of the package with its length and digest, derivable from the rest.
 *
 * It is canonical JSON (RFC 8785) and says nothing that the other files do not fix, so a reader
 * makes it anew and compares bytes.
 */
import { compare, toHex, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import type { Engine } from '#formats/crypto';

import { formOf } from './layout.ts';
import type { BundleFile } from './zip.ts';

/** One file as manifest.json and the report’s data name it; the digest is lower-case hex. */
export type FileDigest = {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
};

/** The digests of the given files, sorted by name. */
export async function digestsOf(
  files: readonly BundleFile[],
  engine: Engine,
): Promise<readonly FileDigest[]> {
  const sorted = files.toSorted((a, b) => compare(utf8(a.name), utf8(b.name)));
  const digests: FileDigest[] = [];
  for (const { name, bytes } of sorted) {
    const sha256 = toHex(await engine.digest('sha256', bytes));
    digests.push({ name, bytes: bytes.length, sha256 });
  }
  return digests;
}

/**
 * The one manifest these files can have; of the form that is named, or that they are of. A manifest
 * among them is left out.
 */
export async function manifestOf(
  bundle: {
    readonly caseId: string;
    readonly files: readonly BundleFile[];
    readonly form?: number;
  },
  engine: Engine,
): Promise<Uint8Array> {
  const listed = bundle.files.filter((file) => file.name !== 'manifest.json');
  const files = await digestsOf(listed, engine);
  const v = bundle.form ?? formOf(files.map(({ name }) => name));
  return canonicalBytes({ v, case: bundle.caseId, files });
}
