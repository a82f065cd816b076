/**
 * The institutions in whose name documents are set.
 */

import { z } from 'zod';
import { Fault } from '#base/fault';
import { type CatalogReader, parseFile } from './reader.ts';

const text = z.string().min(1);
/** 民诉法 35: the places that parties may agree on, each connected with the dispute. */
const connectedPlace = /(住所地|合同履行地|合同签订地|标的物所在地).*人民法院/;
const institutionShape = z.strictObject({
  id: text,
  name: text,
  /** 统一社会信用代码, GB 32100. */
  code: z.string().regex(/^[0-9A-Z]{18}$/),
  address: text,
  phone: text,
  /** Who decides disputes, in the words of the contract: at a place that the dispute touches. */
  court: z.string().regex(connectedPlace),
  /** No such institution exists. */
  synthetic: z.boolean(),
});

/** A lender as its documents name it. */
export type Institution = Readonly<z.infer<typeof institutionShape>>;

export async function loadInstitutions(
  reader: CatalogReader,
): Promise<ReadonlyMap<string, Institution>> {
  const institutions = new Map<string, Institution>();
  for (const name of await reader.list('institutions')) {
    const one = await parseFile(reader, { part: 'institutions', name }, institutionShape);
    if (name !== `${one.id}.json`) throw new Fault('catalog.file_malformed', { file: name });
    institutions.set(one.id, one);
  }
  return institutions;
}
