/**
 * DSA keys that take their group from the key above them (RFC 5280 §6.1.4 (d) to (f), RFC 3279
 * §2.3.2). The search for a path goes upwards and meets them before it knows their group, so what
 * they signed is checked when the path has reached its anchor, from there down. The group of any
 * other authority of that name must not count: who may choose it can choose one in which a given
 * signature holds.
 */
import { type Certificate, lacksGroup, withGroupOf } from '#formats/x509';
import type { PathMemory } from './memory.ts';
import { type PathFlaw, pathFlaw } from './verdict.ts';

/** What a path says of its inheriting keys: as they can be used, and what speaks against. */
export interface Inheritance {
  readonly flaws: readonly PathFlaw[];
  readonly keys: readonly { readonly written: Uint8Array; readonly whole: Uint8Array }[];
}

/** `certificates` goes from the target to the anchor's own certificate. */
export async function judgeInheritance(
  certificates: readonly Certificate[],
  memory: PathMemory,
): Promise<Inheritance> {
  const flaws: PathFlaw[] = [];
  const keys: { written: Uint8Array; whole: Uint8Array }[] = [];
  let working: Uint8Array | undefined;
  for (const [fromTop, certificate] of certificates.toReversed().entries()) {
    const index = certificates.length - 1 - fromTop;
    const { publicKey } = certificate;
    const issuer = certificates[index + 1];
    if (issuer !== undefined && lacksGroup(issuer.publicKey)) {
      const answer =
        working === undefined ? 'unsupported' : await memory.judge(certificate, working);
      if (answer !== 'good') flaws.push(pathFlaw(codes[answer], { index, certificate }));
    }
    if (!lacksGroup(publicKey)) {
      working = publicKey;
      continue;
    }
    // The anchor may be an authority whose own path was judged before.
    const whole =
      working === undefined ? memory.wholeKey(publicKey) : withGroupOf(publicKey, working);
    working = whole === undefined || lacksGroup(whole) ? undefined : whole;
    if (working !== undefined) keys.push({ written: publicKey, whole: working });
  }
  return { flaws, keys };
}

const codes = {
  broken: 'signature_broken',
  unsupported: 'algorithm_unknown',
  spent: 'limit',
} as const;
