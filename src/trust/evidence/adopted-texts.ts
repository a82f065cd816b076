/**
 * Policy and registers of members as the trust folder hands them to everybody, held against the
 * entries that adopted them (S2-86).
 *
 * Every process and every verifier reads those files: one that nobody voted, one that was taken
 * away or one put before another would let levels follow from another rule than the log knows.
 */
import { toBase64 } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import type { CaseChains, FollowedEntry } from './case-chains.ts';
import { policyCaseId } from './register.ts';

const registerName = 'register.note';

/** A text that binds this log: a file of the trust folder, registers in their order. */
export interface AdoptedText {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isRegister: boolean;
}

/** A text that does not agree, and why. */
export interface TextFlaw {
  readonly part: string;
  readonly detail: string;
}

export async function textFlaws(
  texts: readonly AdoptedText[],
  chains: CaseChains,
  engine: Engine,
): Promise<readonly TextFlaw[]> {
  const found: TextFlaw[] = [];
  const shown = new Set<string>();
  let last = -1;
  for (const { name, bytes, isRegister } of texts) {
    const sha256 = toBase64(await engine.digest('sha256', bytes));
    shown.add(sha256);
    const chain = chains.of(await policyCaseId(bytes, engine));
    const by = chain?.entries.find((one) => adopts(one, sha256));
    const part = `file ${name}`;
    if (by === undefined) {
      found.push({ part, detail: 'no entry adopted it' });
    } else if (isRegister) {
      // Without a place it was voted later than all that have one.
      const place = by.index ?? Number.POSITIVE_INFINITY;
      if (place < last)
        found.push({ part, detail: 'adopted before the one that stands before it' });
      last = place;
    }
  }
  for (const { entry, index } of chains.all().flatMap(({ entries }) => entries)) {
    const [text] = entry.type === 'policy.adopted' ? entry.of : [];
    if (index === undefined || text?.name !== registerName || shown.has(text.sha256)) continue;
    found.push({ part: `entry ${index}`, detail: 'the register it adopted is not shown' });
  }
  return found;
}

function adopts({ entry }: FollowedEntry, sha256: string): boolean {
  return entry.type === 'policy.adopted' && entry.of.some((one) => one.sha256 === sha256);
}
