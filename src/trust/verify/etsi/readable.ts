/** Makes the material of a file usable: certificates read as far as they can be, one of each. */
import { equal } from '#base/bytes';
import { certificateIfReadable } from '#formats/x509';
import type { Material } from '../anchors.ts';

/** A hostile bag holds more than anybody needs. */
const certificatesMax = 256;
const revocationsMax = 256;
const objectsMax = 1_000;

/** DER in the order in which it was met; what cannot be read is as good as absent. */
export function readMaterial(
  bag: {
    readonly certificates: readonly Uint8Array[];
    readonly crls: readonly Uint8Array[];
    readonly ocsps: readonly Uint8Array[];
  },
  trusted: Material,
): Material {
  const ders = distinct(bag.certificates).slice(0, certificatesMax);
  const own = ders.flatMap((der) => certificateIfReadable(der) ?? []);
  return {
    certificates: [...trusted.certificates, ...own],
    crls: distinct([...bag.crls, ...trusted.crls]).slice(0, revocationsMax),
    ocsps: distinct([...bag.ocsps, ...trusted.ocsps]).slice(0, revocationsMax),
  };
}

function distinct(objects: readonly Uint8Array[]): readonly Uint8Array[] {
  const seen: Uint8Array[] = [];
  for (const object of objects.slice(0, objectsMax)) {
    if (!seen.some((one) => equal(one, object))) seen.push(object);
  }
  return seen;
}
