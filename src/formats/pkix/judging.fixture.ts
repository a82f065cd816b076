/**
 * Bends one thing in a path of three certificates and asks what the judge says.
 */
import { nodeEngine } from '#adapters/engine';
import { addSeconds } from '#base/clock';
import { certificateTime, contextPrimitive, integer, nullValue, oid, sequence } from '#formats/der';
import { type Extension, extensionOid } from '#formats/x509';
import { buildPath, type PathAsk, type PathCode } from './index.ts';
import { certify, now, type Plan, plan, yearSeconds } from './world.fixture.ts';

/** What a bent path came to. */
export interface Outcome {
  readonly is: string;
  readonly code?: PathCode;
  readonly index?: number | undefined;
  readonly rfc?: string;
}

/** Bends the plan, signs it, and asks for a path. */
export async function judged(
  bend: (of: Plan) => void,
  more: Partial<PathAsk> = {},
): Promise<
  Outcome & { readonly length: number | undefined; readonly policies: readonly string[] }
> {
  const bent = await plan();
  bend(bent);
  const [root, middle, target] = await Promise.all(
    [bent.root, bent.middle, bent.leaf].map(certify),
  );
  if (root === undefined || middle === undefined || target === undefined) throw new Error('plan');
  const anchors = [{ certificate: root, applies: 'certificate' as const }];
  const ask = { target, anchors, pool: [middle], at: now, engine: nodeEngine, ...more };
  const verdict = await buildPath(ask);
  const { path } = verdict;
  const length = path?.certificates.length;
  const said = { is: verdict.is, length, policies: path?.policies ?? [] };
  if (verdict.is === 'valid') return said;
  const { code, index, rfc } = verdict.because;
  return { ...said, code, index, rfc };
}

export function extension(name: string, value: Uint8Array, critical = true): Extension {
  return { oid: name, critical, value };
}

export function policies(...names: readonly string[]): Extension {
  const value = sequence(...names.map((name) => sequence(oid(name))));
  return extension(extensionOid.certificatePolicies, value, false);
}

export const [gold, silver] = ['1.3.6.1.4.1.55555.1', '1.3.6.1.4.1.55555.2'];
export const mapping = extension(
  extensionOid.policyMappings,
  sequence(sequence(oid(gold), oid(silver))),
);
export const wanting = extension(
  extensionOid.policyConstraints,
  sequence(contextPrimitive(0, Uint8Array.of(0))),
);
export const unmapping = extension(
  extensionOid.policyConstraints,
  sequence(contextPrimitive(1, Uint8Array.of(0))),
);
export const noAny = extension(extensionOid.inhibitAnyPolicy, integer(0));
export const strange = extension('1.3.6.1.4.1.55555.9', nullValue());
export const past = [-3, -2].map((years) => certificateTime(addSeconds(now, years * yearSeconds)));
export const future = [2, 3].map((years) => certificateTime(addSeconds(now, years * yearSeconds)));

export function times(pair: readonly Uint8Array[]): readonly [Uint8Array, Uint8Array] {
  const [from = integer(0), to = integer(0)] = pair;
  return [from, to];
}
