/** Makes the material of a file usable: certificates read as far as they can be, one of each. */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import { type Certificate, readCertificate } from '#formats/x509';
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
  const own = distinct(bag.certificates).slice(0, certificatesMax).flatMap(ifReadable);
  return {
    certificates: [...trusted.certificates, ...own],
    crls: distinct([...bag.crls, ...trusted.crls]).slice(0, revocationsMax),
    ocsps: distinct([...bag.ocsps, ...trusted.ocsps]).slice(0, revocationsMax),
  };
}

function ifReadable(der: Uint8Array): Certificate[] {
  try {
    return [readCertificate(der)];
  } catch (thrown) {
    if (thrown instanceof Fault) return [];
    throw thrown;
  }
}

function distinct(objects: readonly Uint8Array[]): readonly Uint8Array[] {
  const seen: Uint8Array[] = [];
  for (const object of objects.slice(0, objectsMax)) {
    if (!seen.some((one) => equal(one, object))) seen.push(object);
  }
  return seen;
}
