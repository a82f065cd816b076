/**
 * Names outside the directory: GeneralName (RFC 5280 §4.2.1.6), read and written.
 */
import { equal, fromLatin1, latin1 } from '#base/bytes';
import { Fault, ifReadable } from '#base/fault';
import {
  contextConstructed,
  contextPrimitive,
  contextTag,
  type Der,
  DerReader,
  oid,
  oidOf,
  sequence,
  tag,
} from '#formats/der';
import type { Extension } from './extension.ts';
import { type Name, nameKey, parseName } from './name.ts';
import { extensionOid } from './oids.ts';

/**
 * One name of a subject: DNS, e-mail and URI as ASCII, an address of 4 or 16 octets (twice that
 * with a mask: a range), a directory name, a registered identifier, or another form by its OID.
 */
export type GeneralName =
  | { readonly dns: string }
  | { readonly ip: Uint8Array }
  | { readonly email: string }
  | { readonly uri: string }
  | { readonly directory: Name }
  | { readonly registered: string }
  | { readonly other: string; readonly value: Uint8Array };

const form = {
  other: 0,
  email: 1,
  dns: 2,
  x400: 3,
  directory: 4,
  ediParty: 5,
  uri: 6,
  ip: 7,
  registered: 8,
} as const;

/** Which computers or persons a certificate is for. */
export function subjectAltName(names: readonly GeneralName[], critical = false): Extension {
  const value = sequence(...names.map(generalNameDer));
  return { oid: extensionOid.subjectAltName, critical, value };
}

export function generalNameDer(name: GeneralName): Uint8Array {
  if ('dns' in name) return contextPrimitive(form.dns, fromLatin1(name.dns));
  if ('ip' in name) return contextPrimitive(form.ip, name.ip);
  if ('email' in name) return contextPrimitive(form.email, fromLatin1(name.email));
  if ('uri' in name) return contextPrimitive(form.uri, fromLatin1(name.uri));
  if ('directory' in name) return contextConstructed(form.directory, name.directory.der);
  if ('registered' in name) {
    const encoded = oid(name.registered);
    return contextPrimitive(form.registered, encoded.subarray(2));
  }
  return contextConstructed(form.other, oid(name.other), contextConstructed(0, name.value));
}

/** GeneralNames: at least one, each well-formed for its kind; x509.malformed otherwise. */
export function parseGeneralNames(value: Der): readonly GeneralName[] {
  if (value.children.length === 0)
    throw new Fault('x509.malformed', { at: value.at, why: 'names' });
  return value.children.map(parseGeneralName);
}

export function parseGeneralName(value: Der): GeneralName {
  switch (value.tag) {
    case contextTag(form.dns, 'primitive'):
      return { dns: asciiOf(value) };
    case contextTag(form.email, 'primitive'):
      return { email: asciiOf(value) };
    case contextTag(form.uri, 'primitive'):
      return { uri: asciiOf(value) };
    case contextTag(form.ip, 'primitive'):
      return { ip: value.content };
    case contextTag(form.directory, 'constructed'): {
      const reader = new DerReader(value, value.tag);
      const directory = parseName(reader.any());
      reader.end();
      return { directory };
    }
    case contextTag(form.registered, 'primitive'):
      return { registered: oidOf(value) };
    case contextTag(form.other, 'constructed'): {
      const reader = new DerReader(value, value.tag);
      const kind = oidOf(reader.next(tag.oid));
      return { other: kind, value: reader.next(contextTag(0, 'constructed')).content };
    }
    case contextTag(form.x400, 'constructed'):
      return { other: 'x400Address', value: value.content };
    case contextTag(form.ediParty, 'constructed'):
      return { other: 'ediPartyName', value: value.content };
    default:
      throw new Fault('x509.malformed', { at: value.at, why: 'name form' });
  }
}

interface Named {
  readonly subject: Name;
  readonly extensions: { readonly subjectAltName?: readonly GeneralName[] };
}

/** Is this GeneralName the subject or one of its other names, as names are compared (§7.1)? */
export function isSubjectName(certificate: Named, name: Der): boolean {
  const said = ifReadable(() => parseGeneralName(name));
  if (said === undefined) return false;
  const { subject, extensions } = certificate;
  const names = [{ directory: subject }, ...(extensions.subjectAltName ?? [])];
  return names.some((one) =>
    'directory' in one && 'directory' in said
      ? nameKey(one.directory) === nameKey(said.directory)
      : equal(generalNameDer(one), generalNameDer(said)),
  );
}

/** IA5String: a byte over 127 would be read as another letter by another reader. */
function asciiOf(value: Der): string {
  if (value.content.some((byte) => byte > 0x7f)) {
    throw new Fault('x509.malformed', { at: value.at, why: 'name not ASCII' });
  }
  return latin1(value.content);
}
