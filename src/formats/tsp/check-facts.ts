/**
 * Judges any authority's token as mathematics and form (RFC 3161 §2.3, §2.4.2): over this, signed
 * by that certificate, for this purpose. Chains and the strength of algorithms are asked elsewhere.
 */
import { equal } from '#base/bytes';
import {
  type CheckedSigner,
  checkSigner,
  type DetachedContent,
  type SignerCheck,
} from '#formats/cms';
import type { Engine } from '#formats/crypto';
import { type Certificate, extensionOid, isSubjectName, purposeOid } from '#formats/x509';
import type { TimestampFacts } from './facts.ts';

/** What a check of a token found. */
export interface CheckedTimestamp extends CheckedSigner {
  /**
   * The imprint is of what was handed in, and is what was signed; undefined for a digest that the
   * engine does not know, in the imprint or over the TSTInfo: then anybody may have written it.
   */
  readonly imprintIntact: boolean | undefined;
  /**
   * Is the certificate for stamping: `only`, critically and alone as RFC 3161 §2.3 demands, `among`
   * other purposes or not critically, or not at all?
   */
  readonly purpose: 'only' | 'among' | 'missing' | undefined;
  /** The name that the token gives its authority is a subject's name there (RFC 3161 §2.4.2). */
  readonly named: boolean | undefined;
}

export async function checkTimestamp(
  check: {
    readonly facts: TimestampFacts;
    /** What must have been stamped. */
    readonly stamped: Pick<DetachedContent, 'digest'>;
  } & Pick<SignerCheck, 'certificates' | 'read'>,
  engine: Engine,
): Promise<CheckedTimestamp> {
  const { facts, stamped, ...search } = check;
  const { hash, digest } = facts.imprint;
  const { cms: message, signer } = facts;
  const checked = await checkSigner({ message, signer, ...search }, engine);
  return {
    ...checked,
    imprintIntact:
      hash === undefined || checked.contentIntact === undefined
        ? undefined
        : checked.contentIntact && equal(await stamped.digest(hash), digest),
    purpose: checked.certificate && purposeOf(checked.certificate),
    named:
      checked.certificate && facts.authority && isSubjectName(checked.certificate, facts.authority),
  };
}

function purposeOf({ extensions }: Certificate): 'only' | 'among' | 'missing' {
  const purposes = extensions.extendedKeyUsage ?? [];
  if (!purposes.includes(purposeOid.timeStamping)) return 'missing';
  const extension = extensions.all.find((one) => one.oid === extensionOid.extendedKeyUsage);
  return purposes.length === 1 && extension?.critical === true ? 'only' : 'among';
}
