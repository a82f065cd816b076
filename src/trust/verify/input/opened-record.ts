/** Evidence records opened once: those that stand in a message, and those beside a file. */

import type { CmsSigner } from '#formats/cms';
import { type HeldRecord, recordsIn } from '#formats/cms';
import { type ReadRecord, readEvidenceRecord } from '#formats/ers';
import type { Token } from '../etsi/stamp.ts';
import { Findings } from '../report/findings.ts';

/** A record that was read, or why it was not. */
export interface OpenedRecord {
  readonly record: ReadRecord | undefined;
  readonly why: string;
}

/** One that stands in a message. */
export type HeldOpened = HeldRecord & OpenedRecord;

/** In one message, and beside one file. */
export const recordsMax = 8;

export function openRecord(bytes: Uint8Array): OpenedRecord {
  const findings = new Findings();
  const flaw = { code: 'object_malformed', part: '' } as const;
  const record = findings.tried(flaw, () => readEvidenceRecord(bytes));
  return { record, why: findings.flaws[0]?.detail ?? '' };
}

/** Of each signer; the first of a message alone, for each is hashed with all of it. */
export function heldRecords(signers: readonly CmsSigner[]): readonly (readonly HeldOpened[])[] {
  let left = recordsMax;
  return signers.map((signer) => {
    const held = recordsIn(signer).slice(0, left);
    left -= held.length;
    return held.map((one) => ({ ...one, ...openRecord(one.der) }));
  });
}

export function tokensOfRecord({ record }: OpenedRecord): readonly Token[] {
  return (record?.chains ?? []).flatMap(({ stamps }) => stamps.map(({ token }) => token));
}
