/**
 * What a caller may ask of path building (the inputs of RFC 5280 §6.1.1, and a few choices).
 */
import type { Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import type { Certificate, KeyUsage } from '#formats/x509';
import type { PathMemory } from './memory.ts';
import type { ServerName } from './server-name.ts';

/** A certificate that is trusted by decree. */
export interface Anchor {
  readonly certificate: Certificate;
  /**
   * `key` trusts name and key alone, as RFC 5280 §6.1.1 (d) has it; `certificate` applies what the
   * anchor's own certificate says too: validity, path length, names, critical extensions.
   */
  readonly applies: 'key' | 'certificate';
}

/**
 * Which rules beyond §6 a path must keep. `path` is RFC 5280 §6 alone and fits documents of any
 * origin; `rfc5280` adds the certificate profile of §4; `webpki` adds the rules of TLS servers.
 */
export type PathProfile = 'path' | 'rfc5280' | 'webpki';

/** One question to `buildPath`. */
export interface PathAsk {
  readonly target: Certificate;
  readonly anchors: readonly Anchor[];
  /** Certificates that came along or are known; none of them is trusted. */
  readonly pool: readonly Certificate[];
  /** The time the path is judged at. */
  readonly at: Instant;
  readonly engine: Engine;
  /** Default `path`. */
  readonly profile?: PathProfile;
  /** `ignored` leaves validity periods unjudged: past certificates are judged in two passes. */
  readonly validity?: 'judged' | 'ignored';
  /** The target's extended key usage must contain one of these; absent means any purpose. */
  readonly purposes?: readonly string[];
  /** `chained` (the default) demands a purpose of each authority that lists purposes too. */
  readonly purposeOfAuthorities?: 'chained' | 'ignored';
  /** The target's key usage, if stated, must contain one of these. */
  readonly keyUsages?: readonly KeyUsage[];
  /** RFC 5280 §6.1.1 (c): acceptable policies; absent means any. */
  readonly policies?: readonly string[];
  readonly explicitPolicyRequired?: boolean;
  readonly policyMappingInhibited?: boolean;
  readonly anyPolicyInhibited?: boolean;
  /** Authorities between target and anchor that are not self-issued, at most. */
  readonly depthMax?: number;
  /** Names of which the target must bear each, as TLS clients demand (RFC 9525). */
  readonly serverNames?: readonly ServerName[];
  /** Shared between the questions of one verification, so that no signature is checked twice. */
  readonly memory?: PathMemory;
}
