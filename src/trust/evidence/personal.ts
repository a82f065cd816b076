/**
 * A last wall before the log: nothing that looks like a person's number goes into it in the clear.
 *
 * Values belong into disclosures, where they are salted. This finds the plain mistake (a telephone
 * number handed on in an attestation or a file name); what is salted cannot be recognised anyway.
 */
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';

/** A mobile number (11 digits), an identity number, a bank card number: whole strings only. */
const personalNumber = /^(\d{11}|\d{17}[\dXx]|\d{16}|\d{19})$/;

export function refusePersonal(json: Json): void {
  if (typeof json === 'string') {
    if (personalNumber.test(json)) throw new Fault('evidence.personal_value');
  } else if (typeof json === 'object' && json !== null) {
    for (const item of Object.values(json)) refusePersonal(item);
  }
}
