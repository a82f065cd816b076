import { describe, expect, test } from 'vitest';
import { addSeconds, type Instant } from '#base/clock';
import { contextPrimitive, generalizedTime, integer, nullValue, sequence } from '#formats/der';
import {
  basicConstraints,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  extensionOid,
  noRevAvail,
  purposeOid,
} from '#formats/x509';
import { type Ground, ground, revokedAt, tomorrow, why, yesterday } from './ground.fixture.ts';
import { type RevocationAsk } from './index.ts';
import { errorResponse, extension } from './revocation.fixture.ts';
import { certify, draft, having, keyAt, named } from './world.fixture.ts';

const later = addSeconds(yesterday, 60);

describe('OCSP responses (RFC 6960)', () => {
  async function responder(...extensions: readonly Extension[]): Promise<Certificate> {
    const middle = { subject: named('responder'), issuer: named('middle') };
    const purpose = extendedKeyUsage(false, purposeOid.ocspSigning);
    const of = draft({ ...middle, signer: keyAt(1), key: keyAt(3), serial: 9 }, [purpose]);
    having(of, ...extensions);
    return certify(of);
  }
  const noCheck = extension(extensionOid.ocspNoCheck, nullValue());

  test('the issuer answers itself, by key or by name', async () => {
    const { response, ask, issuer } = await ground();
    const good = await ask({ ocsps: [await response()] });
    expect(good).toMatchObject({
      is: 'good',
      source: { kind: 'ocsp', producedAt: yesterday, signerMustBeChecked: false, isFresh: true },
    });
    expect(why(await ask({ ocsps: [await response({ responder: issuer.subject })] }))).toBe('good');
    const status = { from: yesterday, reason: 4 };
    expect(await ask({ ocsps: [await response({ status })] })).toMatchObject({
      is: 'revoked',
      from: yesterday,
      reason: 'superseded',
    });
  });

  test('a responder of the issuer, with and without nocheck', async () => {
    const { response, ask } = await ground();
    const signer = keyAt(3);
    for (const extensions of [[noCheck], []]) {
      const enclosed = [await responder(...extensions)];
      const said = await ask({ ocsps: [await response({ signer, enclosed })] });
      const signerMustBeChecked = extensions.length === 0;
      expect(said).toMatchObject({ is: 'good', source: { signerMustBeChecked } });
    }
  });

  test.each<[string, string, (of: Ground) => Promise<Partial<RevocationAsk>>]>([
    ['not a response', 'malformed', async () => ({ ocsps: [sequence(integer(1))] })],
    ['try later', 'response_error', async () => ({ ocsps: [errorResponse(3)] })],
    [
      'about another',
      'other_certificate',
      async ({ response, issuer }) => ({ ocsps: [await response({ certificate: issuer })] }),
    ],
    [
      'unknown',
      'answer_unknown',
      async ({ response }) => ({ ocsps: [await response({ status: 'unknown' })] }),
    ],
    [
      'too old',
      'stale',
      async ({ response }) => ({ ocsps: [await response({ nextUpdate: yesterday })] }),
    ],
    [
      'from the future',
      'from_the_future',
      async ({ response }) => ({
        ocsps: [await response({ producedAt: tomorrow, thisUpdate: tomorrow })],
      }),
    ],
    [
      'other nonce',
      'nonce_differs',
      async ({ response }) => ({
        ocsps: [await response({ nonce: Uint8Array.of(1) })],
        nonce: Uint8Array.of(2),
      }),
    ],
    [
      'no nonce',
      'nonce_differs',
      async ({ response }) => ({ ocsps: [await response()], nonce: Uint8Array.of(2) }),
    ],
    [
      'critical extension',
      'critical_unknown',
      async ({ response }) => ({
        ocsps: [await response({ extensions: [extension('1.2.3', nullValue(), true)] })],
      }),
    ],
    [
      'by an unknown key',
      'signer_unknown',
      async ({ response }) => ({ ocsps: [await response({ signer: keyAt(3) })] }),
    ],
    [
      'in the issuer’s name',
      'signature_broken',
      async ({ response, issuer }) => ({
        ocsps: [await response({ signer: keyAt(3), responder: issuer.subject })],
      }),
    ],
    [
      'without the purpose',
      'signer_unsuitable',
      async ({ response }) => ({
        ocsps: [
          await response({
            signer: keyAt(3),
            enclosed: [await responder(extendedKeyUsage(false, purposeOid.timeStamping))],
          }),
        ],
      }),
    ],
    [
      'whose certificate demands what nobody knows',
      'signer_unknown',
      async ({ response }) => ({
        ocsps: [
          await response({
            signer: keyAt(3),
            enclosed: [await responder(extension('1.2.3', nullValue(), true))],
          }),
        ],
      }),
    ],
    [
      'of another authority',
      'signer_unknown',
      async ({ response }) => ({
        ocsps: [await response({ signer: keyAt(3), enclosed: [await stranger()] })],
      }),
    ],
  ])('%s: %s', async (_, expected, more) => {
    const of = await ground();
    expect(why(await of.ask(await more(of)))).toBe(expected);
  });

  async function stranger(): Promise<Certificate> {
    const purpose = extendedKeyUsage(false, purposeOid.ocspSigning);
    const names = { subject: named('responder'), issuer: named('root') };
    return certify(draft({ ...names, signer: keyAt(0), key: keyAt(3) }, [purpose]));
  }

  test('after the certificate has ended only who keeps count of the ended is heard (§4.4.4)', async () => {
    const { response, ask, certificate } = await ground();
    const { notAfter } = certificate;
    const thisUpdate = addSeconds(notAfter, 86_400);
    const times = {
      producedAt: thisUpdate,
      thisUpdate,
      nextUpdate: addSeconds(thisUpdate, 86_400),
    };
    const at = addSeconds(thisUpdate, 60);
    const since = (time: Instant) => [extension('1.3.6.1.5.5.7.48.1.6', generalizedTime(time))];
    const answered = async (more: object): Promise<string> =>
      why(await ask({ at, ocsps: [await response({ ...times, ...more })] }));
    expect(await answered({})).toBe('after_expiry');
    expect(await answered({ answerExtensions: since(notAfter) })).toBe('good');
    expect(await answered({ answerExtensions: since(addSeconds(notAfter, 1)) })).toBe(
      'after_expiry',
    );
    // Of the whole response it says nothing about this certificate.
    expect(await answered({ extensions: since(notAfter) })).toBe('after_expiry');
    // A revocation is heard whoever keeps count of what.
    const status = { from: yesterday, reason: 1 };
    expect(await answered({ status })).toBe('revoked');
  });

  test('a nonce that was sent comes back', async () => {
    const { response, ask } = await ground();
    const nonce = Uint8Array.of(1, 2, 3);
    expect(why(await ask({ ocsps: [await response({ nonce })], nonce }))).toBe('good');
    // Before RFC 6960 bare octets were written, which are DER by accident or not at all.
    for (const bare of [Uint8Array.of(9, 9, 9), Uint8Array.of(4, 200), Uint8Array.of(5, 0)]) {
      const extensions = [extension('1.3.6.1.5.5.7.48.1.2', bare)];
      const ocsps = [await response({ extensions })];
      expect(why(await ask({ ocsps }))).toBe('good');
      expect(why(await ask({ ocsps, nonce: bare }))).toBe('good');
    }
  });

  test.each([
    ['revoked, and good in the same moment', { status: { from: yesterday, reason: 1 } }, {}],
    ['good, and revoked in the same moment', {}, { status: { from: yesterday, reason: 1 } }],
    ['revoked, and good later', { status: { from: yesterday, reason: 1 } }, { thisUpdate: later }],
    ['good, and held in the same moment', {}, { status: { from: yesterday, reason: 6 } }],
  ])('one response that says of a certificate that it is %s', async (_, first, second) => {
    const { response, ask } = await ground();
    const times = { thisUpdate: yesterday, nextUpdate: tomorrow };
    const also = [{ ...times, ...second }];
    expect(why(await ask({ ocsps: [await response({ ...times, ...first, also })] }))).toBe(
      'revoked',
    );
    const held = { ...times, status: { from: yesterday, reason: 6 } };
    const lifted = await response({ ...held, also: [{ ...times, thisUpdate: later }] });
    expect(why(await ask({ ocsps: [lifted] }))).toBe('good');
  });

  test('good with something in its NULL is none', async () => {
    const { response, ask } = await ground();
    const odd = contextPrimitive(0, Uint8Array.of(1));
    const bytes = await response({ status: odd });
    expect(why(await ask({ ocsps: [bytes] }))).toBe('malformed');
  });

  test('every flipped byte of a response is refused', async () => {
    const { response, ask } = await ground();
    const honest = await response();
    for (let at = 0; at < honest.length; at += 7) {
      const flipped = honest.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 0x01;
      expect(why(await ask({ ocsps: [flipped] })), `byte ${at}`).not.toBe('good');
    }
  });
});

describe('both together', () => {
  test('who says revoked is believed, but for a hold that was lifted', async () => {
    const { list, response, ask } = await ground();
    const status = { from: yesterday, reason: 1 };
    const revoked = await response({ status });
    const good = await response({ producedAt: later, thisUpdate: later });
    const said = await ask({ ocsps: [revoked, good], crls: [await list()] });
    expect(said).toMatchObject({ is: 'revoked', statements: [{}, {}, {}], aside: [] });
    const held = await response({ status: { from: yesterday, reason: 6 } });
    expect(why(await ask({ ocsps: [held, good] }))).toBe('good');
    expect(why(await ask({ ocsps: [held] }))).toBe('revoked');
  });

  test('noRevAvail needs nothing (RFC 9608), a revocation is heard all the same', async () => {
    const { list, ask } = await ground(noRevAvail(), basicConstraints(false));
    expect(why(await ask({}))).toBe('never_revoked');
    const entries = revokedAt(yesterday);
    expect(why(await ask({ crls: [await list({ entries })] }))).toBe('revoked');
  });
});
