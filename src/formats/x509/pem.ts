/**
 * PEM (RFC 7468 §3, the strict form): 64 characters to a line, one spelling for one list of values.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import { Fault } from '#base/fault';

export type PemLabel =
  | 'CERTIFICATE'
  | 'CERTIFICATE REQUEST'
  | 'X509 CRL'
  | 'PUBLIC KEY'
  | 'PRIVATE KEY'
  | 'ENCRYPTED PRIVATE KEY'
  | 'EC PRIVATE KEY'
  | 'RSA PRIVATE KEY'
  | 'PKCS7'
  | 'X509 CERTIFICATE';

const lineLength = 64;

export function writePem(label: PemLabel, ...ders: readonly Uint8Array[]): string {
  return ders
    .map((der) => {
      const lines = toBase64(der).match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
      return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
    })
    .join('');
}

/** The values of a PEM text that holds nothing else; x509.pem_malformed otherwise. */
export function readPem(label: PemLabel, text: string): readonly Uint8Array[] {
  const block = new RegExp(
    `-----BEGIN ${label}-----\n([A-Za-z0-9+/=\n]*)-----END ${label}-----\n`,
    'g',
  );
  const ders = [...text.matchAll(block)].map((match) => {
    try {
      return fromBase64((match[1] ?? '').replaceAll('\n', ''));
    } catch (cause) {
      throw new Fault('x509.pem_malformed', { label }, { cause });
    }
  });
  if (ders.length === 0 || writePem(label, ...ders) !== text) {
    throw new Fault('x509.pem_malformed', { label });
  }
  return ders;
}

/** The only value of a PEM text. */
export function readOnePem(label: PemLabel, text: string): Uint8Array {
  const [der, ...others] = readPem(label, text);
  if (der === undefined || others.length > 0) throw new Fault('x509.pem_malformed', { label });
  return der;
}

/**
 * Every value of a kind in a text of any origin: other words around, other line lengths and ends
 * (RFC 7468 §2, the lax form). A block whose base64 is broken is x509.pem_malformed.
 */
export function findPem(label: PemLabel, text: string): readonly Uint8Array[] {
  const block = new RegExp(
    `-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]*)-----END ${label}-----`,
    'g',
  );
  return [...text.matchAll(block)].map((match) => {
    try {
      return fromBase64((match[1] ?? '').replaceAll(/\s/g, ''));
    } catch (cause) {
      throw new Fault('x509.pem_malformed', { label }, { cause });
    }
  });
}
