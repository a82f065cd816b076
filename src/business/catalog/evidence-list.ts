/**
 * The list of evidence a case must hold: dated data whose digest stands in entry 0 and in the
 * contract, so that it cannot be shortened afterwards (requirements S0-02).
 */

import { z } from 'zod';
import { canonicalBytes, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { dayShape } from './law.ts';
import { type CatalogReader, parseFile } from './reader.ts';

const text = z.string().min(1);
/** A line for approved applications only: a refused one ends with the evidence of its refusal. */
const when = z.literal('approved').optional();
const listShape = z.strictObject({
  v: z.literal(1),
  id: text,
  version: text,
  title: text,
  from: dayShape,
  to: dayShape.nullable(),
  basis: z.array(text).min(1),
  entries: z
    .array(z.strictObject({ type: text, min: z.int().positive(), when, title: text }))
    .min(1),
  documents: z
    .array(
      z.strictObject({
        name: text,
        fields: z.array(z.enum(['borrower', 'lender'])),
        when,
        title: text,
      }),
    )
    .min(1),
});

/** The evidence a concluded case must hold, and the bytes its digest is made of. */
export type RequiredEvidence = Readonly<z.infer<typeof listShape>> & {
  /** Canonical JSON: what is digested and goes into the package. */
  readonly bytes: Uint8Array;
};

export async function loadRequiredEvidence(
  reader: CatalogReader,
): Promise<ReadonlyMap<string, RequiredEvidence>> {
  const lists = new Map<string, RequiredEvidence>();
  for (const name of await reader.list('evidence')) {
    const list = await parseFile(reader, { part: 'evidence', name }, listShape);
    if (name !== `${list.id}.json`) throw new Fault('catalog.file_malformed', { file: name });
    lists.set(list.id, {
      ...list,
      bytes: canonicalBytes(JSON.parse(JSON.stringify(list)) as Json),
    });
  }
  return lists;
}
