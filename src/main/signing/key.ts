/**
 * What `fubie sign` is told of a key and of what its signer forbids: a PEM key, a PKCS#12 file, a
 * key in a token, a password from a file (a command line is read by everybody on the computer), a
 * certification, a lock of fields.
 */
import {
  type KeyFile,
  openPkcs12,
  softKeyFromDer,
  softKeyFromPem,
  softSigner,
} from '#adapters/engine';
import { Fault } from '#base/fault';
import type { Signer } from '#formats/crypto';
import { tag } from '#formats/der';
import type { FieldLock, ModificationLevel, Restrictions } from '#formats/pdf';
import { bytesOf, neededOption, optionOf, optionsOf, textOf } from '../options.ts';

/** A key that can be asked, and what its file says of whose it is. */
export interface GivenKey {
  readonly signer: Signer;
  /** DER; the signer's first. Empty where the key came alone. */
  readonly certificates: readonly Uint8Array[];
}

/** What names a key: one of them, or nothing is signed. */
export const keyOptions = ['--key', '--p12', '--pkcs11'] as const;

/** Undefined where no key is given: then nothing is signed. */
export async function givenKey(args: readonly string[]): Promise<GivenKey | undefined> {
  const [given, ...more] = keyOptions.filter((name) => args.includes(name));
  if (given === undefined) return undefined;
  if (more.length > 0) throw new Fault('main.usage', { needs: keyOptions.join(' | ') });
  const password = await passwordFrom(args);
  if (given === '--pkcs11') return { signer: await tokenSigner(args, password), certificates: [] };
  const [pem, p12] = [optionOf(args, '--key'), optionOf(args, '--p12')];
  const { key, certificates } =
    p12 === undefined ? await pemKey(pem ?? '', password) : await keyFile(p12, password);
  return { signer: softSigner(key, { pss: args.includes('--pss') }), certificates };
}

/** The token's library, its label, the name of the key in it; the PIN is the password. */
async function tokenSigner(args: readonly string[], pin: string | undefined): Promise<Signer> {
  if (pin === undefined) throw new Fault('main.usage', { needs: '--password-file FILE' });
  const module = neededOption(args, '--pkcs11');
  const token = neededOption(args, '--token');
  // Loaded for whoever has a token: libraries of vendors are reached through one of our own.
  const { TokenKeys } = await import('#adapters/keystores');
  return new TokenKeys({ module, token, pin }).signer(neededOption(args, '--key-name'));
}

async function pemKey(path: string, password: string | undefined): Promise<KeyFile> {
  const bytes = await bytesOf(path);
  const key =
    bytes[0] === tag.sequence
      ? softKeyFromDer(bytes, password)
      : softKeyFromPem(textOf(bytes), password);
  return { key, certificates: [] };
}

async function keyFile(path: string, password: string | undefined): Promise<KeyFile> {
  if (password === undefined) throw new Fault('main.usage', { needs: '--password-file FILE' });
  return openPkcs12(await bytesOf(path), password);
}

async function passwordFrom(args: readonly string[]): Promise<string | undefined> {
  const path = optionOf(args, '--password-file');
  return path === undefined ? undefined : textOf(await bytesOf(path)).replace(/\r?\n$/, '');
}

/** `--certify 1|2|3`, `--lock all|include|exclude` with `--lock-field NAME` for each field. */
export function givenRestrictions(args: readonly string[]): Restrictions {
  const certify = chosen(args, '--certify', certifications);
  const action = chosen(args, '--lock', actions);
  const fields = optionsOf(args, '--lock-field');
  if (fields.length > 0 !== (action === 'Include' || action === 'Exclude')) {
    throw new Fault('main.usage', { needs: '--lock include|exclude --lock-field NAME' });
  }
  return {
    ...(certify === undefined ? {} : { certify }),
    ...(action === undefined ? {} : { lock: { action, fields } }),
  };
}

const certifications: ReadonlyMap<string, ModificationLevel> = new Map([
  ['1', 1],
  ['2', 2],
  ['3', 3],
]);
const actions: ReadonlyMap<string, FieldLock['action']> = new Map([
  ['all', 'All'],
  ['include', 'Include'],
  ['exclude', 'Exclude'],
]);

function chosen<T>(
  args: readonly string[],
  name: string,
  choices: ReadonlyMap<string, T>,
): T | undefined {
  if (!args.includes(name)) return undefined;
  const choice = choices.get(optionOf(args, name) ?? '');
  if (choice !== undefined) return choice;
  throw new Fault('main.usage', { needs: `${name} ${[...choices.keys()].join('|')}` });
}
