/**
 * The mobile number: form only, for whom it belongs to is the gateway's answer.
 *
 * Real numbers are eleven digits of the segments 13–19 (YD/T 1747 numbering plan). Every such one
 * may belong to a subscriber, so synthetic ones are `00000000001` to `00000000099`, and no real
 * gateway is ever handed one: they exist in simulator mode only.
 */
import { Fault } from '#base/fault';
import type { IdentityMode } from './id-number.ts';

export interface Mobile {
  readonly text: string;
  readonly synthetic: boolean;
}

/** Refuses with identity.mobile_malformed or identity.synthetic_refused. */
export function parseMobile(text: string, mode: IdentityMode): Mobile {
  if (/^1[3-9]\d{9}$/.test(text)) return { text, synthetic: false };
  if (!/^0{9}(?!00)\d{2}$/.test(text)) throw new Fault('identity.mobile_malformed');
  if (mode === 'production') throw new Fault('identity.synthetic_refused', { element: 'mobile' });
  return { text, synthetic: true };
}

/** `138****1234` */
export function maskMobile(text: string): string {
  return `${text.slice(0, 3)}****${text.slice(-4)}`;
}
