/**
 * The signature policies of a trust folder: the texts in `signature-policies/`, as they are.
 *
 * With a text there the asker says which policies he knows, and a signature under another one stays
 * open. With none there he judges by his own policy alone, and what signers name is said.
 */
import { signaturePoliciesFolder, type TrustFiles } from './anchors.ts';

/** The text of a policy that the asker handed in; `name` without the folder. */
export interface PolicyText {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function policyTextsIn(files: TrustFiles): readonly PolicyText[] {
  return [...files.keys()]
    .filter((name) => name.startsWith(signaturePoliciesFolder))
    .toSorted()
    .map((name) => ({
      name: name.slice(signaturePoliciesFolder.length),
      bytes: files.get(name) ?? new Uint8Array(),
    }));
}
