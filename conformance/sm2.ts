/**
 * SM2 with SM3 and the standard identity, both ways: what we sign others verify, what they sign we
 * do (GB/T 32918.2-2016). openssl through its own `dgst`, and sm-crypto-v2.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromHex, toHex } from '#base/bytes';
import type { Signer } from '#formats/crypto';
import { bringSmCrypto, isMissing } from './brought-judges.ts';
import type { Row } from './judges.ts';
import { ask, available } from './tools-of-others.ts';

const identity = '1234567812345678';
const messages = 8;
const messageBytesMax = 4_096;
/** An uncompressed point and a scalar of 256 bits. */
const pointBytes = 65;
const scalarBytes = 32;

interface Keys {
  readonly signer: Signer;
  /** PKCS#8 and SubjectPublicKeyInfo, PEM. */
  readonly secret: string;
  readonly open: string;
  readonly scalar: string;
  readonly point: string;
}

/** Verifies for us, and signs for us, as somebody else does it. */
interface Stranger {
  readonly name: string;
  verifies(message: Uint8Array, signature: Uint8Array, keys: Keys): boolean;
  signs(message: Uint8Array, keys: Keys): Uint8Array;
}

export async function judgeSm2(scratch: string): Promise<Row[]> {
  const keys = makeKeys();
  const rows: Row[] = [];
  if (available('openssl')) rows.push(...(await bothWays(opensslIn(scratch), keys)));
  else rows.push({ judge: 'openssl dgst', about: 'SM2', verdict: 'skipped', detail: 'not here' });
  const brought = bringSmCrypto();
  if (isMissing(brought)) {
    const detail = brought.missing;
    rows.push({ judge: 'sm-crypto-v2', about: 'SM2', verdict: 'skipped', detail });
  } else rows.push(...(await bothWays(await smCryptoFrom(brought.module), keys)));
  return rows;
}

async function bothWays(stranger: Stranger, keys: Keys): Promise<Row[]> {
  let ours = 0;
  let theirs = 0;
  for (let turn = 0; turn < messages; turn += 1) {
    const message = new Uint8Array(randomBytes(1 + ((turn * 577) % messageBytesMax)));
    if (stranger.verifies(message, await keys.signer.sign(message), keys)) ours += 1;
    const signature = stranger.signs(message, keys);
    const { algorithm, publicKey } = keys.signer;
    if (await nodeEngine.verify({ algorithm, publicKey, signature, message })) theirs += 1;
  }
  const judge = stranger.name;
  const verdict = (count: number) => (count === messages ? 'accepted' : 'refused');
  return [
    {
      judge,
      about: 'our SM2 signatures',
      verdict: verdict(ours),
      detail: `${ours} of ${messages}`,
    },
    {
      judge,
      about: 'SM2 signatures of its own, to us',
      verdict: verdict(theirs),
      detail: `${theirs} of ${messages}`,
    },
  ];
}

function opensslIn(folder: string): Stranger {
  const at = (name: string): string => join(folder, `sm2.${name}`);
  const how = ['dgst', '-sm3', '-sigopt', `distid:${identity}`];
  return {
    name: 'openssl dgst',
    verifies(message, signature, { open }) {
      writeFileSync(at('open'), open);
      writeFileSync(at('message'), message);
      writeFileSync(at('signature'), signature);
      const words = ['-verify', at('open'), '-signature', at('signature'), at('message')];
      return ask('openssl', [...how, ...words]).text.includes('Verified OK');
    },
    signs(message, { secret }) {
      writeFileSync(at('secret'), secret, { mode: 0o600 });
      writeFileSync(at('message'), message);
      const { text } = ask('openssl', [...how, '-hex', '-sign', at('secret'), at('message')]);
      return fromHex(/= ([0-9a-f]+)\s*$/.exec(text)?.[1] ?? '');
    },
  };
}

async function smCryptoFrom(module: string): Promise<Stranger> {
  const { sm2 } = await import(module);
  const how = { hash: true, der: true, userId: identity };
  return {
    name: 'sm-crypto-v2',
    verifies: (message, signature, { point }) =>
      sm2.doVerifySignature(message, toHex(signature), point, how) === true,
    signs: (message, { scalar, point }) =>
      fromHex(sm2.doSignature(message, scalar, { ...how, publicKey: point })),
  };
}

function makeKeys(): Keys {
  const key = generateSoftKey('sm2');
  const signer = softSigner(key);
  const secret = key.export({ type: 'pkcs8', format: 'der' });
  const start = Buffer.from([0x02, 0x01, 0x01, 0x04, scalarBytes]);
  const from = secret.indexOf(start) + start.length;
  const open = Buffer.from(signer.publicKey).toString('base64');
  return {
    signer,
    secret: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    open: `-----BEGIN PUBLIC KEY-----\n${open}\n-----END PUBLIC KEY-----\n`,
    scalar: secret.subarray(from, from + scalarBytes).toString('hex'),
    point: toHex(signer.publicKey.subarray(-pointBytes)),
  };
}
