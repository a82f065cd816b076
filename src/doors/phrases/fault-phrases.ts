/**
 * What a person reads when the house refuses: one Chinese and one English sentence for each code.
 */
import { accessRefusals } from './access-refusals.ts';
import { anchorRefusals } from './anchor-refusals.ts';
import { backupRefusals } from './backup-refusals.ts';
import { depositRefusals } from './deposit-refusals.ts';
import { deskRefusals } from './desk-refusals.ts';
import { houseRefusals } from './house-refusals.ts';
import { httpRefusals } from './http-refusals.ts';
import { machineRefusals } from './machine-refusals.ts';
import type { Phrase } from './phrase.ts';
import { privacyRefusals } from './privacy-refusals.ts';
import { regulatorRefusals } from './regulator-refusals.ts';
import { sealRefusals } from './seal-refusals.ts';
import { signerRefusals } from './signer-refusals.ts';
import { signingRefusals } from './signing-refusals.ts';
import { tenancyRefusals } from './tenancy-refusals.ts';
import { vaultRefusals } from './vault-refusals.ts';

const phrases: Readonly<Record<string, Phrase>> = {
  ...houseRefusals,
  ...accessRefusals,
  ...anchorRefusals,
  ...backupRefusals,
  ...depositRefusals,
  ...deskRefusals,
  ...httpRefusals,
  ...machineRefusals,
  ...privacyRefusals,
  ...regulatorRefusals,
  ...signerRefusals,
  ...sealRefusals,
  ...signingRefusals,
  ...tenancyRefusals,
  ...vaultRefusals,
};

const unknown: Phrase = {
  zh: '此操作未被接受，请联系客服并提供错误代码。',
  en: 'This was refused; please contact us with the error code.',
};

/** The phrase of a code; a general sentence for a code that has none of its own. */
export function faultPhrase(code: string): Phrase {
  return phrases[code] ?? unknown;
}

export const phrasedCodes: readonly string[] = Object.keys(phrases);
