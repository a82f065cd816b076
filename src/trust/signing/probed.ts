/**
 * A key that is asked only where time is to be had: first a stamp is made and checked, then the
 * key signs. A signature that can get no stamp would be a use of the key that nobody can date.
 */
import type { Signer } from '#formats/crypto';
import type { Stamper } from './ports.ts';

/**
 * The signer behind a probe stamp over what it is to sign. Refuses with `timestamp.*` where no
 * authority gives a true time; the key is not touched then.
 */
export function probed(signer: Signer, stamps: Stamper): Signer {
  const { algorithm, publicKey } = signer;
  return {
    algorithm,
    publicKey,
    async sign(message) {
      await stamps.stamp(message);
      return signer.sign(message);
    },
  };
}
