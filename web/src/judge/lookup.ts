/**
 * What a printed QR leads to: the preservation number 保全号 and its secret half, in the fragment,
 * which no server is ever sent. The house answers with the digest of the contract as both signed it:
 * the holder's file is that one, or begins with it, or holds it.
 */

import type { RecordedContract } from './messages.ts';

/** `#n=FB…&s=…`, or `#FB….…` as the printed page writes it. */
export interface LookUp {
  readonly number: string;
  readonly secret: string;
}

/** What the house says about a number. */
export interface LookedUp {
  readonly number: string;
  readonly institution: string;
  readonly standing: 'open' | 'signed' | 'ended';
  readonly contract: (RecordedContract & { readonly phrase: readonly string[] }) | null;
}

const number = /^[A-Z0-9-]{6,40}$/i;
const secret = /^[A-Za-z0-9_-]{8,128}$/;

export function lookUpIn(fragment: string): LookUp | undefined {
  const text = fragment.replace(/^#/, '');
  const named = new URLSearchParams(text);
  const at = text.indexOf('.');
  const asked = named.has('n')
    ? { number: named.get('n') ?? '', secret: named.get('s') ?? '' }
    : { number: text.slice(0, Math.max(at, 0)), secret: text.slice(at + 1) };
  return number.test(asked.number) && secret.test(asked.secret) ? asked : undefined;
}

/** Undefined where the house knows no such pair: which half is wrong it does not say. */
export async function lookedUp(asked: LookUp): Promise<LookedUp | undefined> {
  const answer = await fetch('/v1/lookups', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as LookedUp;
}
