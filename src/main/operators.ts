/**
 * Demo operators of the institution: passwords are generated once and written where the owner of
 * this computer can read them; the API holds scrypt digests (RFC 7914) only.
 */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { toBase64Url } from '#base/bytes';
import type { Random } from '#base/random';
import type { TenantId } from '#base/unit';
import type { Operator, OperatorCheck } from '#business/access';
import { textIn } from './secrets.ts';

export const operatorsFile = 'operators.json';
/** In the root folder: for whoever owns this computer. */
export const loginsFileName = 'logins.json';
const passwordBytes = 12;
const digestBytes = 32;
const saltBytes = 16;
// RFC 7914 section 2: 16 MiB per try is nothing for one login and much for a guesser.
const cost = { N: 16_384, r: 8, p: 1 } as const;

export interface DemoLogin {
  readonly login: string;
  readonly password: string;
  /** What the person does, in the words of the house. */
  readonly desk: string;
}

interface HeldOperator {
  readonly login: string;
  readonly tenant: string;
  readonly salt: string;
  readonly digest: string;
}

const desks: readonly (readonly [string, string])[] = [
  ['loan-officer', '信贷员'],
  ['reviewer', '复核员'],
  ['auditor', '审计员'],
];

/** The generated logins; the file of their digests is put into the folder of the API. */
export async function makeLogins(place: {
  readonly loginsFile: string;
  readonly serveFolder: string;
  readonly tenant: string;
  readonly random: Random;
}): Promise<readonly DemoLogin[]> {
  const { random } = place;
  const text = await textIn(place.loginsFile, () => {
    const made = desks.map(([login, desk]) => ({
      login,
      password: toBase64Url(random.bytes(passwordBytes)),
      desk,
    }));
    return `${JSON.stringify(made, null, 2)}\n`;
  });
  const logins = JSON.parse(text) as readonly DemoLogin[];
  const digests = join(place.serveFolder, operatorsFile);
  await textIn(digests, async () => {
    const held = await Promise.all(logins.map((login) => digestOf(login, place)));
    return `${JSON.stringify(held)}\n`;
  });
  return logins;
}

async function digestOf(
  login: DemoLogin,
  { tenant, random }: { readonly tenant: string; readonly random: Random },
): Promise<HeldOperator> {
  const salt = toBase64Url(random.bytes(saltBytes));
  const digest = await digestPassword(login.password, salt);
  return { login: login.login, tenant, salt, digest: toBase64Url(digest) };
}

/** Reads the digests once; checks a login in the same time whether or not it exists. */
export function operatorCheck(serveFolder: string): OperatorCheck {
  const text = readFileSync(join(serveFolder, operatorsFile), 'utf8');
  const held = JSON.parse(text) as readonly HeldOperator[];
  const stranger: HeldOperator = { login: '', tenant: '', salt: 'x', digest: 'x' };
  return async (login, password): Promise<Operator | undefined> => {
    const known = held.find((operator) => operator.login === login) ?? stranger;
    const digest = toBase64Url(await digestPassword(password, known.salt));
    const [a, b] = [Buffer.from(digest), Buffer.from(known.digest)];
    const right = a.length === b.length && timingSafeEqual(a, b);
    return right ? { login: known.login, tenant: known.tenant as TenantId } : undefined;
  };
}

function digestPassword(password: string, salt: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, digestBytes, cost, (failure, digest) => {
      if (failure === null) resolve(new Uint8Array(digest));
      else reject(failure);
    });
  });
}
