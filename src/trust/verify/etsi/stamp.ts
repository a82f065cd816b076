/**
 * Time-stamp validation (ETSI EN 319 102-1 §5.4): a token is a signature of its own, over the
 * digest of what it stamps, by a key that may do nothing else.
 */
import { equal } from '#base/bytes';
import type { DetachedContent } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import { readTimestamp, type TimestampFacts } from '#formats/tsp';
import type { FlawCode } from '../report/flaws.ts';
import type { Doubt } from './doubt.ts';
import { type Integrity, judgeIntegrity } from './integrity.ts';

/** A token as it was read. */
export type Token = TimestampFacts;

/** Refuses with a der, cms or tsp code what is no token. */
export const readToken = readTimestamp;

const codes: Partial<Record<FlawCode, FlawCode>> = {
  digest_differs: 'stamp_wrong',
  signature_wrong: 'stamp_wrong',
  content_type_differs: 'stamp_wrong',
  signer_certificate_differs: 'stamp_wrong',
  cms_malformed: 'stamp_malformed',
};

/** Is the token whole, and over `stamped`? What is unknown of `stamped` is not compared. */
export async function judgeTokenIntegrity(
  token: Token,
  stamped: Pick<DetachedContent, 'digest'> | undefined,
  {
    engine,
    certificates,
  }: { readonly engine: Engine; readonly certificates: readonly Uint8Array[] },
): Promise<Integrity> {
  const { cms: message, signer } = token;
  const own = await judgeIntegrity({ message, signer, certificates }, engine);
  const doubts = own.doubts.map(({ code, detail }) => ({ code: codes[code] ?? code, detail }));
  const wrong = stamped === undefined ? undefined : await imprintDoubt(token, stamped);
  return { ...own, doubts: wrong === undefined ? doubts : [...doubts, wrong] };
}

async function imprintDoubt(
  { imprint }: Token,
  stamped: Pick<DetachedContent, 'digest'>,
): Promise<Doubt | undefined> {
  if (imprint.hash === undefined) {
    return { code: 'algorithm_not_supported', detail: `imprint ${imprint.hashOid}` };
  }
  const same = equal(await stamped.digest(imprint.hash), imprint.digest);
  return same ? undefined : { code: 'stamp_wrong', detail: 'it is over something else' };
}
