/**
 * Makes a key inside a token, where it stays: C_GenerateKeyPair of PKCS #11 (OASIS 2.40) for a key
 * that is sensitive and that nobody takes out, then a look at whether the token did as it was told.
 *
 * SM2 is refused: no mechanism of PKCS #11 makes it, and a pair made on its curve would be used by
 * CKM_ECDSA for another algorithm (docs/decisions/0043).
 */
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { KeyPairOrder, TokenAttribute } from './token-module.ts';
import {
  attribute,
  classIs,
  type OpenToken,
  privateKeyNamed,
  publicKeyClass,
  ulongValue,
} from './token-objects.ts';

/** A kind of key that a token may be asked to make. */
export type TokenKeyKind = 'p256' | 'p384' | 'rsa3072' | 'sm2';

type MadeKind = Exclude<TokenKeyKind, 'sm2'>;

const ecPair = 0x1040; // CKM_EC_KEY_PAIR_GEN
const rsaPair = 0x0; // CKM_RSA_PKCS_KEY_PAIR_GEN
const rsaBits = 3_072;
const rsaExponent = Uint8Array.of(1, 0, 1);
const [yes, no] = [Uint8Array.of(1), Uint8Array.of(0)];

/** prime256v1 and secp384r1 as DER. */
const curves = {
  p256: Uint8Array.of(0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7),
  p384: Uint8Array.of(0x06, 5, 0x2b, 0x81, 4, 0, 0x22),
};

/** Refuses with keystores.token_mechanism_absent a kind that this token does not make. */
async function requireMaking(token: OpenToken, kind: TokenKeyKind): Promise<MadeKind> {
  if (kind === 'sm2') throw new Fault('keystores.token_mechanism_absent', { kind });
  await token.module.requireMaking(token.slot, kind === 'rsa3072' ? rsaPair : ecPair);
  return kind;
}

/**
 * A key of that label that was made in the token, now or before: who asks again after a crash finds
 * the first. Refuses with token_key_unsuitable one that came from outside or was ever to be had,
 * and with token_mechanism_absent, token_full, token_pin_wrong what the token says.
 */
export async function makeKey(token: OpenToken, label: string, kind: TokenKeyKind): Promise<void> {
  const { module, session, slot } = token;
  const asked = await requireMaking(token, kind);
  let found = await module.find(session, privateKeyNamed(label));
  if (found.length === 0) {
    await module.generate(slot, await pairOf(label, asked));
    found = await module.find(session, privateKeyNamed(label));
  }
  const [key, ...more] = found;
  if (key === undefined || more.length > 0) {
    throw new Fault('keystores.token_key_unknown', { key: label, found: found.length });
  }
  for (const why of ['local', 'neverExtractable'] as const) {
    const [said] = (await module.attribute(session, key, attribute[why])) ?? [];
    if (said !== 1) throw new Fault('keystores.token_key_unsuitable', { key: label, why });
  }
}

/** Both halves of a key that was made here; nothing where there is none. */
export async function destroyKey({ module, slot }: OpenToken, label: string): Promise<void> {
  await module.destroy(slot, privateKeyNamed(label));
  await module.destroy(slot, [classIs(publicKeyClass), await idOf(label)]);
}

async function pairOf(label: string, kind: MadeKind): Promise<KeyPairOrder> {
  const id = await idOf(label);
  const shared = [{ type: attribute.token, value: yes }, named(label), id];
  const shape =
    kind === 'rsa3072'
      ? [
          { type: attribute.modulusBits, value: ulongValue(rsaBits) },
          { type: attribute.publicExponent, value: rsaExponent },
        ]
      : [{ type: attribute.ecParams, value: curves[kind] }];
  return {
    mechanism: kind === 'rsa3072' ? rsaPair : ecPair,
    open: [...shared, ...shape, { type: attribute.verify, value: yes }],
    secret: [
      ...shared,
      { type: attribute.private, value: yes },
      { type: attribute.sensitive, value: yes },
      { type: attribute.extractable, value: no },
      { type: attribute.sign, value: yes },
    ],
  };
}

function named(label: string): TokenAttribute {
  return { type: attribute.label, value: utf8(label) };
}

/** Both halves are found by one id (§4.9), here the digest of the label. */
async function idOf(label: string): Promise<TokenAttribute> {
  return { type: attribute.id, value: await nodeEngine.digest('sha256', utf8(label)) };
}
