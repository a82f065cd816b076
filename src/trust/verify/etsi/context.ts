/**
 * The validation context of one file (ETSI EN 319 102-1 §5.2.4): whom to believe, what came along,
 * what is proved to have existed, and the policy.
 */
import type { Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { type Anchor, PathMemory } from '#formats/pkix';
import { type AnchorSet, believedAt, type Material } from '../anchors.ts';
import { Existence } from './existence.ts';

/**
 * What the policy does without revocation material: `if-present` says so in a notice, `required`
 * leaves the signature open. Material that is there counts under both.
 */
export type RevocationPolicy = 'if-present' | 'required';

/** Whom the verifier believes, for signatures and for the time. */
export type Anchors = Pick<AnchorSet, 'signing' | 'stamping'>;

export class Context {
  readonly engine: Engine;
  readonly material: Material;
  readonly existence: Existence;
  readonly memory: PathMemory;
  readonly revocation: RevocationPolicy;
  /** The time to judge at, as it was asked for. */
  readonly at: Instant | undefined;
  readonly #anchors: Anchors;

  constructor(parts: {
    readonly engine: Engine;
    readonly anchors: Anchors;
    readonly material: Material;
    readonly revocation: RevocationPolicy;
    readonly at: Instant | undefined;
  }) {
    this.engine = parts.engine;
    this.#anchors = parts.anchors;
    this.material = parts.material;
    this.revocation = parts.revocation;
    this.at = parts.at;
    this.existence = new Existence();
    this.memory = new PathMemory(parts.engine);
  }

  /** An anchor is trusted as a name and a key: its own dates and constraints bind nobody. */
  anchorsFor(purpose: Purpose, at: Instant): readonly Anchor[] {
    const believed = believedAt(this.#anchors[purpose], at);
    return believed.map((certificate) => ({ certificate, applies: 'key' }));
  }
}

/** What a certificate is used for here. */
export type Purpose = keyof Anchors;
