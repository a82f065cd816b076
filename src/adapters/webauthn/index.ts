/** Answers of security keys and passkeys, checked (WebAuthn Level 3). */
export { WebAuthnJudge } from './webauthn-judge.ts';
