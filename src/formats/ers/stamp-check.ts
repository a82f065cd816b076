/**
 * Judges the tokens of an evidence record by the stamping certificates that are trusted by their
 * bytes (RFC 3161 §2.3, RFC 4998 §4.3), each until the next one took over.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { checkToken, parseToken } from '#formats/tsp';
import type { Certificate } from '#formats/x509';
import type { CheckStamp } from './verify-record.ts';

/** `authorities`: whose tokens count. A token must be as the house's authority writes it. */
export function checkStampBy(authorities: readonly Certificate[], engine: Engine): CheckStamp {
  return async (der, imprint, until) => {
    try {
      const token = parseToken(der);
      const verdict = await checkToken({ token, imprint, authorities, strict: true }, engine);
      if (verdict.is === 'invalid') return { is: 'invalid', because: verdict.because };
      const lapsed = until !== undefined && until > verdict.certificate.notAfter;
      return lapsed
        ? { is: 'invalid', because: 'certificate_expired' }
        : { is: 'valid', at: token.time };
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return { is: 'invalid', because: thrown.code };
    }
  };
}
