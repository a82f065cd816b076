/**
 * Checks registrations and assertions of authenticators with @simplewebauthn/server.
 *
 * Origin, relying party, challenge, user presence and user verification must all hold. No
 * attestation is asked for: which make of key somebody has is not the house's business. A counter
 * that does not rise on a key that counts is a copied key and refused.
 */
import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { fromBase64Url, fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type {
  AuthenticatorAnswer,
  AuthenticatorJudge,
  Credential,
  RelyingParty,
} from '#business/access';

/** COSE algorithms (RFC 9053): ES256, EdDSA, RS256. */
const algorithms = [-7, -8, -257];
const answerShape = z.object({ response: z.object({ clientDataJSON: z.string().max(8_192) }) });
const clientShape = z.object({ challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

interface Expected {
  readonly challenge: string;
  readonly party: RelyingParty;
}

/** Judges what security keys and passkeys answer. */
export class WebAuthnJudge implements AuthenticatorJudge {
  challengeIn(answer: AuthenticatorAnswer): string {
    const { response } = parsed(answerShape, () => answer);
    const text = () => JSON.parse(fromUtf8(fromBase64Url(response.clientDataJSON))) as unknown;
    return parsed(clientShape, text).challenge;
  }

  async registered(answer: AuthenticatorAnswer, { challenge, party }: Expected) {
    const outcome = await judged(() =>
      verifyRegistrationResponse({
        // The library looks at every member before it believes one.
        response: answer as unknown as RegistrationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: true,
        supportedAlgorithmIDs: algorithms,
      }),
    );
    if (!outcome.verified) throw refused();
    const { id, publicKey, counter } = outcome.registrationInfo.credential;
    return { id, publicKey: new Uint8Array(publicKey), counter };
  }

  async asserted(
    answer: AuthenticatorAnswer,
    { challenge, party, credential }: Expected & { readonly credential: Credential },
  ): Promise<number> {
    const { id, publicKey, counter } = credential;
    const outcome = await judged(() =>
      verifyAuthenticationResponse({
        response: answer as unknown as AuthenticationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: true,
        credential: { id, publicKey: new Uint8Array(publicKey), counter },
      }),
    );
    if (!outcome.verified) throw refused();
    return outcome.authenticationInfo.newCounter;
  }
}

/** The library throws sentences; to the caller all of them are one refusal. */
async function judged<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    throw refused(cause);
  }
}

function parsed<T>(shape: z.ZodType<T>, read: () => unknown): T {
  try {
    return shape.parse(read());
  } catch (cause) {
    throw refused(cause);
  }
}

function refused(cause?: unknown): Fault {
  return new Fault('access.credential_refused', { why: 'answer' }, { cause });
}
