import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromLatin1 } from '#base/bytes';
import { contextConstructed, integer, oid, sequence } from '#formats/der';
import {
  anyPolicyOid,
  basicConstraints,
  extendedKeyUsage,
  extensionOid,
  keyUsage,
  purposeOid,
} from '#formats/x509';
import { buildPath, type PathAsk, type PathCode } from './index.ts';
import {
  extension,
  future,
  gold,
  judged,
  past,
  policies,
  silver,
  strange,
  times,
  wanting,
} from './judging.fixture.ts';
import {
  certify,
  emptyName,
  having,
  keyAt,
  lacking,
  now,
  type Plan,
  plan,
} from './world.fixture.ts';

test('the control: nothing is bent, under the strictest profile of documents', async () => {
  const said = await judged(() => undefined, { profile: 'rfc5280' });
  expect(said).toEqual({ is: 'valid', length: 3, policies: [] });
});

describe('RFC 5280 §6: each check fails alone', () => {
  const rows: readonly (readonly [string, PathCode, number | undefined, (of: Plan) => void])[] = [
    ['leaf expired', 'expired', 0, ({ leaf }) => void (leaf.times = times(past))],
    ['middle expired', 'expired', 1, ({ middle }) => void (middle.times = times(past))],
    ['anchor expired', 'expired', 2, ({ root }) => void (root.times = times(past))],
    ['leaf of tomorrow', 'not_yet_valid', 0, ({ leaf }) => void (leaf.times = times(future))],
    ['middle of tomorrow', 'not_yet_valid', 1, ({ middle }) => void (middle.times = times(future))],
    ['leaf forged', 'signature_broken', 0, ({ leaf }) => void (leaf.isForged = true)],
    ['middle forged', 'signature_broken', 1, ({ middle }) => void (middle.isForged = true)],
    ['leaf by a stranger', 'signature_broken', 0, ({ leaf }) => void (leaf.signer = keyAt(3))],
    ['issuer unknown', 'no_path', 0, ({ leaf }) => void (leaf.issuer = emptyName)],
    [
      'middle no authority',
      'not_authority',
      1,
      ({ middle }) => having(middle, basicConstraints(false)),
    ],
    [
      'no constraints',
      'not_authority',
      1,
      ({ middle }) => lacking(middle, extensionOid.basicConstraints),
    ],
    [
      'version 1',
      'not_authority',
      1,
      ({ middle }) => void Object.assign(middle, { version: undefined, extensions: [] }),
    ],
    ['path length', 'path_too_long', 2, ({ root }) => having(root, basicConstraints(true, 0))],
    [
      'no keyCertSign',
      'key_cert_sign_missing',
      1,
      ({ middle }) => having(middle, keyUsage('cRLSign')),
    ],
    ['critical in leaf', 'critical_unknown', 0, ({ leaf }) => having(leaf, strange)],
    ['critical in middle', 'critical_unknown', 1, ({ middle }) => having(middle, strange)],
    ['critical in anchor', 'critical_unknown', 2, ({ root }) => having(root, strange)],
    [
      'unreadable usage',
      'malformed',
      0,
      ({ leaf }) => having(leaf, extension(extensionOid.keyUsage, integer(3))),
    ],
    [
      'unreadable names',
      'malformed',
      0,
      ({ leaf }) => having(leaf, extension(extensionOid.subjectAltName, fromLatin1('x'))),
    ],
    [
      'mapping to any',
      'policy_any_mapped',
      1,
      ({ middle }) =>
        having(
          middle,
          extension(extensionOid.policyMappings, sequence(sequence(oid(gold), oid(anyPolicyOid)))),
        ),
    ],
    [
      'no policy where one is demanded',
      'policy_required',
      0,
      ({ middle }) => having(middle, policies(gold), wanting),
    ],
  ];

  test.each(rows)('%s: %s at %s', async (...[, code, index, bend]) => {
    expect(await judged(bend)).toMatchObject({ code, index });
  });

  test('an anchor that is trusted as a key brings no rules', async () => {
    const bent = await plan();
    bent.root.times = times(past);
    having(bent.root, strange, basicConstraints(true, 0));
    const [root, middle, target] = await Promise.all(
      [bent.root, bent.middle, bent.leaf].map(certify),
    );
    if (root === undefined || middle === undefined || target === undefined) throw new Error('plan');
    const anchors = [{ certificate: root, applies: 'key' as const }];
    const ask = { target, anchors, pool: [middle], at: now, engine: nodeEngine };
    expect(await buildPath(ask)).toMatchObject({ is: 'valid' });
    // A certificate that is trusted itself needs nobody above.
    const itself = {
      ...ask,
      anchors: [{ certificate: target, applies: 'key' as const }],
      pool: [],
    };
    expect(await buildPath(itself)).toMatchObject({
      is: 'valid',
      path: { certificates: [target] },
    });
  });

  test('time can be left out of the judgement, and the path is still told when it is not', async () => {
    const bend = ({ middle }: Plan): void => void (middle.times = times(past));
    expect(await judged(bend, { validity: 'ignored' })).toMatchObject({ is: 'valid' });
    expect(await judged(bend)).toMatchObject({ code: 'expired', length: 3 });
  });
});

describe('what the caller wants of the path', () => {
  const clientAuth = extendedKeyUsage(false, purposeOid.clientAuth);
  test.each<[string, PathCode, (of: Plan) => void, Partial<PathAsk>]>([
    ['purpose', 'purpose_missing', () => undefined, { purposes: [purposeOid.timeStamping] }],
    [
      'purpose of the authority',
      'authority_purpose_missing',
      ({ middle }) => having(middle, clientAuth),
      { purposes: [purposeOid.documentSigning] },
    ],
    ['usage', 'key_usage_missing', () => undefined, { keyUsages: ['contentCommitment'] }],
    ['depth', 'depth_exceeded', () => undefined, { depthMax: 0 }],
    [
      'policy',
      'policy_required',
      ({ leaf, middle }) => [leaf, middle].forEach((one) => having(one, policies(silver))),
      { policies: [gold], explicitPolicyRequired: true },
    ],
    [
      'server name',
      'server_name_differs',
      () => undefined,
      { serverNames: [{ dns: 'root.example' }] },
    ],
    [
      'purpose that cannot be read',
      'purpose_missing',
      ({ leaf }) => having(leaf, extension(extensionOid.extendedKeyUsage, integer(1), false)),
      { purposes: [purposeOid.documentSigning] },
    ],
  ])('%s: %s', async (...[, code, bend, more]) => {
    expect(await judged(bend, more)).toMatchObject({ is: 'invalid', code });
  });

  test.each<[string, (of: Plan) => void, Partial<PathAsk>]>([
    [
      'one of several purposes',
      () => undefined,
      { purposes: [purposeOid.timeStamping, purposeOid.documentSigning] },
    ],
    [
      'any purpose',
      ({ leaf }) => having(leaf, extendedKeyUsage(false, purposeOid.any)),
      { purposes: [purposeOid.timeStamping] },
    ],
    [
      'the authority not asked',
      ({ middle }) => having(middle, clientAuth),
      { purposes: [purposeOid.documentSigning], purposeOfAuthorities: 'ignored' },
    ],
    ['server name', () => undefined, { serverNames: [{ dns: 'LEAF.example' }] }],
  ])('%s: valid', async (_, bend, more) => {
    expect(await judged(bend, more)).toMatchObject({ is: 'valid' });
  });
});

test('an unknown structure inside an extension list is not read as another', async () => {
  const doubled = ({ leaf }: Plan): void => {
    leaf.extensions = [...leaf.extensions, ...leaf.extensions.slice(0, 1)];
  };
  await expect(judged(doubled)).rejects.toThrowError('x509.malformed');
  const shifted = ({ leaf }: Plan): void => {
    leaf.publicKey = contextConstructed(0);
  };
  await expect(judged(shifted)).rejects.toThrowError('der.unexpected');
});
