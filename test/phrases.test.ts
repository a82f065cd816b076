import { describe, expect, test } from 'vitest';
import { accessFaults } from '#business/access';
import { consentFaults } from '#business/consent';
import { contractFaults } from '#business/contract';
import { identityFaults } from '#business/identity';
import { lendingFaults } from '#business/lending';
import { signerFaults } from '#business/signer';
import { phoneFaults } from '#doors/phone';
import { faultPhrase, phrasedCodes } from '#doors/phrases';
import { signingFaults } from '#trust/signing';
import { mainFaults } from '../src/main/faults.ts';

/** The refusals that a borrower or an operator meets on a screen. */
const shown: readonly string[] = [
  ...accessFaults,
  ...consentFaults,
  ...contractFaults,
  ...identityFaults,
  ...lendingFaults,
  ...signerFaults,
  ...signingFaults,
  ...phoneFaults,
  ...mainFaults,
];

describe('what people read when the house refuses', () => {
  test('every refusal that reaches a person has a Chinese and an English sentence of its own', () => {
    expect(shown.filter((code) => !phrasedCodes.includes(code))).toEqual([]);
    for (const code of shown) {
      const { zh, en } = faultPhrase(code);
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).toMatch(/[a-z]/);
    }
  });

  test('no two refusals share a sentence', () => {
    const sentences = shown.map((code) => faultPhrase(code).zh);
    expect(new Set(sentences).size).toBe(new Set(shown).size);
  });
});
