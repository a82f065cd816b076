/**
 * The message with the code, as the phone reads it before it confirms anything.
 *
 * The SMS gateway prints the first letters of the first document's digest and of the enrolment key
 * it was told of. If the house told it of another document or another key, the message says so, and
 * the code is not typed. Each is compared at its own place, so that one cannot stand for the other.
 */
import { Fault } from '#base/fault';
import { shownDigestLetters } from '#formats/entry';

const code = /验证码 (\d{6})，/;
const digests = /首份摘要 ([A-Za-z0-9+/]{8})…，签署密钥 ([A-Za-z0-9+/]{8})…/;

/** The code, if the message speaks of this document and this key; digests are base64 SHA-256. */
export function codeFor(own: { document: string; enrolment: string }, text: string): string {
  const [, document, enrolment] = digests.exec(text) ?? [];
  const named =
    document === own.document.slice(0, shownDigestLetters) &&
    enrolment === own.enrolment.slice(0, shownDigestLetters);
  const typed = code.exec(text)?.[1];
  if (!named || typed === undefined) {
    throw new Fault('phone.not_what_was_shown', { because: 'message' });
  }
  return typed;
}
