/**
 * The message with the code, compared with what this page showed and with the key it made.
 *
 * The SMS gateway prints the first letters of the first document's digest and of the enrolment key
 * it was told of. If the house told it of anything else, the message says so. Each is compared at
 * its own place, so that one cannot stand for the other.
 */
export const shownLetters = 8;

export interface Marks {
  /** base64 SHA-256 of the first document as it was shown. */
  readonly document: string;
  /** base64 SHA-256 of the enrolment key that was born here. */
  readonly enrolment: string;
}

export type MessageRead =
  | { readonly is: 'code'; readonly code: string; readonly compared: boolean }
  | { readonly is: 'other' }
  | { readonly is: 'incomplete' };

const message = /验证码 ?(\d{6})/;
const marks = /首份摘要 ([A-Za-z0-9+/]{8})…，签署密钥 ([A-Za-z0-9+/]{8})…/;

/** Six digits as typed, or a whole message as pasted; a message of something else is `other`. */
export function readMessage(typed: string, own: Marks): MessageRead {
  const [, document, enrolment] = marks.exec(typed) ?? [];
  if (document !== undefined) {
    const named =
      document === own.document.slice(0, shownLetters) &&
      enrolment === own.enrolment.slice(0, shownLetters);
    const code = message.exec(typed)?.[1];
    if (!named || code === undefined) return { is: 'other' };
    return { is: 'code', code, compared: true };
  }
  const digits = plainDigits(typed);
  return /^\d{6}$/.test(digits)
    ? { is: 'code', code: digits, compared: false }
    : { is: 'incomplete' };
}

/** Full-width digits and spaces are how some keyboards write a number. */
export function plainDigits(typed: string): string {
  return typed
    .replace(/[０-９]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\s-]/g, '');
}
