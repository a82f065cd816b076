import { describe, expect, test } from 'vitest';
import { addSeconds } from '#base/clock';
import { contextConstructed, contextPrimitive, integer, nullValue, sequence } from '#formats/der';
import { type Extension, extensionOid, keyUsage } from '#formats/x509';
import { type Ground, ground, revokedAt, tomorrow, why, yesterday } from './ground.fixture.ts';
import { type RevocationAsk } from './index.ts';
import { extension, issuingPoint, pointName, reasonCode, writeList } from './revocation.fixture.ts';
import { certify, draft, having, keyAt, named, now, plan, yearSeconds } from './world.fixture.ts';

describe('certificate lists (RFC 5280 §6.3)', () => {
  test('a list that does not name the certificate, and one that does', async () => {
    const { list, ask } = await ground();
    const good = await ask({ crls: [await list()] });
    expect(good).toMatchObject({
      is: 'good',
      source: { kind: 'crl', thisUpdate: yesterday, nextUpdate: tomorrow, isFresh: true },
    });
    const other = [{ serial: '08', from: yesterday }];
    expect(why(await ask({ crls: [await list({ entries: other })] }))).toBe('good');
    const entries = revokedAt(yesterday, reasonCode(1));
    const revoked = await ask({ crls: [await list(), await list({ entries })] });
    expect(revoked).toMatchObject({ is: 'revoked', from: yesterday, reason: 'keyCompromise' });
  });

  test.each<[string, string, (of: Ground) => Promise<Partial<RevocationAsk>>]>([
    ['nothing given', 'no_material', async () => ({})],
    ['not a list', 'malformed', async () => ({ crls: [Uint8Array.of(1, 2, 3)] })],
    [
      'of another issuer',
      'other_issuer',
      async ({ list }) => ({ crls: [await list({ issuer: named('other') })] }),
    ],
    [
      'by another key',
      'signature_broken',
      async ({ list }) => ({ crls: [await list({ signer: keyAt(3) })] }),
    ],
    ['too old', 'stale', async ({ list }) => ({ crls: [await list({ nextUpdate: yesterday })] })],
    [
      'too old for the caller',
      'stale',
      async ({ list }) => ({ crls: [await list()], ageMsMax: 1000 }),
    ],
    [
      'without an end',
      'stale',
      async ({ issuer }) => ({
        crls: [
          await writeList({ issuer: issuer.subject, signer: keyAt(1), thisUpdate: yesterday }),
        ],
      }),
    ],
    [
      'from the future',
      'from_the_future',
      async ({ list }) => ({ crls: [await list({ thisUpdate: tomorrow })] }),
    ],
    [
      'unknown critical extension',
      'critical_unknown',
      async ({ list }) => ({
        crls: [await list({ extensions: [extension('1.2.3', nullValue(), true)] })],
      }),
    ],
    [
      "unknown critical extension of somebody else's entry",
      'critical_unknown',
      async ({ list }) => {
        const extensions = [extension('1.2.3', nullValue(), true)];
        return { crls: [await list({ entries: [{ serial: '77', from: yesterday, extensions }] })] };
      },
    ],
    [
      'for authorities only',
      'out_of_scope',
      async ({ list }) => ({
        crls: [
          await list({ extensions: [issuingPoint(contextPrimitive(2, Uint8Array.of(0xff)))] }),
        ],
      }),
    ],
    [
      'for attributes only',
      'out_of_scope',
      async ({ list }) => ({
        crls: [
          await list({ extensions: [issuingPoint(contextPrimitive(5, Uint8Array.of(0xff)))] }),
        ],
      }),
    ],
    [
      'for some reasons only',
      'reasons_incomplete',
      async ({ list }) => ({
        crls: [
          await list({ extensions: [issuingPoint(contextPrimitive(3, Uint8Array.of(6, 0x40)))] }),
        ],
      }),
    ],
    [
      'of another place',
      'out_of_scope',
      async ({ list }) => ({
        crls: [await list({ extensions: [issuingPoint(pointName('http://a/'))] })],
      }),
    ],
    [
      'a delta alone',
      'no_material',
      async ({ list }) => ({ crls: [await list({ number: 3, extensions: [delta(1)] })] }),
    ],
  ])('%s: %s', async (_, expected, more) => {
    const of = await ground();
    expect(why(await of.ask(await more(of)))).toBe(expected);
  });

  test('accepted from later, but not from after the end without a word about it', async () => {
    const { list, ask, certificate } = await ground();
    const later = { crls: [await list({ thisUpdate: tomorrow })], later: 'accepted' as const };
    expect(why(await ask(later))).toBe('good');
    const thisUpdate = addSeconds(certificate.notAfter, 86_400);
    expect(why(await ask({ ...later, crls: [await list({ thisUpdate })] }))).toBe('after_expiry');
    const since = Uint8Array.of(0x18, 15, ...new TextEncoder().encode('20200101000000Z'));
    const extensions = [extension(extensionOid.expiredCertsOnCrl, since)];
    expect(why(await ask({ ...later, crls: [await list({ thisUpdate, extensions })] }))).toBe(
      'good',
    );
  });

  test('lists by reason answer together, and by place where the certificate says so', async () => {
    const place = sequence(sequence(pointName('http://a/')));
    const { list, ask } = await ground(extension(extensionOid.crlDistributionPoints, place));
    const reasons = (...bits: readonly number[]) =>
      issuingPoint(pointName('http://a/'), contextPrimitive(3, Uint8Array.of(...bits)));
    const half = await list({ extensions: [reasons(1, 0x7e)] });
    const rest = await list({ extensions: [reasons(7, 0x01, 0x80)] });
    expect(why(await ask({ crls: [half] }))).toBe('reasons_incomplete');
    expect(why(await ask({ crls: [half, rest] }))).toBe('good');
    const entries = revokedAt(yesterday);
    const found = await list({ extensions: [reasons(1, 0x7e)], entries });
    expect(why(await ask({ crls: [found] }))).toBe('revoked');
  });

  test('a delta adds to its base and takes away from it', async () => {
    const { list, ask } = await ground();
    const base = await list({ number: 2 });
    const held = await list({ number: 2, entries: revokedAt(yesterday, reasonCode(6)) });
    const thisUpdate = addSeconds(yesterday, 3600);
    const adding = await list({
      number: 3,
      thisUpdate,
      extensions: [delta(2)],
      entries: revokedAt(yesterday),
    });
    const removing = await list({
      number: 3,
      thisUpdate,
      extensions: [delta(2)],
      entries: revokedAt(yesterday, reasonCode(8)),
    });
    expect(why(await ask({ crls: [base, adding] }))).toBe('revoked');
    expect(why(await ask({ crls: [held] }))).toBe('revoked');
    expect(await ask({ crls: [held, removing] })).toMatchObject({
      is: 'good',
      source: { thisUpdate },
    });
    // A base that is too old for it: what it takes away stays, whom it names is revoked.
    const tooOld = await list({ number: 1, entries: revokedAt(yesterday, reasonCode(6)) });
    expect(why(await ask({ crls: [await list({ number: 1 }), adding] }))).toBe('revoked');
    expect(why(await ask({ crls: [tooOld, removing] }))).toBe('revoked');
    expect(why(await ask({ crls: [removing] }))).toBe('no_material');
    expect(why(await ask({ crls: [adding] }))).toBe('revoked');
  });

  test('of several entries for one certificate none takes another back', async () => {
    const { list, ask } = await ground();
    const [end, hold, over] = [1, 6, 8].map((reason) => revokedAt(yesterday, reasonCode(reason)));
    const none = [{ serial: '08', from: yesterday }];
    const lifting = await list({ thisUpdate: addSeconds(yesterday, 3600) });
    for (const [first, second, expected] of [
      [end, hold, 'revoked'],
      [hold, end, 'revoked'],
      [end, over, 'revoked'],
      [hold, none, 'good'],
    ] as const) {
      const entries = [...(first ?? []), ...(second ?? [])];
      expect(why(await ask({ crls: [await list({ entries }), lifting] }))).toBe(expected);
    }
    const earlier = revokedAt(addSeconds(yesterday, -60));
    const twice = await list({ entries: [...earlier, ...revokedAt(yesterday)] });
    expect(await ask({ crls: [twice] })).toMatchObject({ from: addSeconds(yesterday, -60) });
  });

  test('an indirect list names the issuer of each entry', async () => {
    const judge = named('judge');
    const byDirectory = contextConstructed(4, judge.der);
    const points = sequence(sequence(contextConstructed(2, byDirectory)));
    const { list, ask, issuer } = await ground(
      extension(extensionOid.crlDistributionPoints, points),
    );
    const signer = keyAt(3);
    const listing = draft(
      { subject: judge, issuer: named('root'), signer: keyAt(0), key: signer },
      [keyUsage('cRLSign')],
    );
    const pool = [await certify(listing)];
    const indirect = issuingPoint(contextPrimitive(4, Uint8Array.of(0xff)));
    const issuerOfEntry = extension(
      extensionOid.certificateIssuer,
      sequence(contextConstructed(4, issuer.subject.der)),
      true,
    );
    const write = (extensions: readonly Extension[], entries = revokedAt(yesterday)) =>
      list({ issuer: judge, signer, extensions, entries });
    const named7 = await write([indirect], revokedAt(yesterday, issuerOfEntry));
    expect(why(await ask({ crls: [named7], pool }))).toBe('revoked');
    // An entry without a name is of the list's own issuer, and so are all before the first name.
    expect(why(await ask({ crls: [await write([indirect])], pool }))).toBe('good');
    expect(why(await ask({ crls: [await write([])], pool }))).toBe('other_issuer');
    expect(why(await ask({ crls: [named7] }))).toBe('signer_unknown');
    expect(why(await ask({ crls: [named7], pool, anchors: [] }))).toBe('signer_unknown');
    const early = await list({
      issuer: judge,
      signer,
      extensions: [indirect],
      thisUpdate: addSeconds(now, -2 * yearSeconds),
    });
    // Its signer's certificate did not yet exist.
    expect(why(await ask({ crls: [early], pool }))).toBe('signer_unknown');
  });

  test('a signer of lists whose own certificate is revoked (PKITS 4.4.21)', async () => {
    const { list, ask, issuer, root } = await ground();
    const signer = keyAt(3);
    const listing = draft(
      { subject: issuer.subject, issuer: root.subject, signer: keyAt(0), key: signer },
      [keyUsage('cRLSign')],
    );
    const pool = [await certify(listing)];
    const own = await list({ signer });
    expect(why(await ask({ crls: [own], pool }))).toBe('good');
    const entries = (pool[0] === undefined ? [] : [pool[0]]).map(({ serial }) => ({
      serial,
      from: yesterday,
    }));
    const byRoot = await list({ issuer: root.subject, signer: keyAt(0), entries });
    expect(why(await ask({ crls: [own, byRoot], pool }))).toBe('signer_revoked');
  });

  test('a signer that may not sign lists', async () => {
    const bent = await plan();
    having(bent.middle, keyUsage('keyCertSign'));
    const issuer = await certify(bent.middle);
    const { list, ask } = await ground();
    expect(why(await ask({ crls: [await list()], issuer }))).toBe('signer_unsuitable');
  });
});

function delta(base: number): Extension {
  return extension(extensionOid.deltaCrlIndicator, integer(base), true);
}
